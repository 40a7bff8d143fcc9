// What an await_suspend and those that it gives its coroutine to agree upon: who of them goes on with it.
#pragma once
#include "facts/handle_scope.h"
#include "language/suspension_cfg.h"

namespace coroguard {

/// May the function use the awaiter behind any step, because it keeps it alive, or because nobody resumes the coroutine
/// before both sides have agreed? `count`: what a count of owners says is known otherwise.
bool agreesWhoGoesOn(const HandleScope &scope, UnitContext &unit, const clang::FieldDecl *count);

/// The atomic of the awaiter that counts who still needs it: the function drops one, and so does a closure made there,
/// and the last of the two resumes the coroutine. Null when there is none.
const clang::FieldDecl *ownerCount(const HandleScope &scope);

/// The step that has dropped one, on the way of who was not the last; null on every other.
const clang::CallExpr *leftToOthers(const FlowEdge &edge, const clang::FieldDecl &count);

} // namespace coroguard
