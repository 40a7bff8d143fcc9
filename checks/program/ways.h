// Ways to what holds a thread up: for every function a shortest chain of calls to one that sleeps, waits or runs a loop.
#pragma once
#include "program/solve.h"
#include <span>

namespace coroguard {

/// How a call counts whose target is chosen at run time among the overriders that the program shows.
enum class VirtualCalls : uint8_t {
  Skip,     // not at all
  Declared, // when every one of them is known and leads there
  All,      // when one of them does
};

class Ways {
public:
  Ways(const Program &program, const CallersIndex &callers, Hold hold, VirtualCalls virtualCalls);

  Way of(FunctionIndex function) const { return ways[function]; }

  /// The function through which this call leads there; noFunction when it does not, or is itself where the chain ends.
  FunctionIndex through(const Program &program, const Call &call) const;

  /// Is this call itself what the chains lead to?
  static bool isEnd(const Program &program, const Call &call, Hold hold);

private:
  std::vector<FunctionIndex> collectEnds(const Program &program, Hold hold);
  void spread(const Program &program, const CallersIndex &callers, std::vector<uint32_t> level);
  void reachCaller(CallSite site, uint32_t depth, std::vector<uint32_t> &next);
  void reachGroup(uint32_t group, uint32_t member, uint32_t depth, std::vector<uint32_t> &reached);

  VirtualCalls virtualCalls;
  std::vector<Way> ways;         // of functions, then of groups: there `call` is the member that leads on
  std::vector<uint32_t> missing; // of a group: members that do not lead there yet
};

} // namespace coroguard
