#include "program/ways.h"

namespace coroguard {

bool Ways::isEnd(const Program &program, const Call &call, Hold hold) {
  Meaning wanted = hold == Hold::RunsLoop ? Meaning::RunsLoop : Meaning::Blocks;
  if (!holdsLoop(call) || call.meaning != wanted) return false;
  if (hold == Hold::RunsLoop) return !call.family; // not one that only runs what is ready
  return (program.text(call.family) == "wait") == (hold == Hold::Waits);
}

/// Breadth first from the ends, so that every way is a shortest one; of several the first call in source order wins,
/// whatever order the units were linked in.
Ways::Ways(const Program &program, const CallersIndex &callers, Hold hold, VirtualCalls virtualCalls)
    : virtualCalls(virtualCalls), ways(callers.nodes()), missing(callers.nodes()) {
  for (uint32_t node = program.functions().size(); node < callers.nodes(); ++node) {
    const DispatchGroup &group = program.dispatch().groups()[node - program.functions().size()];
    bool canBeSure = virtualCalls == VirtualCalls::Declared && group.isComplete;
    missing[node] = virtualCalls == VirtualCalls::All ? 1 : canBeSure ? group.members : ~uint32_t(0);
  }
  spread(program, callers, collectEnds(program, hold));
}

std::vector<FunctionIndex> Ways::collectEnds(const Program &program, Hold hold) {
  std::vector<FunctionIndex> ends;
  for (CallSite site : program.callsWithMeaning()) {
    bool isFirst = ends.empty() || ends.back() != site.function;
    if (!isFirst || !isEnd(program, program.call(site), hold) || program.function(site.function).neverBlocks) continue;
    ways[site.function] = {site.call, 1};
    ends.push_back(site.function);
  }
  return ends;
}

void Ways::reachCaller(CallSite site, uint32_t depth, std::vector<uint32_t> &next) {
  Way &caller = ways[site.function];
  if (!caller) next.push_back(site.function);
  else if (caller.depth < depth || caller.call <= site.call) return;
  caller = {site.call, depth};
}

void Ways::reachGroup(uint32_t group, uint32_t member, uint32_t depth, std::vector<uint32_t> &reached) {
  Way &way = ways[group];
  if (missing[group] == 0 || missing[group] == ~uint32_t(0)) return;
  if (way.depth == 0) way = {member, depth}; // the nearest one is the witness
  if (--missing[group] == 0) reached.push_back(group);
}

void Ways::spread(const Program &program, const CallersIndex &callers, std::vector<uint32_t> level) {
  const uint32_t functions = program.functions().size();
  for (uint32_t depth = 2; !level.empty(); ++depth) {
    std::vector<uint32_t> next;
    for (size_t i = 0; i < level.size(); ++i) { // groups that are complete join the level of their last member
      uint32_t node = level[i];
      if (node < functions && program.isCoroutine(node)) continue; // whoever awaits does not sleep in that call
      for (CallSite site : callers.callersOf(node)) {
        if (program.isCoroutine(site.function)) continue;
        bool passesOn = !program.function(site.function).neverBlocks && holdsLoop(program.call(site));
        if (passesOn) reachCaller(site, depth, next);
      }
      for (uint32_t group : callers.groupsWith(node)) reachGroup(group, node, depth - 1, level);
    }
    level = std::move(next);
  }
  for (uint32_t node = functions; node < ways.size(); ++node)
    if (missing[node] != 0) ways[node] = {};
}

FunctionIndex Ways::through(const Program &program, const Call &call) const {
  const uint32_t functions = program.functions().size();
  uint32_t node = program.runsDuring(call);
  if (node == noFunction && call.dispatched && virtualCalls != VirtualCalls::Skip) {
    node = program.dispatch().groupOf(call.callee);
    if (node == noFunction) return noFunction;
    node += functions;
  }
  if (node == noFunction || !ways[node]) return noFunction;
  while (node >= functions) node = ways[node].call;
  return node;
}

} // namespace coroguard
