#include "facts/range_temporaries.h"
#include "facts/dying_object.h"
#include "facts/inner_statements.h"
#include "facts/kept_arguments.h"
#include "facts/readable_body.h"
#include "language/std_functions.h"
#include <clang/AST/Attr.h>
#include <clang/AST/TypeLoc.h>

namespace coroguard {
namespace {

using clang::CXXMethodDecl;
using clang::Expr;
using clang::QualType;
using clang::Stmt;
using llvm::dyn_cast;
using llvm::isa;

bool isLifetimeBound(const CXXMethodDecl &method) {
  const clang::TypeSourceInfo *written = method.getTypeSourceInfo();
  if (!written) return false;
  clang::AttributedTypeLoc attributed;
  for (clang::TypeLoc type = written->getTypeLoc(); (attributed = type.getAsAdjusted<clang::AttributedTypeLoc>());
       type = attributed.getModifiedLoc())
    if (attributed.getAttrAs<clang::LifetimeBoundAttr>()) return true;
  return false;
}

/// Is it `member`, `this->member.part`, `std::move(member)`, an element of such a one, or a view of it?
bool isPartOfThis(const Expr *expression, int steps = 0) {
  expression = unwrap(expression);
  if (steps > 8) return false;
  if (const auto *member = dyn_cast<clang::MemberExpr>(expression)) {
    const auto *field = dyn_cast<clang::FieldDecl>(member->getMemberDecl());
    if (!field || field->getType()->isReferenceType() ||
        (member->isArrow() && !isa<clang::CXXThisExpr>(unwrap(member->getBase()))))
      return false;
    return isa<clang::CXXThisExpr>(unwrap(member->getBase())) || isPartOfThis(member->getBase(), steps + 1);
  }
  const auto *call = dyn_cast<clang::CallExpr>(expression);
  const auto *built = dyn_cast<clang::CXXConstructExpr>(expression);
  const Expr *inner = built && built->getNumArgs() > 0 ? built->getArg(0) : nullptr;
  if (const auto *cast = dyn_cast<clang::ExplicitCastExpr>(expression)) inner = cast->getSubExpr();
  if (const auto *list = dyn_cast<clang::InitListExpr>(expression); list && list->getNumInits() > 0)
    inner = list->getInit(0);
  const auto *member = call ? dyn_cast<clang::CXXMemberCallExpr>(call) : nullptr;
  if (member && isa<clang::CXXConversionDecl>(member->getMethodDecl())) inner = member->getImplicitObjectArgument();
  const clang::FunctionDecl *callee = call ? call->getDirectCallee() : nullptr;
  bool isOfStd = callee && isStdFunction(*callee);
  if (isOfStd)
    inner = member ? member->getImplicitObjectArgument() : call->getNumArgs() > 0 ? call->getArg(0) : nullptr;
  if (!inner) return false;
  QualType type = unwrap(inner)->getType();
  const clang::CXXRecordDecl *record = type->getAsCXXRecordDecl();
  bool isPointer =
      record && record->isInStdNamespace() && record->getIdentifier() && record->getName().ends_with("_ptr");
  return !type->isPointerType() && !isView(type) && !isPointer && isPartOfThis(inner, steps + 1);
}

/// Does what the method gives refer to a part of its object? By its attribute or its body, or else because the object
/// has just such a part.
bool refersToObject(const CXXMethodDecl &method, UnitContext &unit) {
  QualType result = method.getReturnType();
  bool refers = result->isReferenceType() || isView(result);
  if (!refers || method.isStatic()) return false;
  if (isLifetimeBound(method)) return true;
  if (const Stmt *body = readableBody(&method, unit); body && !method.isDependentContext()) {
    const auto *returned = findInner<clang::ReturnStmt>(body);
    return returned && returned->getRetValue() && isPartOfThis(returned->getRetValue());
  }
  if (!result->isReferenceType() || method.isVirtual()) return false;
  QualType part = result.getNonReferenceType().getCanonicalType().getUnqualifiedType();
  return llvm::any_of(method.getParent()->fields(), [&](const clang::FieldDecl *field) {
    return field->getType().getCanonicalType().getUnqualifiedType() == part;
  });
}

class RangeSource {
public:
  RangeSource(const clang::FunctionDecl &function, UnitContext &unit)
      : function(function), unit(unit), dying(function) {}

