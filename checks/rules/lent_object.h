// What the rules about objects lent to tasks share: who keeps what, and how findings name it.
#pragma once
#include "program/program.h"
#include "rule.h"

namespace coroguard::rules {

/// Is this the coroutine's own record of an argument that it keeps (see findLentTooLong), and no dangling?
bool isKeptUse(const Dangling &fact, const Function &function);

/// The function that keeps the argument of a call: the callee, or what overrides it; 0 when none is known to.
StringId keeperOf(StringId callee, uint32_t argument, const Program &program);

/// Where the callee uses an argument that it keeps; null when that is not known.
const Dangling *keptUse(StringId callee, uint32_t argument, const Program &program);

/// Nothing is wrong: the callee is known not to keep the object, or what the task was given to waits for it.
bool isHarmless(const Dangling &fact, const Function &function, const Program &program);

/// "task of 'f()' given to 'spawn()'", "task of 'f()' in 't'", "returned task of 'f()'".
std::string taskName(const Dangling &fact, const Program &program);

/// Where the object comes from, where it ends, where the task uses it: those that are known.
std::vector<Note> lentNotes(const Dangling &fact, const Program &program);

/// Adds where the callee uses its argument.
void addKeptUse(StringId callee, uint32_t argument, const Program &program, std::vector<Note> &notes);

} // namespace coroguard::rules
