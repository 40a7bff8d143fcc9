#include "facts/closure_uses.h"
#include "facts/behind_suspension.h"
#include "facts/generic_code.h"
#include "facts/inner_statements.h"
#include "facts/kept_arguments.h"
#include "language/callee.h"
#include "language/coroutine.h"
#include <clang/Basic/SourceManager.h>

namespace coroguard {
namespace {

using clang::Expr;
using clang::VarDecl;
using llvm::dyn_cast;
using llvm::isa;

/// Uses of the function object in the body of its call operator.
class ObjectUses {
public:
  explicit ObjectUses(const clang::CXXMethodDecl &method) : isLambda(method.getParent()->isLambda()) {
    for (const clang::LambdaCapture &capture : isLambda ? method.getParent()->captures() : noCaptures())
      if (capture.capturesVariable() && capture.getCaptureKind() == clang::LCK_ByCopy)
        copies.insert(capture.getCapturedVar());
    forEachInner(method.getBody(), [&](const clang::Stmt &inner) {
      if (const auto *declared = dyn_cast<clang::DeclStmt>(&inner))
        for (const clang::Decl *decl : declared->decls())
          if (const auto *variable = dyn_cast<VarDecl>(decl)) addAlias(*variable);
      if (const auto *range = dyn_cast<clang::CXXForRangeStmt>(&inner))
        for (const clang::DeclStmt *made : {range->getRangeStmt(), range->getBeginStmt()})
          if (made) addAlias(*llvm::cast<VarDecl>(made->getSingleDecl()));
    });
  }

  bool isUse(const clang::Stmt &stmt, ClosureUse &use) const {
    const auto *expression = dyn_cast<Expr>(&stmt);
    if (const auto *name = dyn_cast<clang::DeclRefExpr>(&stmt)) {
      const auto *variable = dyn_cast<VarDecl>(name->getDecl());
      if (!variable) return false;
      auto alias = aliases.find(variable);
      if (alias != aliases.end())
        use = {expression, alias->second};
      else if (isCapture(*name))
        use = {expression, variable};
      return use.at != nullptr;
    }
    if (!isa<clang::CXXThisExpr>(stmt)) return false;
    use = {expression};
    return true;
  }

  /// Part of the function object itself, and not only referred to by it.
  const clang::ValueDecl *copyIn(const Expr &expression) const {
    const auto *name = dyn_cast<clang::DeclRefExpr>(unwrap(&expression));
    const auto *variable = name ? dyn_cast<VarDecl>(name->getDecl()) : nullptr;
    return variable && isLambda && isCapture(*name) && !variable->getType()->isReferenceType() &&
                   copies.contains(variable)
               ? variable
               : nullptr;
  }

private:
  static clang::CXXRecordDecl::capture_const_range noCaptures() { return {nullptr, nullptr}; }

  bool isCapture(const clang::DeclRefExpr &name) const {
    const auto *variable = dyn_cast<VarDecl>(name.getDecl());
    return isLambda && variable && (variable->isInitCapture() || name.refersToEnclosingVariableOrCapture());
  }

  /// A reference to a part of the function object, or an iterator of a range-for over one.
  void addAlias(const VarDecl &variable) {
    if (!variable.getInit() || !(variable.getType()->isReferenceType() || variable.isImplicit())) return;
    const Expr *from = unwrap(variable.getInit());
    for (int steps = 0; steps < 8; ++steps) {
      if (const auto *call = dyn_cast<clang::CXXMemberCallExpr>(from); call && variable.isImplicit())
        from = unwrap(call->getImplicitObjectArgument());
      else if (const auto *member = dyn_cast<clang::MemberExpr>(from); member && !member->isArrow())
        from = unwrap(member->getBase());
      else
        break;
    }
    const auto *name = dyn_cast<clang::DeclRefExpr>(from);
    const auto *source = name ? dyn_cast<VarDecl>(name->getDecl()) : nullptr;
    if (!source) return;
    if (const clang::ValueDecl *copy = copyIn(*from))
      aliases[&variable] = copy;
    else if (auto known = aliases.find(source); known != aliases.end())
      aliases[&variable] = known->second;
  }

