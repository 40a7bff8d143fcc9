#include "facts/waits.h"
#include "facts/inner_statements.h"
#include "facts/loop_view.h"
#include "facts/named_object.h"
#include "facts/readable_body.h"
#include "language/await_result.h"
#include "language/name_words.h"
#include <clang/Basic/SourceManager.h>

namespace coroguard {
namespace {

using clang::Expr;
using clang::FunctionDecl;
using clang::Stmt;
using llvm::dyn_cast;

constexpr llvm::StringRef memberWaits[] = {"get", "wait", "result", "join", "run"};
constexpr llvm::StringRef freeWaits[] = {"sync_wait", "syncWait", "sync_await", "syncAwait", "block_on", "blockOn",
                                         "blocking_wait", "blockingWait"};

bool hasAwait(const Stmt *stmt) { return findInner<clang::CoawaitExpr>(stmt); }

/// Can one read in the project what the function does?
bool hasReadableBody(const FunctionDecl &function, UnitContext &unit) {
  const FunctionDecl *pattern = function.getTemplateInstantiationPattern();
  const FunctionDecl *definition = nullptr;
  return (pattern ? *pattern : function).isDefined(definition) && unit.inProject(definition->getLocation());
}

/// A model lists what waits. Only running or joining a task until its result is there cannot be meant in another way.
bool mayBeUnlisted(clang::QualType type, const FunctionDecl &callee, UnitContext &unit) {
  const ValueType &value = unit.valueType(type);
  if (!value.canBeAwaited()) return false;
  bool isModelled = value.model || unit.lookup.isImplementation(callee);
  return !isModelled || callee.getName() == "run" || callee.getName() == "join";
}

bool givesResultOf(clang::QualType type, const FunctionDecl &callee, UnitContext &unit) {
  clang::QualType result = awaitResult(type, unit.ast);
  return !result.isNull() && unit.ast.hasSameUnqualifiedType(result.getNonReferenceType(), callee.getReturnType().getNonReferenceType());
}

bool isWritten(const Expr *argument) { return !llvm::isa<clang::CXXDefaultArgExpr>(argument); }

} // namespace

bool waitsByShape(const FunctionDecl &callee, const Expr *object, llvm::ArrayRef<const Expr *> arguments, UnitContext &unit) {
  if (!callee.getIdentifier() || hasReadableBody(callee, unit)) return false;
  if (object) {
    if (!llvm::is_contained(memberWaits, callee.getName()) || llvm::any_of(arguments, isWritten)) return false;
    clang::QualType type = object->getType().getNonReferenceType();
    if (type->isPointerType()) type = type->getPointeeType();
    if (!mayBeUnlisted(type.getUnqualifiedType(), callee, unit)) return false;
    return givesResultOf(type, callee, unit) || (callee.getName() == "wait" && callee.getReturnType()->isVoidType());
  }
  if (!llvm::is_contained(freeWaits, callee.getName()) || arguments.empty()) return false;
  clang::QualType type = arguments[0]->getType().getNonReferenceType().getUnqualifiedType();
  return mayBeUnlisted(type, callee, unit) && (givesResultOf(type, callee, unit) || callee.getReturnType()->isVoidType());
}

bool takesTask(const FunctionDecl &callee, UnitContext &unit) {
  return llvm::any_of(callee.parameters(), [&](const clang::ParmVarDecl *parameter) {
    clang::QualType type = parameter->getType();
    return !type->isLValueReferenceType() &&
           unit.valueType(type.getNonReferenceType().getUnqualifiedType()).canBeAwaited();
  });
}

bool mayRunToEnd(const FunctionDecl &callee, const Expr *object, UnitContext &unit) {
  if (!callee.getIdentifier() || !callee.getReturnType()->isVoidType() || hasReadableBody(callee, unit)) return false;
  bool takesLazy = takesTask(callee, unit) && llvm::any_of(callee.parameters(), [&](const clang::ParmVarDecl *parameter) {
    return unit.valueType(parameter->getType().getNonReferenceType().getUnqualifiedType()).start == Start::Lazy;
  });
  if (!takesLazy || unit.lookup.sink(callee)) return false;
  if (hasWord(callee.getName(), {"detached", "background", "async", "later", "soon", "forget", "on"})) return false;
  if (hasWord(callee.getName(), {"until", "wait", "sync", "blocking"})) return true;
  const clang::CXXRecordDecl *record = object ? object->getType().getNonReferenceType()->getAsCXXRecordDecl() : nullptr;
  if (object && object->getType()->isPointerType()) record = object->getType()->getPointeeCXXRecordDecl();
  bool keepsWork = record && record->getIdentifier() &&
                   hasWord(record->getName(), {"pool", "group", "scope", "nursery", "executor", "set", "queue", "spawner"});
  if (keepsWork) return false;
  llvm::SmallVector<std::string, 4> words = wordsOf(callee.getName());
  bool isFree = !llvm::isa<clang::CXXMethodDecl>(callee);
  bool isLoop = record && record->getIdentifier() && hasWord(record->getName(), {"loop"});
  return llvm::is_contained({"run", "drive", "block", "test"}, words.front()) ||
         ((isFree || isLoop) && llvm::is_contained({"exec", "execute"}, words.front()));
}

namespace {

/// A call of one of its members, negated or not.
bool asks(const Expr *expression, const clang::ParmVarDecl &task) {
  return expression && findInner<clang::CXXMemberCallExpr>(expression, [&](const clang::CXXMemberCallExpr &call) {
           const auto *name = dyn_cast<clang::DeclRefExpr>(unwrap(call.getImplicitObjectArgument()));
           return name && name->getDecl() == &task;
         });
}

} // namespace

bool goesOnUntilDone(const FunctionDecl &callee, UnitContext &unit) {
  const Stmt *body = readableBody(&callee, unit);
  if (!body || llvm::isa<clang::CoroutineBodyStmt>(body)) return false;
  return llvm::any_of(callee.getDefinition()->parameters(), [&](const clang::ParmVarDecl *parameter) {
    clang::QualType type = parameter->getType().getNonReferenceType().getUnqualifiedType();
    return unit.valueType(type).isTask && findInner<Stmt>(body, [&](const Stmt &part) {
             const auto *result = dyn_cast<clang::ReturnStmt>(&part);
             std::optional<LoopView> loop = loopView(part);
             bool endsWithIt = result && asks(result->getRetValue(), *parameter);
             return endsWithIt || (loop && llvm::any_of(exitConditions(*loop, unit.ast), [&](const ExitCondition &exit) {
                                     return asks(exit.expression, *parameter);
                                   }));
           });
  });
}

namespace {

/// Is it a value that co_await gave, or that such a value holds: what when_all gives is complete?
bool comesFromAwait(const Expr *expression, const clang::ValueDecl *object) {
  if (hasAwait(expression)) return true;
  if (const auto *variable = dyn_cast_or_null<clang::VarDecl>(object)) return hasAwait(variable->getInit());
  const auto *name = dyn_cast<clang::DeclRefExpr>(unwrap(expression));
  const auto *binding = name ? dyn_cast<clang::BindingDecl>(name->getDecl()) : nullptr;
  const auto *whole = binding ? dyn_cast<clang::VarDecl>(binding->getDecomposedDecl()) : nullptr;
  return whole && hasAwait(whole->getInit());
}

bool names(const Stmt *stmt, const clang::ValueDecl &object) {
  return findInner<Expr>(stmt, [&](const Expr &inner) {
    return llvm::isa<clang::DeclRefExpr, clang::MemberExpr>(inner) && namedObject(&inner) == &object;
  });
}

/// Does this statement ask whether the object is complete, or await it?
bool makesSure(const Stmt &stmt, const clang::ValueDecl &object, UnitContext &unit) {
  if (const auto *await = dyn_cast<clang::CoawaitExpr>(&stmt)) return names(await->getOperand(), object);
  const auto *call = dyn_cast<clang::CXXMemberCallExpr>(&stmt);
  const clang::CXXMethodDecl *method = call ? call->getMethodDecl() : nullptr;
  bool waits = method && method->getIdentifier() && method->getName() == "wait" && call->getNumArgs() == 0; // and says so itself
  return method && (waits || unit.lookup.isReadyCheck(*method)) && namedObject(call->getImplicitObjectArgument()) == &object;
}

} // namespace

bool isKnownReady(const Expr *waitedFor, clang::SourceLocation call, const FunctionDecl &inside, UnitContext &unit) {
  if (inside.getIdentifier() && inside.getName() == "await_resume") return true;
  const clang::ValueDecl *object = namedObject(waitedFor);
  if (comesFromAwait(waitedFor, object)) return true;
  if (!object) return false;
  if (llvm::isa<clang::ParmVarDecl>(object) && object->getDeclContext() == &inside && unit.passedReady.contains(&inside)) return true;
  const clang::SourceManager &sources = unit.ast.getSourceManager();
  return findInner<Stmt>(inside.getBody(), [&](const Stmt &stmt) {
    return makesSure(stmt, *object, unit) && sources.isBeforeInTranslationUnit(stmt.getEndLoc(), call);
  });
}

} // namespace coroguard
