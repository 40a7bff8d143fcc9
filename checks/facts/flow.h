// Forward dataflow over a suspension CFG with a small join-semilattice: the one worklist that every flow fact uses.
#pragma once
#include "language/suspension_cfg.h"
#include <queue>
#include <vector>

namespace coroguard {

/// Runs to the fixpoint. State needs operator== and a default constructor that is its bottom.
/// `join(State &into, const State &from, EdgeKind)` merges along an edge; `transfer(State &, const FlowElement &)`
/// steps over one element. Returns the state at the start of every node, bottom for unreachable ones.
template <class State, class Join, class Transfer>
std::vector<State> solveForward(const SuspensionCfg &cfg, State atEntry, Join join, Transfer transfer) {
  const auto &nodes = cfg.nodes();
  std::vector<State> starts(nodes.size());
  std::vector<bool> reached(nodes.size()), queued(nodes.size());
  std::queue<unsigned> work;
  auto enqueue = [&](unsigned node) {
    reached[node] = true;
    if (!queued[node]) work.push(node);
    queued[node] = true;
  };
  starts[cfg.entry()] = std::move(atEntry);
  enqueue(cfg.entry());
  while (!work.empty()) {
    unsigned node = work.front();
    work.pop();
    queued[node] = false;
    State state = starts[node];
    for (const FlowElement &element : nodes[node].elements) transfer(state, element);
    for (const FlowEdge &edge : nodes[node].successors) {
      State merged = starts[edge.target];
      join(merged, state, edge.kind);
      if (reached[edge.target] && merged == starts[edge.target]) continue;
      starts[edge.target] = std::move(merged);
      enqueue(edge.target);
    }
  }
  return starts;
}

} // namespace coroguard
