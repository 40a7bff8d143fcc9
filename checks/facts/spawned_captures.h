// Callables that run later and refer by capture to local variables that may have ended by then.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

/// Adds Dangling::Form::SpawnCapture.
void findSpawnedCaptures(const clang::FunctionDecl &function, Function &facts, UnitContext &unit);

} // namespace coroguard
