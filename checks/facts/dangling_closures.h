// Closures of coroutine lambdas, and functors with a coroutine operator(), that end before their coroutine is done.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

/// Adds Dangling::Form::LambdaCapture.
void findDanglingClosures(const clang::FunctionDecl &function, Function &facts, UnitContext &unit);

} // namespace coroguard
