// What in the body of an await_suspend (or of a function that it hands its coroutine to) is the coroutine's handle, may
// lead to it, or lies in the awaiter or the coroutine's frame.
#pragma once
#include "facts/unit_context.h"
#include <llvm/ADT/DenseSet.h>

namespace coroguard {

class HandleScope {
public:
  /// Of an await_suspend.
  explicit HandleScope(const clang::CXXMethodDecl &suspend);
  /// Of a function it calls. `given`: the parameters that are the handle or lead to it. `caller`: of a member of the same
  /// awaiter; else null.
  HandleScope(const clang::FunctionDecl &function, llvm::ArrayRef<const clang::ParmVarDecl *> given,
              const HandleScope *caller);

  /// Is it the handle itself, or a copy?
  bool isHandle(const clang::Expr *expression) const;
  /// Who is given this can resume the coroutine: the handle, its address, the awaiter, a closure or object with one of them.
  bool carries(const clang::Expr *expression) const;
  /// Does the expression designate, or point to, the awaiter, the promise or a part of them?
  bool isFrame(const clang::Expr *expression) const;
  /// What a step of the body touches of the awaiter or frame, as people write it; empty when nothing.
  std::string touched(const clang::Stmt &step) const;
  /// Does the end of this variable use the awaiter?
  bool touchedAtEnd(const clang::VarDecl &variable) const;

  bool isInAwaiter() const { return inAwaiter; }
  const clang::FunctionDecl &function() const { return body; }

private:
  void collect(const clang::Stmt &statement);
  void declared(const clang::VarDecl &variable);
  void assigned(const clang::Expr *target, const clang::Expr *value);
  bool carriesCapture(const clang::LambdaExpr &closure) const;
  bool mayResume(const clang::LambdaExpr &closure) const;
  bool usesFrame(const clang::LambdaExpr &closure) const;
  std::string touchedByCall(const clang::CallExpr &call) const;
  std::string touchedMember(const clang::MemberExpr &member) const;

  const clang::FunctionDecl &body;
  bool inAwaiter;
  llvm::DenseSet<const clang::ValueDecl *> leading;  // variables and fields that are the handle or lead to it
  llvm::DenseSet<const clang::ValueDecl *> frames;   // local references and pointers into the awaiter or frame
  llvm::DenseSet<const clang::Expr *> addressesOnly; // members whose address is taken, no more
};

} // namespace coroguard
