// Waits for tasks and futures: which calls are one by their shape, and for what is already complete.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

/// Is this by its name and types the function that waits for a task or awaitable: task.get(), sync_wait(task)? Only for
/// functions whose bodies are not here to tell, of types that no model knows. `object` is that of a member call, or null.
bool waitsByShape(const clang::FunctionDecl &callee, const clang::Expr *object, llvm::ArrayRef<const clang::Expr *> arguments,
                  UnitContext &unit);

/// Does the function take over a task: by value, or by &&?
bool takesTask(const clang::FunctionDecl &callee, UnitContext &unit);

/// Is this by its name and types a function without a result that runs the lazy task it is given until it is done:
/// loop.run(task), runTest(task)? It may be, so that nothing is to be said of what it was lent; whether it is one that
/// blocks nobody knows.
bool mayRunToEnd(const clang::FunctionDecl &callee, const clang::Expr *object, UnitContext &unit);

/// Can one read that the function goes around until the task it is given is done, or ends with the task's result?
bool goesOnUntilDone(const clang::FunctionDecl &callee, UnitContext &unit);

/// Is what the call waits for known to be complete: asked or awaited before in this function, a result of co_await, what
/// a continuation is given, what an awaiter hands over?
bool isKnownReady(const clang::Expr *waitedFor, clang::SourceLocation call, const clang::FunctionDecl &inside, UnitContext &unit);

} // namespace coroguard
