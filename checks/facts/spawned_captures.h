// Callables that run later and refer by capture to local variables that may have ended by then.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

/// Adds Dangling::Form::SpawnCapture.
void findSpawnedCaptures(const clang::FunctionDecl &function, Function &facts, UnitContext &unit);

/// Those that an await_suspend gives away to resume its coroutine, which are wrong in an async library, too.
void findWakerCaptures(const clang::FunctionDecl &function, Function &facts, UnitContext &unit);

} // namespace coroguard
