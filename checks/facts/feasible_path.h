// Is there a way through a function on which certain things happen, without deciding one condition both ways?
#pragma once
#include "facts/assumptions.h"
#include <set>

namespace coroguard {

enum class OnPath { Goes, Ends, Arrives };

/// Searches for a path from the entry. `State` is what the caller remembers of a path (ordered by <=>); `step(State &,
/// const FlowElement &, std::vector<State> &branches)` looks at one element: the path ends there, goes on, or has
/// arrived; a state added to `branches` goes on from there as a path of its own. `follows(state, kind)` chooses the edges;
/// as `follows(State &, const FlowEdge &)` it also says what an edge does to the state. `leaves(state)` says whether a path
/// has arrived at the exit.
/// The state that arrived, or nothing: no such path, or more paths than anybody wants to look at.
template <class State, class Step, class Follows, class Leaves>
std::optional<State> findPath(const SuspensionCfg &cfg, const clang::ASTContext &ast, State start, Step step, Follows follows,
                              Leaves leaves) {
  struct Point {
    unsigned node;
    size_t element;
    State state;
    Assumptions assumed;
    auto operator<=>(const Point &) const = default;
  };
  constexpr size_t enough = 20000;
  ConditionTable conditions(ast);
  std::set<Point> seen;
  std::vector<Point> work{{cfg.entry(), 0, std::move(start), {}}};
  while (!work.empty() && seen.size() < enough) {
    Point point = std::move(work.back());
    work.pop_back();
    if (!seen.insert(point).second) continue;
    const FlowNode &node = cfg.nodes()[point.node];
    OnPath result = OnPath::Goes;
    for (; point.element < node.elements.size() && result == OnPath::Goes; ++point.element) {
      const FlowElement &element = node.elements[point.element];
      std::vector<State> branches;
      point.assumed.step(element, conditions, ast);
      result = step(point.state, element, branches);
      for (State &branch : branches) work.push_back({point.node, point.element + 1, std::move(branch), point.assumed});
    }
    bool hasLeft = result == OnPath::Goes && point.node == cfg.exit() && leaves(point.state);
    if (result == OnPath::Arrives || hasLeft) return std::move(point.state);
    if (result == OnPath::Ends) continue;
    for (const FlowEdge &edge : node.successors) {
      Assumptions assumed = point.assumed;
      State state = point.state;
      bool isFollowed = false;
      if constexpr (std::is_invocable_v<Follows, State &, const FlowEdge &>) isFollowed = follows(state, edge);
      else isFollowed = follows(point.state, edge.kind);
      if (isFollowed && assumed.assume(edge, conditions))
        work.push_back({edge.target, 0, std::move(state), std::move(assumed)});
    }
  }
  return std::nullopt;
}

/// The same for paths that do not arrive at the exit.
template <class State, class Step, class Follows>
std::optional<State> findPath(const SuspensionCfg &cfg, const clang::ASTContext &ast, State start, Step step, Follows follows) {
  return findPath(cfg, ast, std::move(start), std::move(step), std::move(follows), [](const State &) { return false; });
}

} // namespace coroguard
