// Which calls of a coroutine run after it moved to a thread where blocking is fine.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

/// Sets Call::offLoop for the calls that are behind a hop to an offload executor on every path from the start, with no
/// hop back between. `calls` joins expressions with indices of facts.calls.
void markCallsOffLoop(const clang::FunctionDecl &coroutine,
                      const std::vector<std::pair<const clang::Expr *, size_t>> &calls, Function &facts,
                      UnitContext &unit);

} // namespace coroguard
