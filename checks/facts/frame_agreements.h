// What an await_suspend and those that it gives its coroutine to agree upon: who of them goes on with it.
#pragma once
#include "facts/handle_scope.h"

namespace coroguard {

/// May the function use the awaiter behind any step, because it keeps it alive, or because nobody resumes the coroutine
/// before both sides have agreed?
bool agreesWhoGoesOn(const HandleScope &scope, UnitContext &unit);

} // namespace coroguard
