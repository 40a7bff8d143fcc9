// Event loops that serve as a queue of work for a thread of their own: there blocking is what they are for.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

/// Is this the context (or an executor of it) that a class keeps for itself, runs on a thread that it starts, and uses
/// for nothing but giving it callables? No socket or timer is made with it, and nobody else gets hold of it.
bool isWorkerQueue(const clang::Expr *executor, UnitContext &unit);

} // namespace coroguard
