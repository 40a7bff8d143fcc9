// What a call that makes a task gives it by reference, pointer or view, and what of that ends before the task may have.
#pragma once
#include "facts/dying_object.h"

namespace coroguard {

/// A variable or temporary that a task was given a reference to.
struct LentObject {
  const clang::Expr *given = nullptr; // the argument, or the object of a member coroutine
  Referred object;
  uint32_t argument = 0; // numbered as in Function::keeps
  bool ifKept = false;   // nothing is known unless the callee's body tells
};

/// Of a call, also one through a pointer or std::function, that makes a task or generator. Objects of empty classes and
/// closures of coroutine lambdas are left out.
std::vector<LentObject> lentObjects(const clang::CallExpr &call, const ValueType &made, const DyingObjects &dying,
                                    UnitContext &unit);

/// What a parameter of the written (not instantiated) function looks like.
clang::QualType writtenType(const clang::FunctionDecl &callee, unsigned index);

} // namespace coroguard
