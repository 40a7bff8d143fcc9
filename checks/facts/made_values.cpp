#include "facts/made_values.h"
#include "language/callee.h"
#include "language/std_functions.h"

namespace coroguard {
namespace {

using clang::Expr;
using clang::QualType;
using llvm::dyn_cast;

QualType plain(QualType type) { return type.getNonReferenceType().getCanonicalType().getUnqualifiedType(); }

/// std::exchange(task, {}), take(queue): a value that was there before comes out, often in order to be dropped.
bool takesOut(const clang::FunctionDecl &function) {
  return llvm::any_of(function.parameters(), [&](const clang::ParmVarDecl *parameter) {
    QualType type = parameter->getType();
    return type->isLValueReferenceType() && !type->getPointeeType().isConstQualified() &&
           plain(type) == plain(function.getReturnType());
  });
}

/// An object that does something while it lives is perhaps kept for that and not to be awaited.
bool mayBeKeptForItself(QualType type, UnitContext &unit) {
  const ValueType &kind = unit.valueType(type);
  const clang::CXXRecordDecl *record = type->getAsCXXRecordDecl();
  return !kind.isTask && !kind.isNodiscard && !kind.givesGuard && record && !record->hasTrivialDestructor();
}

bool makes(const Expr &expression, UnitContext &unit) {
  const auto *call = dyn_cast<clang::CallExpr>(&expression);
  if (!call || !call->isPRValue() || call->isTypeDependent()) return false;
  if (!unit.valueType(call->getType()).canBeAwaited() || mayBeKeptForItself(call->getType(), unit)) return false;
  const clang::FunctionDecl *function = resolveCallee(*call).function;
  return !function || !takesOut(*function);
}

class Finder {
public:
  Finder(UnitContext &unit, bool inOwner) : unit(unit), inOwner(inOwner) {}

  void visit(const Expr *expression, unsigned depth = 0) {
    if (!expression || depth > 12) return;
    const Expr *inner = unwrap(expression);
    if (const auto *name = dyn_cast<clang::DeclRefExpr>(inner)) {
      if (isMoved(expression)) result.movedFrom.push_back(name);
      return;
    }
    if (makes(*inner, unit)) result.made.push_back(inner);
    else visitParts(*inner, depth + 1);
  }

  MadeValues result;

private:
  static bool isMoved(const Expr *expression) {
    expression = expression->IgnoreParens();
    if (const auto *full = dyn_cast<clang::FullExpr>(expression)) return isMoved(full->getSubExpr());
    if (const auto *bound = dyn_cast<clang::CXXBindTemporaryExpr>(expression)) return isMoved(bound->getSubExpr());
    if (const auto *stored = dyn_cast<clang::MaterializeTemporaryExpr>(expression)) return isMoved(stored->getSubExpr());
    if (const auto *cast = dyn_cast<clang::CastExpr>(expression); cast && !cast->isXValue()) return isMoved(cast->getSubExpr());
    if (const auto *construct = dyn_cast<clang::CXXConstructExpr>(expression))
      return construct->getNumArgs() == 1 && isMoved(construct->getArg(0)); // of a type without a move, too
    return expression->isXValue();
  }

  void visitParts(const Expr &expression, unsigned depth) {
    if (const auto *choice = dyn_cast<clang::ConditionalOperator>(&expression)) {
      visit(choice->getTrueExpr(), depth), visit(choice->getFalseExpr(), depth);
    } else if (const auto *comma = dyn_cast<clang::BinaryOperator>(&expression); comma && comma->isCommaOp()) {
      visit(comma->getRHS(), depth);
    } else if (const auto *block = dyn_cast<clang::StmtExpr>(&expression)) {
      const clang::CompoundStmt *body = block->getSubStmt();
      visit(body->body_empty() ? nullptr : dyn_cast<Expr>(body->body_back()), depth);
    } else if (const auto *list = dyn_cast<clang::InitListExpr>(&expression)) {
      if (inOwner || list->getNumInits() == 1)
        for (const Expr *init : list->inits()) visit(init, depth);
    } else if (const auto *cast = dyn_cast<clang::ExplicitCastExpr>(&expression)) {
      visit(cast->getSubExpr(), depth);
    } else if (inOwner) {
      visitOwner(expression, depth);
    }
  }

  /// A constructor or maker of the standard library passes its arguments on.
  void visitOwner(const Expr &expression, unsigned depth) {
    if (const auto *list = dyn_cast<clang::CXXStdInitializerListExpr>(&expression)) return visit(list->getSubExpr(), depth);
    const auto *construct = dyn_cast<clang::CXXConstructExpr>(&expression);
    const auto *call = dyn_cast<clang::CallExpr>(&expression);
    const clang::FunctionDecl *function = construct ? construct->getConstructor() : call ? call->getDirectCallee() : nullptr;
    if (!function || (call && !call->isPRValue())) return;
    if (!isStdFunction(*function)) return;
    for (const Expr *argument : construct ? construct->arguments() : call->arguments()) visit(argument, depth);
  }

  UnitContext &unit;
  bool inOwner;
};

} // namespace

MadeValues valuesIn(const Expr &expression, UnitContext &unit) {
  Finder finder(unit, false);
  finder.visit(&expression);
  return std::move(finder.result);
}

MadeValues valuesOwnedBy(const Expr &expression, UnitContext &unit) {
  Finder finder(unit, true);
  finder.visit(&expression);
  return std::move(finder.result);
}

} // namespace coroguard
