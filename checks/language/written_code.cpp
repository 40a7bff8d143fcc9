#include "language/written_code.h"
#include <clang/AST/ExprCXX.h>
#include <clang/AST/ExprConcepts.h>
#include <clang/AST/StmtCXX.h>

using namespace clang;

namespace coroguard {
namespace {

bool isUnevaluated(const Stmt &stmt) {
  if (const auto *typeId = dyn_cast<CXXTypeidExpr>(&stmt)) return !typeId->isPotentiallyEvaluated();
  return isa<UnaryExprOrTypeTraitExpr, CXXNoexceptExpr, RequiresExpr, CXXDefaultArgExpr, CXXDefaultInitExpr>(stmt);
}

/// The one part that is written, of a statement whose other parts are machinery; null for all others.
const Stmt *writtenPart(const Stmt &stmt) {
  if (const auto *body = dyn_cast<CoroutineBodyStmt>(&stmt)) return body->getBody();
  if (const auto *await = dyn_cast<CoawaitExpr>(&stmt)) return await->getOperand();
  if (const auto *yield = dyn_cast<CoyieldExpr>(&stmt)) return yield->getOperand();
  if (const auto *result = dyn_cast<CoreturnStmt>(&stmt)) return result->getOperand();
  if (const auto *opaque = dyn_cast<OpaqueValueExpr>(&stmt)) return opaque->getSourceExpr();
  return nullptr;
}

bool isDiscarded(const IfStmt &branch, const Stmt *child) {
  if (!branch.isConstexpr() || branch.getCond()->isValueDependent()) return false;
  bool isBranch = child == branch.getThen() || child == branch.getElse();
  const auto *condition = dyn_cast<ConstantExpr>(branch.getCond());
  if (!isBranch || !condition || !condition->hasAPValueResult() || !condition->getAPValueResult().isInt()) return false;
  return condition->getAPValueResult().getInt().isZero() == (child == branch.getThen());
}

/// Calls visit with every written part, until one says that this is enough. Says so too.
bool anyPart(const Stmt &stmt, llvm::function_ref<bool(const Stmt *)> visit) {
  if (const auto *lambda = dyn_cast<LambdaExpr>(&stmt)) return llvm::any_of(lambda->capture_inits(), visit);
  if (isa<CoroutineBodyStmt, CoawaitExpr, CoyieldExpr, CoreturnStmt, OpaqueValueExpr>(stmt)) return visit(writtenPart(stmt));
  const auto *branch = dyn_cast<IfStmt>(&stmt);
  return llvm::any_of(stmt.children(), [&](const Stmt *child) { return (!branch || !isDiscarded(*branch, child)) && visit(child); });
}

bool findWritten(const Stmt *stmt, const Stmt &wanted, std::vector<const Stmt *> &around) {
  if (!stmt || isUnevaluated(*stmt)) return false;
  if (stmt == &wanted) return true;
  around.push_back(stmt);
  if (anyPart(*stmt, [&](const Stmt *part) { return findWritten(part, wanted, around); })) return true;
  around.pop_back();
  return false;
}

} // namespace

void forEachWritten(const Stmt *stmt, llvm::function_ref<bool(const Stmt &)> visit) {
  if (!stmt || isUnevaluated(*stmt) || !visit(*stmt)) return;
  anyPart(*stmt, [&](const Stmt *part) {
    forEachWritten(part, visit);
    return false;
  });
}

std::vector<const Stmt *> writtenAround(const Stmt *from, const Stmt &inner) {
  std::vector<const Stmt *> around;
  findWritten(from, inner, around);
  return around;
}

} // namespace coroguard
