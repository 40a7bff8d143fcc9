// Coroutine handles on their way from await_suspend to whoever resumes them.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

/// Says of a call whether it resumes a handle, and where the handles and awaiters come from that it uses.
void addHandles(Call &call, const clang::Expr &expression, const clang::FunctionDecl &callee,
                llvm::ArrayRef<const clang::Expr *> arguments, const clang::FunctionDecl &caller, UnitContext &unit);

/// Does the function belong to an awaiter, or is it an await_suspend, that is annotated to continue elsewhere? Also
/// functions inside such a one.
bool isHop(const clang::FunctionDecl &function, UnitContext &unit);

} // namespace coroguard
