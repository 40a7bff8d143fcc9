// The objects that end when a function returns, and the expressions that refer to them.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

/// What an expression refers to when that ends with the function or the full expression: one of the two is set. Or a
/// parameter taken by reference, which lives on somewhere else.
struct Referred {
  const clang::VarDecl *variable = nullptr;
  const clang::Expr *temporary = nullptr;
  const clang::ParmVarDecl *lent = nullptr;

  explicit operator bool() const { return variable || temporary; }
};

/// Does the expression make a smart pointer by std::make_unique or std::make_shared?
bool isFreshOwner(const clang::Expr *expression);

class DyingObjects {
public:
  explicit DyingObjects(const clang::FunctionDecl &function) : function(function) {}

  /// The object that a glvalue designates, or that an address is of.
  Referred designated(const clang::Expr *expression, int steps = 0) const;
  /// The object that a view, pointer or reference wrapper refers to.
  Referred viewed(const clang::Expr *expression, int steps = 0) const;
  /// Is it a variable or parameter by value of this very function?
  bool isOwn(const clang::VarDecl &variable) const;

private:
  Referred ofVariable(const clang::VarDecl &variable, int steps) const;
  Referred ofCall(const clang::CallExpr &call, int steps) const;
  bool isOnlyOwner(const clang::Expr *expression) const;
  Referred owner(const clang::Expr *expression, int steps) const;
  Referred viewedAmong(llvm::ArrayRef<const clang::Expr *> parts, int steps) const;
  Referred viewedByCall(const clang::CallExpr &call, const clang::FunctionDecl &callee, int steps) const;

  const clang::FunctionDecl &function;
};

} // namespace coroguard
