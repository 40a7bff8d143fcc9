// What authors of awaiters, promises and task types get wrong: Facts::authorMistakes.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

/// Of one function definition: an await_suspend, or a promise's unhandled_exception. Templates' patterns, too, where
/// nothing but the pattern is needed.
void findAuthorMistakes(const clang::FunctionDecl &function, UnitContext &unit);

/// Of what a function returns, defined or only declared: a task or awaiter type that may be dropped without a warning.
void findDroppableType(const clang::FunctionDecl &function, UnitContext &unit);

/// Of one class definition: an owner of a coroutine that can be copied.
void findCopyableOwner(const clang::CXXRecordDecl &record, UnitContext &unit);

/// Adds `await_suspend`s that resume a coroutine themselves.
void findResumesInSuspend(const clang::CXXMethodDecl &suspend, UnitContext &unit);

} // namespace coroguard
