// Calls in loop code that hold the loop's thread up, each with its proof; what the rules about blocking share.
#pragma once
#include "program/program.h"
#include "program/ways.h"
#include "rule.h"
#include "rules/wording.h"

namespace coroguard::rules {

/// A call in loop code, and the calls from it down to the one that holds the thread up.
struct HeldThread {
  FunctionIndex loopCode = noFunction;
  const Call *call = nullptr;
  Hold hold = Hold::Sleeps;
  std::vector<CallSite> chain; // behind `call`; empty when that is the end itself

  const Call &end(const Program &program) const { return chain.empty() ? *call : program.call(chain.back()); }
};

inline const Option allow{"allow", std::vector<std::string>{}, "qualified names of functions that may block loop code"};
inline const Option virtualCalls{"virtual-calls", std::string("declared"),
                                 "which calls of virtual functions count: none (skip), those of which every known "
                                 "overrider blocks (declared), those of which one does (all)",
                                 {"skip", "declared", "all"}};

/// Calls visit for every call of loop code that holds its thread up, once, with the shortest chain of the one kind or
/// another; calls named in `allow`, and chains through such, are left out.
std::vector<HeldThread> heldThreads(const Program &program, const OptionValues &options);
/// The same for event loops that are run inside of loop code.
std::vector<HeldThread> nestedLoops(const Program &program, const OptionValues &options);

/// The chain as notes, the last of which says why its end holds the thread up.
std::vector<Note> proof(const Program &program, const HeldThread &held, const char *verb);

/// "coroutine 'name'" or "a loop callback, 'name'".
std::string loopCodeName(const Program &program, const HeldThread &held);

} // namespace coroguard::rules
