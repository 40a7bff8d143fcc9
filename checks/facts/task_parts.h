// The calls that make a returned task: behind ?: and commas, in local variables, in what the task is put into.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

/// Visits the calls whose task is, or becomes part of, the value of an expression. A variable for which `isOwn` is true
/// stands for what it was made from. Whoever goes on into the arguments of a call passes on `steps` plus one.
void forEachTaskCall(const clang::Expr &expression, int steps, llvm::function_ref<bool(const clang::VarDecl &)> isOwn,
                     llvm::function_ref<void(const clang::CallExpr &, int steps)> visit, UnitContext &unit);

/// Is this the type of a task, future or awaitable, or a reference to one?
bool isTaskType(clang::QualType type, UnitContext &unit);

} // namespace coroguard