  /// The temporary that an expression refers into and that ends with the full expression.
  const Expr *temporaryOf(const Expr *expression, int steps = 0) {
    while (true) {
      const Expr *inner = expression->IgnoreParens(); // not IgnoreParenImpCasts(), which goes through temporaries
      if (const auto *cast = dyn_cast<clang::ImplicitCastExpr>(inner)) inner = cast->getSubExpr();
      if (const auto *full = dyn_cast<clang::FullExpr>(inner)) inner = full->getSubExpr();
      if (const auto *bound = dyn_cast<clang::CXXBindTemporaryExpr>(inner)) inner = bound->getSubExpr();
      if (inner == expression) break;
      expression = inner;
    }
    if (steps > 16) return nullptr;
    if (const auto *stored = dyn_cast<clang::MaterializeTemporaryExpr>(expression)) {
      if (isView(stored->getType())) return temporaryOf(stored->getSubExpr(), steps + 1);
      return steps > 0 && stored->getStorageDuration() == clang::SD_FullExpression ? stored : nullptr;
    }
    if (const auto *await = dyn_cast<clang::CoawaitExpr>(expression)) return resultOf(*await);
    if (const auto *call = dyn_cast<clang::CallExpr>(expression)) return ofCall(*call, steps);
    if (expression->isPRValue() && isView(expression->getType())) return dying.viewed(expression).temporary;
    return nullptr;
  }

private:
  const Expr *ofCall(const clang::CallExpr &call, int steps) {
    const auto *method = llvm::dyn_cast_or_null<CXXMethodDecl>(call.getDirectCallee());
    const Expr *object = nullptr;
    if (const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&call))
      object = member->getImplicitObjectArgument();
    else if (isa<clang::CXXOperatorCallExpr>(call) && method)
      object = call.getArg(0);
    if (call.isPRValue() && !call.getType()->isPointerType() && !isView(call.getType()))
      return nullptr; // a value of its own
    if (object && method && !object->getType()->isPointerType() && !isView(object->getType()) &&
        !isStdFunction(*method))
      return refersToObject(*method, unit) ? temporaryOf(object, steps + 1) : nullptr;
    const auto *arrow = object ? dyn_cast<clang::CXXOperatorCallExpr>(object->IgnoreParenImpCasts()) : nullptr;
    if (arrow && method) return refersToObject(*method, unit) ? ofCall(*arrow, steps + 1) : nullptr; // of an optional
    Referred found = isView(call.getType()) ? dying.viewed(&call) : dying.designated(&call);
    return found.temporary && isOfThisExpression(*found.temporary) ? found.temporary : nullptr;
  }

  static bool isOfThisExpression(const Expr &temporary) {
    const auto *stored = dyn_cast<clang::MaterializeTemporaryExpr>(&temporary);
    return stored && stored->getStorageDuration() == clang::SD_FullExpression;
  }

  /// What an await gives by rvalue reference lives in the task, which ends here when it is a temporary.
  const Expr *resultOf(const clang::CoawaitExpr &await) const {
    const Expr *operand = unwrap(await.getOperand());
    bool isTask = isa<clang::CallExpr>(operand) && isCoroutineType(operand->getType(), function.getASTContext());
    return await.isXValue() && operand->isPRValue() && isTask ? operand : nullptr;
  }

  const clang::FunctionDecl &function;
  UnitContext &unit;
  DyingObjects dying;
};

/// C++23 extends the lives of all temporaries of a range; an await's task among them.
bool areExtended(const clang::LangOptions &language) { return language.CPlusPlus23; }

} // namespace

void findRangeTemporaries(const clang::FunctionDecl &function, Function &facts, UnitContext &unit) {
  if (!facts.isCoroutine || areExtended(unit.ast.getLangOpts())) return;
  forEachInner(function.getBody(), [&](const Stmt &stmt) {
    const auto *loop = dyn_cast<clang::CXXForRangeStmt>(&stmt);
    const clang::VarDecl *range = loop ? dyn_cast<clang::VarDecl>(loop->getRangeStmt()->getSingleDecl()) : nullptr;
    const Expr *temporary = range && range->getInit() ? RangeSource(function, unit).temporaryOf(range->getInit()) : nullptr;
    if (!temporary) return;
    Dangling fact;
    fact.place = unit.place(range->getInit()->getExprLoc());
    fact.form = Dangling::Form::RangeTemporary;
    fact.type = unit.string(temporary->getType().getAsString(unit.ast.getPrintingPolicy()));
    fact.made = unit.place(temporary->getBeginLoc());
    fact.at = unit.place(loop->getColonLoc());
    facts.danglings.push_back(std::move(fact));
  });
}

} // namespace coroguard
