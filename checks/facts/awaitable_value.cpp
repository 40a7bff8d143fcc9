#include "facts/awaitable_value.h"
#include "language/callee.h"
#include <clang/Lex/Lexer.h>

namespace coroguard {
namespace {

/// What is written in front of the parentheses of an indirect call; of any other expression, all of it.
clang::SourceRange calledRange(const clang::Expr &expression) {
  const auto *call = llvm::dyn_cast<clang::CallExpr>(unwrap(&expression));
  if (!call) return expression.getSourceRange();
  bool isObject = llvm::isa<clang::CXXOperatorCallExpr>(call) && call->getNumArgs() > 0; // a std::function
  return (isObject ? call->getArg(0) : call->getCallee())->getSourceRange();
}

void nameMaker(const clang::Expr &expression, AwaitableValue &value, UnitContext &unit) {
  Callee callee = resolveCallee(expression);
  if (llvm::isa<clang::CXXConstructExpr, clang::InitListExpr>(expression)) {
    value.name = unit.name(*expression.getType()->getAsCXXRecordDecl());
  } else if (callee.function) {
    value.maker = unit.entity(*callee.function);
    value.name = callee.functionObject ? unit.name(*callee.functionObject) : unit.name(*callee.function);
    value.isNodiscard |= callee.function->hasAttr<clang::WarnUnusedResultAttr>();
    value.isBackground = unit.lookup.isBackgroundCall(*callee.function);
    value.isHandle = callee.functionObject ? unit.lookup.sink(*callee.functionObject) : unit.lookup.sink(*callee.function);
  } else {
    value.name = unit.string(clang::Lexer::getSourceText(clang::CharSourceRange::getTokenRange(calledRange(expression)),
                                                         unit.ast.getSourceManager(), unit.ast.getLangOpts()));
  }
}

} // namespace

std::optional<AwaitableValue> awaitableValue(const clang::Expr &expression, UnitContext &unit) {
  const ValueType &type = unit.valueType(expression.getType());
  if (!type.canBeAwaited()) return std::nullopt;
  const auto *made = llvm::dyn_cast<clang::CXXConstructExpr>(&expression);
  if (made && made->getNumArgs() == 0 && type.isTask) return std::nullopt; // an empty one: nothing is lost
  AwaitableValue value;
  value.type = unit.string(expression.getType().getAsString(unit.ast.getPrintingPolicy()));
  value.start = type.start;
  value.isTask = type.isTask;
  value.isNodiscard = type.isNodiscard;
  value.isAwaitable = isAwaitable(type.awaitable);
  value.isAwaiter = type.awaitable == AwaitableKind::Awaiter;
  value.dropIsError = type.model && type.model->drop == TaskType::Drop::Error;
  value.dropAllowed = type.model && type.model->drop == TaskType::Drop::Allowed;
  nameMaker(expression, value, unit);
  return value;
}

} // namespace coroguard
