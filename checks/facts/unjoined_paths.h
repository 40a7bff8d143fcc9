// A way through a function on which a local object ends before the task that refers to it has been joined.
#pragma once
#include "facts/function_flow.h"
#include "facts/task_fate.h"

namespace coroguard {

struct UnjoinedPath {
  const clang::Stmt *leaves = nullptr; // the return or throw on it, or the await that may throw; null: the scope's end
  bool byException = false;            // only when that await throws
  bool isJoinedElsewhere = false;      // on another path the task is joined
};

/// `object` is a variable of the function, or a parameter by value, that the task made by `made` refers to. Nothing
/// when on every path the task is joined first, moved on to who knows where, or ends with its value. `isRunning`: it
/// runs by itself, so that dropping its value does not end it.
std::optional<UnjoinedPath> endsBeforeJoin(const clang::VarDecl &object, const clang::Expr &made, const TaskFate &fate,
                                           bool isRunning, FunctionFlow &flow);

} // namespace coroguard
