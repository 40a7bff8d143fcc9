#include "facts/await_spot.h"
#include "language/await_result.h"
#include "language/awaitable.h"
#include "language/callee.h"
#include "language/written_code.h"
#include <clang/AST/StmtCXX.h>
#include <clang/Lex/Lexer.h>

namespace coroguard {
namespace {

using clang::Expr;
using clang::Stmt;
using llvm::dyn_cast;
using llvm::isa;

bool isInstantiated(const clang::FunctionDecl &function) {
  for (const clang::DeclContext *around = &function; around; around = around->getParent()) {
    if (const auto *outer = dyn_cast<clang::FunctionDecl>(around); outer && outer->isTemplateInstantiation()) return true;
    const auto *record = dyn_cast<clang::ClassTemplateSpecializationDecl>(around);
    if (record && !record->isExplicitSpecialization()) return true;
    if (around->isDependentContext()) return true;
  }
  return false;
}

/// The language does not allow to suspend inside of these.
bool forbidsAwait(const Stmt &stmt) {
  if (isa<clang::CXXCatchStmt>(stmt)) return true;
  const auto *declared = dyn_cast<clang::DeclStmt>(&stmt);
  return declared && llvm::any_of(declared->decls(), [](const clang::Decl *decl) {
    const auto *variable = dyn_cast<clang::VarDecl>(decl);
    return variable && !variable->hasLocalStorage();
  });
}

bool isTransparent(const Stmt &stmt) {
  if (const auto *cast = dyn_cast<clang::ImplicitCastExpr>(&stmt)) return cast->getCastKind() != clang::CK_UserDefinedConversion;
  return isa<clang::ParenExpr, clang::FullExpr, clang::CXXBindTemporaryExpr, clang::MaterializeTemporaryExpr>(stmt);
}

/// Does `co_await` in front of it apply to all of it?
bool bindsTightly(const Expr &operand) {
  const Expr *written = operand.IgnoreImplicit();
  if (const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(written))
    return op->getOperator() == clang::OO_Call || op->getOperator() == clang::OO_Subscript;
  return isa<clang::CallExpr, clang::DeclRefExpr, clang::MemberExpr, clang::ParenExpr, clang::CXXConstructExpr,
             clang::CXXFunctionalCastExpr, clang::CoawaitExpr>(written);
}

/// Goes from a value outwards until it is sure that `co_await` can stand in front of it, or that it cannot.
class SpotFinder {
public:
  SpotFinder(const Expr &made, MadeFor use, const clang::ASTContext &ast)
      : made(made), use(use), ast(ast), operand(&made), from(made.getBeginLoc()) {}

  bool find(llvm::ArrayRef<const Stmt *> around) {
    if (llvm::any_of(around, [](const Stmt *stmt) { return forbidsAwait(*stmt); })) return false;
    const Stmt *inner = &made;
    for (const Stmt *outer : llvm::reverse(around)) {
      if (const auto *declared = dyn_cast<clang::DeclStmt>(outer)) return use == MadeFor::Variable && initialises(*declared);
      if (!isa<Expr>(outer)) return use == MadeFor::Nothing;
      if (use == MadeFor::Test && isConversion(*outer)) return true;
      if (!goOn(*outer, inner)) return false;
      inner = outer;
    }
    return false;
  }

  const Expr &made;
  MadeFor use;
  const clang::ASTContext &ast;
  const Expr *operand;
  clang::SourceLocation from;

private:
  /// The cast, and what Clang puts between it and the object it asks.
  static bool isConversion(const Stmt &stmt) {
    const auto *cast = dyn_cast<clang::CastExpr>(&stmt);
    return cast && cast->getCastKind() == clang::CK_UserDefinedConversion;
  }
  bool isConversionCall(const Stmt &stmt) const {
    const auto *call = dyn_cast<clang::CXXMemberCallExpr>(&stmt);
    const auto *member = dyn_cast<clang::MemberExpr>(&stmt);
    const clang::ValueDecl *callee = call ? call->getMethodDecl() : member ? member->getMemberDecl() : nullptr;
    return use == MadeFor::Test && isa_and_nonnull<clang::CXXConversionDecl>(callee);
  }

