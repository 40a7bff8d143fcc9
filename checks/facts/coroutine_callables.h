// Function objects whose call is a coroutine that uses them later: closures of coroutine lambdas, functors.
#pragma once
#include "facts/closure_uses.h"

namespace coroguard {

struct CoroutineCallable {
  const clang::FunctionDecl *callOperator = nullptr;
  ClosureUse use;
  clang::QualType task;
};

class CoroutineCallables {
public:
  explicit CoroutineCallables(UnitContext &unit) : unit(unit) {}

  /// Null when a call of an object of this type is no such coroutine.
  const CoroutineCallable *of(clang::QualType type);
  /// Of a variable that is such an object, or a std::function that was made from one.
  const CoroutineCallable *of(const clang::VarDecl &variable);

  /// Does the expression make a new object of a class, as a value?
  static bool makesFunctor(const clang::Expr &made);

private:
  UnitContext &unit;
  std::map<const clang::CXXRecordDecl *, CoroutineCallable> known;
};

} // namespace coroguard
