// Member coroutines whose object can end before they have finished.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

/// Adds Dangling::Form::This: where a detached member coroutine is started on an object that ends with this function,
/// or is kept by a smart pointer that does; and where this function, a member coroutine that nobody can wait for, uses
/// its shared object behind a suspension without keeping it.
void findDanglingObjects(const clang::FunctionDecl &function, Function &facts, UnitContext &unit);

} // namespace coroguard
