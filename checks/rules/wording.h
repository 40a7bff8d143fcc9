// How messages and notes name functions, objects and the calls of a proof.
#pragma once
#include "program/program.h"
#include "rule.h"

namespace coroguard::rules {

/// "'name'".
std::string quoted(std::string_view name);
std::string quoted(const Program &program, StringId name);

/// "'fetch()'", "'lambda in main'": a value by the function that made it.
std::string makerName(const AwaitableValue &value, const Program &program);

/// "'caller' calls 'callee'", at the call.
Note calls(const Program &program, CallSite site);

/// How a use comes to be on a thread without a loop: who starts what there (`verb` and `as` stand around its name), and
/// the calls from there to the use.
std::vector<Note> wayThere(const Program &program, const ForeignUse &use, const char *verb, const char *as);

} // namespace coroguard::rules
