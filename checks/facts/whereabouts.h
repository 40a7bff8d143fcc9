// On what kind of thread a coroutine runs, as the hops it awaits tell.
#pragma once
#include "facts/function_flow.h"

namespace coroguard {

struct Whereabouts {
  enum class Where : uint8_t {
    Unreached,
    Loop, // where it started, or on a loop that it hopped to
    Offload,
    OtherLoop,
    Unknown, // on some paths here, on others there, or on an executor nobody knows
  };
  Where where = Where::Unreached;
  const clang::CallExpr *hop = nullptr; // that led there; null: where it started
  bool onStrand = false; // one at a time: perhaps on the very strand that the objects it uses are bound to

  bool isAtStart() const { return where == Where::Loop && !hop; }
  bool operator==(const Whereabouts &) const = default;
};

/// Does the coroutine start on an executor that it is given (TaskType::startedBehind), which is not known to run a loop?
bool startsElsewhere(const clang::FunctionDecl &coroutine, UnitContext &unit);

/// A hop that is awaited.
struct AwaitedHop {
  const Hop *model = nullptr;
  Whereabouts destination;
};

/// The hop that this element awaits, if it does.
std::optional<AwaitedHop> awaitedHop(const FlowElement &element, UnitContext &unit);

/// What awaiting something else than a hop does: the coroutine stays on its thread, or nobody knows where it goes on.
enum class OtherAwaits : uint8_t { Stay, Unknown };

/// Steps over one element.
void followHop(Whereabouts &state, const FlowElement &element, OtherAwaits others, UnitContext &unit);

/// The whereabouts at the start of every node, from a start on the loop.
std::vector<Whereabouts> solveWhereabouts(const SuspensionCfg &cfg, OtherAwaits others, UnitContext &unit);

} // namespace coroguard
