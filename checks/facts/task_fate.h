// What becomes of a task by the end of the full expression that makes it.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

using NamedObjects = llvm::SmallDenseSet<const clang::ValueDecl *, 8>;

struct TaskFate {
  enum class Kind {
    Over, // awaited or waited for; or nobody knows
    Dropped,
    Kept,  // in `variable`, which it came into by initialisation, assignment or as an element
    Given, // to `given`, which goes on with it
    Returned,
    Iterated, // a range-for goes over it
  } kind = Kind::Over;
  bool isRunning = false; // it was started on its way, and what is kept is only its handle
  const clang::VarDecl *variable = nullptr;
  const clang::Expr *given = nullptr;     // the outermost call that it, or its handle, was given to
  const clang::Stmt *statement = nullptr; // Returned, Iterated
  NamedObjects around;                    // named next to the task in `given`: scopes, executors
};

/// `around`: what writtenAround() says of `made` in the body of its function.
TaskFate fateOf(const clang::Expr &made, llvm::ArrayRef<const clang::Stmt *> around, UnitContext &unit);

/// Does this call keep its thread until a task, a future or a whole loop is done, as far as models and visible bodies
/// say?
bool finishesTasks(const clang::Expr &call, UnitContext &unit);

/// Adds the variables and members that an expression names, but those inside of `except`.
void addNamedObjects(const clang::Stmt *statement, const clang::Stmt *except, NamedObjects &into);

} // namespace coroguard
