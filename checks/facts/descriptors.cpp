#include "facts/descriptors.h"
#include "facts/named_object.h"
#include <clang/Lex/Lexer.h>

namespace coroguard {
namespace {

using clang::Expr;
using clang::Stmt;
using clang::ValueDecl;
using llvm::dyn_cast;

bool isConstantFalse(const Expr *expression, const clang::ASTContext &ast) {
  Expr::EvalResult result;
  return !expression->isValueDependent() && expression->EvaluateAsRValue(result, ast) && result.Val.isInt() &&
         result.Val.getInt().isZero();
}

/// The switch that this call makes, under the model's conditions.
const NonBlockingSwitch *switchOf(const clang::CallExpr &call, UnitContext &unit) {
  const clang::FunctionDecl *callee = call.getDirectCallee();
  const NonBlockingSwitch *made = callee ? unit.lookup.nonBlockingSwitch(*callee) : nullptr;
  if (!made) return nullptr;
  llvm::ArrayRef<const Expr *> arguments(call.getArgs(), call.getNumArgs());
  if (!made->named.empty() && !namesInArguments(made->named, arguments, unit.ast)) return nullptr;
  bool isOff = made->unlessZero && (*made->unlessZero >= arguments.size() || isConstantFalse(arguments[*made->unlessZero], unit.ast));
  return isOff ? nullptr : made;
}

bool switchesArgument(const clang::CallExpr &call, const ValueDecl &object, UnitContext &unit) {
  const NonBlockingSwitch *made = switchOf(call, unit);
  if (!made || made->ofResult) return false;
  const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&call);
  const Expr *switched = member ? member->getImplicitObjectArgument() : nullptr;
  if (made->object) switched = *made->object < call.getNumArgs() ? call.getArg(*made->object) : nullptr;
  return switched && namedObject(switched) == &object;
}

/// Is the value what a switch returns (a socket made with SOCK_NONBLOCK)?
bool isMadeNonBlocking(const Expr *value, UnitContext &unit) {
  const auto *call = value ? dyn_cast<clang::CallExpr>(unwrap(value)) : nullptr;
  const NonBlockingSwitch *made = call ? switchOf(*call, unit) : nullptr;
  return made && made->ofResult;
}

bool switches(const Stmt *stmt, const ValueDecl &object, UnitContext &unit) {
  if (!stmt) return false;
  if (const auto *call = dyn_cast<clang::CallExpr>(stmt); call && switchesArgument(*call, object, unit)) return true;
  if (const auto *assign = dyn_cast<clang::BinaryOperator>(stmt); assign && assign->isAssignmentOp())
    if (namedObject(assign->getLHS()) == &object && isMadeNonBlocking(assign->getRHS(), unit)) return true;
  return llvm::any_of(stmt->children(), [&](const Stmt *child) { return switches(child, object, unit); });
}

bool switches(const clang::FunctionDecl &function, const ValueDecl &object, UnitContext &unit) {
  if (const auto *constructor = dyn_cast<clang::CXXConstructorDecl>(&function))
    for (const clang::CXXCtorInitializer *initializer : constructor->inits())
      if (initializer->getMember() == &object && isMadeNonBlocking(initializer->getInit(), unit)) return true;
  return switches(function.getBody(), object, unit);
}

bool isSwitched(const ValueDecl &object, UnitContext &unit) {
  if (const auto *field = dyn_cast<clang::FieldDecl>(&object)) {
    const auto *record = dyn_cast<clang::CXXRecordDecl>(field->getParent());
    return isMadeNonBlocking(field->getInClassInitializer(), unit) ||
           (record && llvm::any_of(record->methods(), [&](const clang::CXXMethodDecl *method) {
              const clang::FunctionDecl *definition = nullptr;
              return method->isDefined(definition) && switches(*definition, object, unit);
            }));
  }
  const auto *variable = dyn_cast<clang::VarDecl>(&object);
  const auto *owner = dyn_cast<clang::FunctionDecl>(object.getDeclContext());
  return (variable && isMadeNonBlocking(variable->getInit(), unit)) || (owner && switches(*owner, object, unit));
}

} // namespace

bool namesInArguments(llvm::StringRef word, llvm::ArrayRef<const Expr *> arguments, const clang::ASTContext &ast) {
  const clang::SourceManager &sources = ast.getSourceManager();
  return llvm::any_of(arguments, [&](const Expr *argument) {
    clang::CharSourceRange range = sources.getExpansionRange(argument->getSourceRange());
    return clang::Lexer::getSourceText(range, sources, ast.getLangOpts()).contains(word);
  });
}

bool isNonBlockingDescriptor(const Expr *object, UnitContext &unit) {
  const ValueDecl *decl = object ? namedObject(object) : nullptr;
  if (!decl) return false;
  auto [entry, isNew] = unit.nonBlockingDescriptors.try_emplace(decl, false);
  if (isNew) entry->second = isSwitched(*decl, unit);
  return entry->second;
}

} // namespace coroguard
