// Callables and tasks given to something that runs them: to which function, on what kind of thread.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

/// The functions that a callable or task expression stands for: a lambda's call operator (each specialisation of a
/// generic one), a named function, a functor's operator(), the coroutine whose call made the task.
std::vector<const clang::FunctionDecl *> callableTargets(const clang::Expr *expression, UnitContext &unit);

/// The handoffs of one call to a sink. `object` is the implicit object of a member call, or null.
std::vector<Handoff> handoffs(const SinkCall &sink, StringId sinkName, const clang::Expr &call,
                              const clang::Expr *object, llvm::ArrayRef<const clang::Expr *> arguments,
                              const clang::FunctionDecl *caller, UnitContext &unit);

/// Callbacks put into the fields of a structure that a library is given: an assignment, or the list that initialises it.
std::vector<Handoff> callbackHandoffs(const clang::Stmt &stmt, UnitContext &unit);

/// What the executor argument of a sink or hop stands for; without an argument, the object.
struct Executor {
  RunsOn runsOn = RunsOn::Unknown;
  bool isStrand = false;
};
Executor executorOf(std::optional<unsigned> argument, const clang::Expr *object,
                    llvm::ArrayRef<const clang::Expr *> arguments, UnitContext &unit);

} // namespace coroguard
