// One function's written body -> its facts, in one walk that knows for every expression whether its value is used.
#pragma once
#include "facts/destructors.h"
#include "facts/function_flow.h"
#include <clang/AST/StmtCXX.h>

namespace coroguard {

class BodyWalker {
public:
  /// `found` is called for every function defined inside the body (lambdas, methods of local classes).
  using FunctionFound = std::function<void(const clang::FunctionDecl &)>;

  BodyWalker(const clang::FunctionDecl *function, Function &facts, UnitContext &unit, FunctionFound found);

  /// Walks the body and, of a constructor, the written initialisers.
  void walkFunction();
  /// Walks an initialiser outside any function.
  void walkInitializer(const clang::Expr &initializer);

private:
  // How a full expression is used.
  void statement(const clang::Stmt *stmt); // its value, if it is an expression, is dropped
  void value(const clang::Stmt *stmt);     // its value is used
  void discarded(const clang::Expr *expression, Drop::Form form);
  void awaited(const clang::CoawaitExpr &await);

  bool controlFlow(const clang::Stmt &stmt);
  void block(const clang::CompoundStmt &block);
  void children(const clang::Stmt &stmt);
  void declaration(const clang::DeclStmt &stmt);
  void lambda(const clang::LambdaExpr &lambda);
  void unwritten(const clang::Expr *expression, clang::SourceLocation place);
  void awaiterCalls(const clang::CoroutineSuspendExpr &suspension);
  void awaiterCall(const clang::Expr *call, clang::SourceLocation place);
  void suspension(const clang::Expr &expression, SuspensionKind kind);
  void call(const clang::Expr &call, llvm::ArrayRef<const clang::Expr *> arguments);
  void indirectCall(const clang::CallExpr &call);
  void handOff(const SinkCall &sink, StringId name, const clang::Expr &call, llvm::ArrayRef<const clang::Expr *> arguments);
  void forwardedCall(const clang::Expr &call, const clang::FunctionDecl &callee, llvm::ArrayRef<const clang::Expr *> arguments);
  void endsBehind(const clang::Expr &call);
  void lifeEnd(const clang::Expr &object, clang::QualType type, const clang::Expr *maker, bool throughPointer);
  void add(Call call, const clang::Expr &expression);
  bool blocks(const BlockingCall &model, const clang::Expr &call, const clang::Expr *object,
              llvm::ArrayRef<const clang::Expr *> arguments);
  Call describe(const clang::Expr &call, const clang::FunctionDecl &callee,
                llvm::ArrayRef<const clang::Expr *> arguments);
  void drop(const clang::Expr &dropped, Drop::Form form);
  void addDrop(const clang::Expr &dropped, Drop fact);
  void markContinuations(const clang::Expr &call, const SinkCall *sink, llvm::ArrayRef<const clang::Expr *> arguments);
  const std::vector<GenericDrop> &dropsOf(const clang::FunctionDecl &instantiation);
  void dropsByCallee(const clang::Expr &call, const clang::FunctionDecl &callee, llvm::ArrayRef<const clang::Expr *> arguments);

  const clang::FunctionDecl *function; // null: an initialiser outside any function
  Function &facts;
  UnitContext &unit;
  FunctionFound found;
  const clang::Expr *awaitedOperand = nullptr;
  bool dying = false;                // while walking what ends the process
  clang::SourceLocation unwrittenAt; // while walking what nobody wrote: where it happens
  std::vector<const clang::VarDecl *> mortals; // local variables whose destructors can matter
  CallsByExpression callsByExpression; // for the flow facts
  std::vector<GenericDrop> genericDrops; // that depend on what this function's caller gives it
  bool hopsSeen = false;    // of a model
  bool ownHopsSeen = false; // of the project's own
};

} // namespace coroguard
