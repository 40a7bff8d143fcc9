// Does a written suspension ever suspend?
#pragma once

namespace clang {
class CoroutineSuspendExpr;
}

namespace coroguard {

class UnitContext;

/// False when the awaiter is always ready (suspend_never, this_coro and the like) or never stays suspended, as its members
/// or a model (key `hops`, `runs: here`) show. True when nobody knows.
bool maySuspend(const clang::CoroutineSuspendExpr &suspension, UnitContext &unit);

} // namespace coroguard