  bool isLambda;
  llvm::DenseSet<const clang::ValueDecl *> copies;
  llvm::DenseMap<const VarDecl *, const clang::ValueDecl *> aliases;
};

/// Ends its object with it: only one can have what a task owns.
bool isOnlyOwner(clang::QualType type) {
  const clang::CXXRecordDecl *record = type->getAsCXXRecordDecl();
  if (!record || !record->hasDefinition() || record->hasTrivialDestructor()) return false;
  bool isCopied = record->needsImplicitCopyConstructor() && !record->defaultedCopyConstructorIsDeleted();
  return !isCopied && llvm::none_of(record->ctors(), [](const clang::CXXConstructorDecl *made) {
    return made->isCopyConstructor() && !made->isDeleted();
  });
}

/// An eager coroutine awaits a captured task, which ends with the closure, or a call that is given a captured copy by
/// reference, so that it is used while suspended.
std::optional<ClosureUse> lentUse(const CoroutineView &view, const ObjectUses &uses) {
  for (const SuspensionPoint &point : view.suspensions()) {
    const Expr *operand = point.operand ? unwrap(point.operand) : nullptr;
    if (const clang::ValueDecl *task = operand ? uses.copyIn(*operand) : nullptr; task && isOnlyOwner(task->getType()))
      return ClosureUse{operand, task};
    const auto *call = operand ? dyn_cast<clang::CallExpr>(operand) : nullptr;
    const Expr *called = call ? calledObject(*call) : nullptr;
    if (called && uses.copyIn(*called) && givenByUser(*called))
      return ClosureUse{called, uses.copyIn(*called)}; // it may be one, too
    Callee callee = call ? resolveCallee(*call) : Callee{};
    if (callee.isIndirect() || callee.isVirtual) continue;
    if (const auto *member = dyn_cast<clang::CXXMemberCallExpr>(call)) {
      const Expr *object = member->getImplicitObjectArgument();
      const clang::ValueDecl *copy = object->getType()->isPointerType() ? nullptr : uses.copyIn(*object);
      if (copy) return ClosureUse{object, copy, callee.function, objectArgument};
    }
    for (unsigned i = 0;
         i < call->getNumArgs() && i < callee.function->getNumParams() && !isa<clang::CXXOperatorCallExpr>(call);
         ++i) {
      clang::QualType type = callee.function->getParamDecl(i)->getType();
      const clang::ValueDecl *copy = type->isReferenceType() ? uses.copyIn(*call->getArg(i)) : nullptr;
      if (copy) return ClosureUse{call->getArg(i), copy, callee.function, 1 + i};
    }
  }
  return std::nullopt;
}

std::optional<ClosureUse> useBehindSuspension(const clang::FunctionDecl &function, const ObjectUses &uses,
                                              UnitContext &unit) {
  std::optional<ClosureUse> first;
  forEachBehindSuspension(function, unit, [&](const clang::Stmt &stmt) {
    ClosureUse use;
    bool isUse = uses.isUse(stmt, use);
    bool isFirst = isUse && (!first || unit.ast.getSourceManager().isBeforeInTranslationUnit(use.at->getExprLoc(),
                                                                                             first->at->getExprLoc()));
    if (isFirst) first = use;
  });
  return first;
}

/// Of a generic lambda that nobody has called here: by the order of the source.
std::optional<ClosureUse> useInPattern(const clang::CXXMethodDecl &method, UnitContext &unit) {
  if (method.getReturnType()->isDependentType() || !method.getBody()) return std::nullopt;
  Start start = unit.valueType(method.getReturnType()).start;
  ObjectUses uses(method);
  const clang::SourceManager &sources = unit.ast.getSourceManager();
  clang::SourceLocation suspended;
  ClosureUse use;
  bool isCoroutine = false;
  forEachInner(method.getBody(), [&](const clang::Stmt &inner) {
    bool suspends = isa<clang::CoawaitExpr, clang::DependentCoawaitExpr, clang::CoyieldExpr>(inner);
    isCoroutine |= suspends || isa<clang::CoreturnStmt>(inner);
    if (suspends && suspended.isInvalid()) suspended = inner.getEndLoc();
    bool isLate = start == Start::Lazy ||
                  (suspended.isValid() && sources.isBeforeInTranslationUnit(suspended, inner.getBeginLoc()));
    if (isLate && !use.at) uses.isUse(inner, use);
  });
  return use.at && isCoroutine ? std::optional(use) : std::nullopt;
}

} // namespace

std::optional<ClosureUse> laterClosureUse(const clang::FunctionDecl &callOperator, UnitContext &unit) {
  const auto *method = dyn_cast<clang::CXXMethodDecl>(&callOperator);
  if (!method || method->isStatic()) return std::nullopt;
  bool isPattern = callOperator.isDependentContext();
  if (isPattern && (!method->getParent()->isLambda() || method->isExplicitObjectMemberFunction())) return std::nullopt;
  if (isPattern) return method->getParent()->capture_size() ? useInPattern(*method, unit) : std::nullopt;
  auto view = CoroutineView::of(callOperator);
  if (!view || (method->getParent()->isLambda() && method->getParent()->capture_size() == 0)) return std::nullopt;
  bool isOwnObject =
      method->isExplicitObjectMemberFunction() && !method->getParamDecl(0)->getType()->isReferenceType();
  if (isOwnObject) return std::nullopt;
  ObjectUses uses(*method);
  if (unit.valueType(callOperator.getReturnType()).start != Start::Lazy) {
    if (view->suspensions().empty()) return std::nullopt;
    auto behind = useBehindSuspension(callOperator, uses, unit);
    return behind ? behind : lentUse(*view, uses);
  }
  ClosureUse use;
  forEachWritten(&view->writtenBody(), [&](const clang::Stmt &stmt) { return !use.at && !uses.isUse(stmt, use); });
  return use.at ? std::optional(use) : std::nullopt;
}

bool isDetached(clang::QualType task, UnitContext &unit) {
  return endsItself(task, unit.ast) && !isAwaitable(unit.valueType(task).awaitable);
}

} // namespace coroguard
