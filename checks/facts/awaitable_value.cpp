#include "facts/awaitable_value.h"
#include "language/callee.h"

namespace coroguard {
namespace {

/// What is written in front of the parentheses of an indirect call; of any other expression, all of it.
clang::SourceRange calledRange(const clang::Expr &expression) {
  const auto *call = llvm::dyn_cast<clang::CallExpr>(unwrap(&expression));
  if (!call) return expression.getSourceRange();
  bool isObject = llvm::isa<clang::CXXOperatorCallExpr>(call) && call->getNumArgs() > 0; // a std::function
  return (isObject ? call->getArg(0) : call->getCallee())->getSourceRange();
}

/// Is this call, or one further up in a chain of member calls, one whose work may be left alone?
bool isBackground(const clang::Expr *expression, UnitContext &unit) {
  for (int steps = 0; expression && steps < 32; ++steps) {
    expression = unwrap(expression);
    Callee callee = resolveCallee(*expression);
    if (callee.function && unit.lookup.backgroundCall(*callee.function)) return true;
    const auto *member = llvm::dyn_cast<clang::CXXMemberCallExpr>(expression);
    expression = member ? member->getImplicitObjectArgument() : nullptr;
    if (expression && !unit.valueType(expression->getType().getNonReferenceType()).canBeAwaited()) return false;
  }
  return false;
}

void nameMaker(const clang::Expr &expression, AwaitableValue &value, UnitContext &unit) {
  Callee callee = resolveCallee(expression);
  if (llvm::isa<clang::CXXConstructExpr, clang::InitListExpr>(expression)) {
    // An enumeration has no class, and can have an operator co_await all the same.
    if (const clang::CXXRecordDecl *record = expression.getType()->getAsCXXRecordDecl()) value.name = unit.name(*record);
    else value.name = value.type;
  } else if (callee.function) {
    value.maker = unit.entity(*callee.function);
    value.name = unit.name(callee);
    value.isNodiscard |= callee.function->hasAttr<clang::WarnUnusedResultAttr>();
    value.isBackground = isBackground(&expression, unit);
    const SinkCall *sink = unit.lookup.sink(callee);
    // A value that gives the callable's own result is that result, not a handle of it.
    value.isHandle = sink && sink->runs != RunsOn::Here && sink->result != SinkCall::Result::Used;
  } else {
    value.name = unit.text(calledRange(expression));
  }
}

/// Was the value made to be let go of: by a function that says so, or by one that takes the class that says so?
bool isDetached(const clang::Expr &expression, const TaskType *model, UnitContext &unit) {
  const clang::FunctionDecl *maker = resolveCallee(expression).function;
  if (!maker) return false;
  const BackgroundCall *background = unit.lookup.backgroundCall(*maker);
  if (background && background->drop == TaskType::Drop::Allowed) return true;
  if (!model || model->detachedBy.empty()) return false;
  return llvm::any_of(maker->parameters(), [&](const clang::ParmVarDecl *parameter) {
    const clang::CXXRecordDecl *record = parameter->getType().getNonReferenceType()->getAsCXXRecordDecl();
    return record && qualifiedName(*record) == model->detachedBy;
  });
}

} // namespace

AwaitableValue awaitableValueOf(clang::QualType valueType, UnitContext &unit) {
  const ValueType &type = unit.valueType(valueType);
  AwaitableValue value;
  value.type = unit.string(valueType.getAsString(unit.ast.getPrintingPolicy()));
  value.start = type.start;
  value.isTask = type.isTask;
  value.isNodiscard = type.isNodiscard;
  value.isAwaitable = isAwaitable(type.awaitable);
  value.isAwaiter = type.awaitable == AwaitableKind::Awaiter;
  value.dropIsError = type.model && type.model->drop == TaskType::Drop::Error;
  value.dropAllowed = type.model && type.model->drop == TaskType::Drop::Allowed;
  value.stopsWhenDropped = type.stopsWhenDropped;
  value.mayStopWhenDropped = type.mayStopWhenDropped;
  value.givesGuard = type.givesGuard;
  return value;
}

std::optional<AwaitableValue> awaitableValue(const clang::Expr &expression, UnitContext &unit) {
  const ValueType &type = unit.valueType(expression.getType());
  if (!type.canBeAwaited()) return std::nullopt;
  const auto *made = llvm::dyn_cast<clang::CXXConstructExpr>(&expression);
  if (made && made->getNumArgs() == 0 && type.isTask) return std::nullopt; // an empty one: nothing is lost
  AwaitableValue value = awaitableValueOf(expression.getType(), unit);
  nameMaker(expression, value, unit);
  if (isDetached(expression, type.model, unit)) value.dropAllowed = true, value.dropIsError = false;
  return value;
}

std::optional<AwaitableValue> awaitableResult(clang::QualType result, const clang::FunctionDecl *maker, UnitContext &unit) {
  if (result.isNull() || !unit.valueType(result).canBeAwaited()) return std::nullopt;
  AwaitableValue value = awaitableValueOf(result, unit);
  if (!maker) return value;
  value.maker = unit.entity(*maker);
  value.name = unit.name(*maker);
  value.isNodiscard |= maker->hasAttr<clang::WarnUnusedResultAttr>();
  return value;
}

} // namespace coroguard