  /// A variable that takes whatever it gets; where it would get nothing, it goes.
  bool initialises(const clang::DeclStmt &declared) {
    const auto *variable = declared.isSingleDecl() ? dyn_cast<clang::VarDecl>(declared.getSingleDecl()) : nullptr;
    if (!variable || !variable->getType()->getContainedAutoType()) return false;
    if (!givesNothing()) return true;
    from = declared.getBeginLoc();
    return variable->getInitStyle() == clang::VarDecl::CInit;
  }

  bool goOn(const Stmt &outer, const Stmt *inner) {
    if (isTransparent(outer) || isConversionCall(outer)) return true;
    if (use != MadeFor::Nothing) return false;
    if (const auto *comma = dyn_cast<clang::BinaryOperator>(&outer)) return comma->isCommaOp();
    if (const auto *choice = dyn_cast<clang::ConditionalOperator>(&outer)) return choose(*choice, inner);
    if (const auto *cast = dyn_cast<clang::ExplicitCastExpr>(&outer)) return castToVoid(*cast);
    const auto *assign = dyn_cast<clang::CXXOperatorCallExpr>(&outer);
    return assign && assign->isAssignmentOp() && assignToIgnore(*assign);
  }

  /// Both branches make the same, and are awaited together.
  bool choose(const clang::ConditionalOperator &choice, const Stmt *inner) {
    if (inner == choice.getCond() || !ast.hasSameUnqualifiedType(choice.getType(), made.getType())) return false;
    operand = &choice;
    from = choice.getBeginLoc();
    return true;
  }

  /// Without a result there is nothing left to cast.
  bool castToVoid(const clang::ExplicitCastExpr &cast) {
    if (!cast.getType()->isVoidType()) return false;
    if (isa<clang::CStyleCastExpr>(cast) && givesNothing()) from = cast.getBeginLoc();
    return true;
  }

  bool assignToIgnore(const clang::CXXOperatorCallExpr &assign) {
    const auto *left = dyn_cast<clang::DeclRefExpr>(assign.getArg(0)->IgnoreParenImpCasts());
    if (!left || qualifiedName(*left->getDecl()) != "std::ignore") return false;
    if (givesNothing()) from = assign.getBeginLoc();
    return true;
  }

  bool givesNothing() const {
    clang::QualType result = awaitResult(made.getType(), ast);
    return !result.isNull() && result->isVoidType();
  }
};

} // namespace

AwaitSpot awaitSpot(const Expr &made, MadeFor use, const clang::FunctionDecl *function, UnitContext &unit) {
  const auto *body = function ? llvm::dyn_cast_or_null<clang::CoroutineBodyStmt>(function->getBody()) : nullptr;
  const clang::VarDecl *promise = body ? body->getPromiseDecl() : nullptr;
  const clang::CXXRecordDecl *record = promise ? promise->getType()->getAsCXXRecordDecl() : nullptr;
  if (!record || isInstantiated(*function)) return {};
  if (!canBeAwaitedIn(function->getReturnType(), *record, made.getType(), unit.ast)) return {};
  SpotFinder finder(made, use, unit.ast);
  if (!finder.find(writtenAround(body, made))) return {};
  clang::SourceRange operand = finder.operand->getSourceRange();
  if (finder.from.isMacroID() || operand.getBegin().isMacroID() || operand.getEnd().isMacroID()) return {};
  AwaitSpot spot{unit.place(finder.from), unit.place(operand.getBegin()), {}};
  clang::SourceLocation end = clang::Lexer::getLocForEndOfToken(operand.getEnd(), 0, unit.ast.getSourceManager(), unit.ast.getLangOpts());
  if (!bindsTightly(*finder.operand)) spot.end = unit.place(end);
  return spot;
}

} // namespace coroguard
