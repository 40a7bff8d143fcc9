// The whole program, linked and solved: the call graph over all units, and per function a summary. What is not known is
// unknown and never "yes".
#pragma once
#include "facts/fact.h"
#include "program/dispatch.h"
#include "program/slots.h"
#include <cstdint>
#include <memory>
#include <vector>

namespace coroguard {

/// A function by its place in Program::functions().
using FunctionIndex = uint32_t;
inline constexpr FunctionIndex noFunction = ~FunctionIndex(0);

/// May a call to this function put the calling thread to sleep? Unknown: no path found, but not every call is known.
enum class Blocks : uint8_t { No, Unknown, Yes };

/// A call by its place in the program.
struct CallSite {
  FunctionIndex function = noFunction;
  uint32_t call = 0;
};

/// What holds a thread up: a sleep of any kind, the wait for a task or future, an event loop run inside of the call.
enum class Hold : uint8_t { Sleeps, Waits, RunsLoop };

/// A shortest chain of calls from a function to one that holds the thread up.
struct Way {
  uint32_t call = 0;  // index of the function's call that begins it
  uint32_t depth = 0; // calls in it; 1: the function itself makes the last one; 0: there is none
  explicit operator bool() const { return depth != 0; }
};

struct Summary {
  Blocks blocks = Blocks::No; // sleeps; whoever waits for a task or future has a way of its own
  uint32_t blockingCall = 0;  // with Yes: index of the call that leads to the sleep (the witness)
  uint32_t blockingDepth = 0; // with Yes: calls on the way to it; 1: the function itself calls it
  bool runsLoop = false;      // runs an event loop, itself or in what it calls
  bool onLoop = false;        // its body runs on an event loop: a coroutine, or a callback given to a loop
  bool onFiber = false;       // the same, but on a stack of its own, or perhaps so: waiting for a future is fine there
  CallSite calledOnLoop = {};      // unless onLoop: the call that leads here from a body that is, if any does
  bool resumes = false;       // may resume coroutines before it returns
  uint32_t resumingCall = 0;  // with resumes: index of the call that leads to it (the witness)
};

/// A use of a loop-bound object on a thread that runs no loop, with the proof: who started the thread (or gave the work
/// to a pool), and the calls from its entry to the function of the use, outermost first.
struct ForeignUse {
  CallSite use;
  FunctionIndex starter = noFunction;
  uint32_t handoff = 0; // index in the starter's handoffs
  std::vector<CallSite> path;
};

/// What happens on threads that run no loop.
struct ForeignUses {
  std::vector<ForeignUse> uses;
  std::vector<ForeignUse> resumes;
};

class CallersIndex;
class Ways;
enum class VirtualCalls : uint8_t;

class Program {
public:
  /// Links and solves merged facts (see merge in facts/store.h).
  explicit Program(Facts facts);
  Program(Program &&) noexcept;
  ~Program();

  const Facts &facts() const { return all; }
  const std::vector<Function> &functions() const { return all.functions; }
  const Function &function(FunctionIndex index) const { return all.functions[index]; }
  const Summary &summary(FunctionIndex index) const { return summaries[index]; }
  const Call &call(CallSite site) const { return all.functions[site.function].calls[site.call]; }
  std::string_view text(StringId id) const { return all.text(id); }
  Location location(const Place &place) const { return all.location(place); }

  /// The definition with this entity id, or noFunction. Of several definitions (two programs in one project, each with
  /// its own function of that name) nobody knows which one a call reaches.
  FunctionIndex find(StringId entity) const { return entity ? byEntity[entity.value] : noFunction; }

  /// The function whose body runs during this call: direct, or through a variable that holds only this one; defined in
  /// the program, not chosen at run time, and not the body of a coroutine that the call only creates.
  FunctionIndex runsDuring(const Call &call) const;

  /// The same as function(index).isCoroutine, without a look at the function, of which there are too many for a cache.
  bool isCoroutine(FunctionIndex index) const { return coroutines[index]; }

  /// The calls that mean something by themselves, in the order of functions and calls: few of all.
  const std::vector<CallSite> &callsWithMeaning() const { return meaningful; }
  /// The same for the calls of what a variable, field or parameter holds.
  const std::vector<CallSite> &callsOfSlots() const { return indirect; }

  /// Is this called through a variable that other threads call as well, so that it may hold something else here?
  bool isChosenElsewhere(const Call &call) const { return call.slot && slotsOfSeveralThreads[call.slot.value]; }

  const Dispatch &dispatch() const { return virtualCalls; }

  /// The ways to what holds the thread up, with virtual calls counted when every overrider leads there.
  const Ways &ways(Hold hold) const;
  /// The same with virtual calls counted in another way; solved anew.
  Ways solveWays(Hold hold, VirtualCalls virtualCalls) const;

  const std::vector<ForeignUse> &foreignUses() const { return foreign.uses; }
  /// Calls that resume the coroutine that waits for what the thread was started for.
  const std::vector<ForeignUse> &foreignResumes() const { return foreign.resumes; }
  /// Calls of a loop, or of a coroutine, in what a signal handler runs.
  const std::vector<ForeignUse> &signalUses() const { return signal; }

private:
  Facts all;
  std::vector<FunctionIndex> byEntity; // by StringId
  std::vector<uint8_t> coroutines;     // by function
  std::vector<CallSite> meaningful, indirect;
  void index();
  Dispatch virtualCalls;
  Slots slots;
  std::vector<bool> slotsOfSeveralThreads; // by StringId
  std::unique_ptr<const CallersIndex> callers;
  std::vector<Ways> solvedWays; // by Hold
  std::vector<Summary> summaries;
  ForeignUses foreign;
  std::vector<ForeignUse> signal;
};

} // namespace coroguard
