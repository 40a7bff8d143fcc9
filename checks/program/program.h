// The whole program, linked and solved: the call graph over all units, and per function a summary. What is not known is
// unknown and never "yes".
#pragma once
#include "facts/fact.h"
#include <cstdint>
#include <vector>

namespace coroguard {

/// A function by its place in Program::functions().
using FunctionIndex = uint32_t;
inline constexpr FunctionIndex noFunction = ~FunctionIndex(0);

/// May a call to this function put the calling thread to sleep? Unknown: no path found, but not every call is known.
enum class Blocks : uint8_t { No, Unknown, Yes };

struct Summary {
  Blocks blocks = Blocks::No;
  uint32_t blockingCall = 0;  // with Yes: index of the call that leads to the sleep (the witness)
  uint32_t blockingDepth = 0; // with Yes: calls on the way to it; 1: the function itself calls it
  bool runsLoop = false;      // runs an event loop, itself or in what it calls
  bool onLoop = false;        // its body runs on an event loop: a coroutine, or a callback given to a loop
};

/// A call by its place in the program.
struct CallSite {
  FunctionIndex function = noFunction;
  uint32_t call = 0;
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

class Program {
public:
  /// Links and solves merged facts (see merge in facts/store.h).
  explicit Program(Facts facts);

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

  /// The function whose body runs during this call: direct, defined in the program, not chosen at run time, and not the
  /// body of a coroutine that the call only creates.
  FunctionIndex runsDuring(const Call &call) const;

  const std::vector<ForeignUse> &foreignUses() const { return foreign.uses; }
  /// Calls that resume the coroutine that waits for what the thread was started for.
  const std::vector<ForeignUse> &foreignResumes() const { return foreign.resumes; }
  /// Calls of a loop, or of a coroutine, in what a signal handler runs.
  const std::vector<ForeignUse> &signalUses() const { return signal; }

private:
  Facts all;
  std::vector<FunctionIndex> byEntity; // by StringId
  std::vector<Summary> summaries;
  ForeignUses foreign;
  std::vector<ForeignUse> signal;
};

} // namespace coroguard
