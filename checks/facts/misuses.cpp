#include "facts/misuses.h"
#include "facts/await_spot.h"
#include "facts/awaitable_value.h"
#include "facts/discarded_results.h"
#include "facts/generic_code.h"
#include "facts/outliving_tasks.h"
#include "language/await_result.h"
#include "language/callee.h"
#include "language/written_code.h"
#include <clang/AST/StmtCXX.h>

namespace coroguard {
namespace {

using clang::Expr;
using clang::QualType;
using clang::Stmt;
using clang::VarDecl;
using llvm::dyn_cast;
using llvm::isa;

class MisuseFinder {
public:
  MisuseFinder(const clang::FunctionDecl *function, Function &facts, UnitContext &unit)
      : function(function), facts(facts), unit(unit) {}

  void walk(const Stmt *body) {
    forEachWritten(body, [&](const Stmt &stmt) {
      look(stmt);
      return true;
    });
    for (const auto &[variable, misuse] : testedVariables)
      if (tests[variable] == mentions[variable]) facts.misuses.push_back(misuse);
  }

  /// The inner task in `co_return inner();` of a task that gives a task.
  void walkResults(const Stmt *body, QualType returnType) {
    QualType result = awaitResult(returnType, unit.ast);
    if (result.isNull() || !unit.valueType(result.getNonReferenceType()).isTask) return;
    forEachWritten(body, [&](const Stmt &stmt) {
      const auto *returned = dyn_cast<clang::CoreturnStmt>(&stmt);
      if (returned && returned->getOperand() && !returned->isImplicit()) nestedResult(*returned->getOperand());
      return true;
    });
  }

private:
  void look(const Stmt &stmt) {
    if (const auto *cast = dyn_cast<clang::CastExpr>(&stmt)) {
      if (const Expr *tested = convertedToBool(*cast)) condition(*tested);
    } else if (const auto *compared = dyn_cast<clang::CXXOperatorCallExpr>(&stmt)) {
      if (const Expr *tested = comparedWithNull(*compared)) condition(*tested);
    } else if (const auto *declared = dyn_cast<clang::DeclStmt>(&stmt)) {
      for (const clang::Decl *decl : declared->decls())
        if (const auto *variable = dyn_cast<VarDecl>(decl)) forgotten(*variable);
    } else if (const auto *name = dyn_cast<clang::DeclRefExpr>(&stmt)) {
      ++mentions[name->getDecl()];
    } else if (const auto *lambda = dyn_cast<clang::LambdaExpr>(&stmt)) {
      for (const clang::LambdaCapture &capture : lambda->captures()) // what its body does with it is not known
        if (capture.capturesVariable()) mentions[capture.getCapturedVar()] += 2;
    }
  }

  /// What a user-defined conversion to bool is applied to. A written call of the operator is meant as it is.
  static const Expr *convertedToBool(const clang::CastExpr &cast) {
    if (cast.getCastKind() != clang::CK_UserDefinedConversion) return nullptr;
    const auto *call = dyn_cast<clang::CXXMemberCallExpr>(cast.getSubExpr()->IgnoreImplicitAsWritten());
    if (!call) call = dyn_cast<clang::CXXMemberCallExpr>(cast.getSubExpr());
    const auto *conversion = call ? llvm::dyn_cast_or_null<clang::CXXConversionDecl>(call->getMethodDecl()) : nullptr;
    if (!conversion || !conversion->getConversionType()->isBooleanType()) return nullptr;
    return call->getImplicitObjectArgument();
  }

  static const Expr *comparedWithNull(const clang::CXXOperatorCallExpr &call) {
    if (call.getNumArgs() != 2) return nullptr;
    if (call.getOperator() != clang::OO_EqualEqual && call.getOperator() != clang::OO_ExclaimEqual) return nullptr;
    auto isNull = [](const Expr *e) { return e->IgnoreParenImpCasts()->getType()->isNullPtrType(); };
    return isNull(call.getArg(1)) ? call.getArg(0) : isNull(call.getArg(0)) ? call.getArg(1) : nullptr;
  }

  /// Could somebody have meant the result? Only when there is one. An optional or expected that can be awaited, which its
  /// operator * tells, is asked what it is for.
  bool hidesResult(QualType type) {
    const ValueType &value = unit.valueType(type);
    const clang::CXXRecordDecl *record = type->getAsCXXRecordDecl();
    if (!value.isTask || !isAwaitable(value.awaitable) || !record) return false;
    if (value.model && value.model->drop == TaskType::Drop::Allowed) return false;
    QualType result = awaitResult(type, unit.ast);
    if (result.isNull() || result->isVoidType()) return false;
    auto star = unit.ast.DeclarationNames.getCXXOperatorName(clang::OO_Star);
    return record->lookup(star).empty();
  }

  void condition(const Expr &tested) {
    const Expr *object = unwrap(&tested);
    QualType type = object->getType().getNonReferenceType().getUnqualifiedType();
    if (!hidesResult(type)) return;
    if (const auto *name = dyn_cast<clang::DeclRefExpr>(object)) return variableCondition(*name);
    if (!object->isPRValue()) return; // of a task that lives elsewhere people ask whether there is one
    auto value = awaitableValue(*object, unit);
    if (!value) return;
    facts.misuses.push_back(asCondition(*value, *object));
    bool canTestResult = awaitResult(type, unit.ast).getNonReferenceType()->isScalarType();
    if (canTestResult) facts.misuses.back().await = awaitSpot(*object, MadeFor::Test, function, unit);
  }

  /// A local task that is tested, and else not mentioned: nobody asks whether there is one in order to await it.
  void variableCondition(const clang::DeclRefExpr &name) {
    const auto *variable = dyn_cast<VarDecl>(name.getDecl());
    if (name.refersToEnclosingVariableOrCapture()) return; // another function's, which may do more with it
    if (!variable || !variable->isLocalVarDecl() || !variable->hasLocalStorage() || !variable->getInit()) return;
    const Expr *init = unwrap(variable->getInit());
    if (variable->getType()->isReferenceType() || !isa<clang::CallExpr>(init) || !init->isPRValue()) return;
    auto value = awaitableValue(*init, unit);
    if (!value) return;
    ++tests[variable];
    testedVariables.try_emplace(variable, asCondition(*value, name));
  }

  Misuse asCondition(const AwaitableValue &value, const Expr &written) {
    Misuse misuse;
    misuse.place = unit.place(written.getExprLoc());
    misuse.form = Misuse::Form::AsCondition;
    misuse.value = value;
    misuse.subject = unit.text(written.getSourceRange());
    return misuse;
  }

  /// `auto inner = co_await outer();` where nobody ever mentions the task that it gave.
  void forgotten(const VarDecl &variable) {
    if (!variable.getInit() || variable.isReferenced() || !variable.hasLocalStorage()) return;
    if (const auto *await = dyn_cast<clang::CoawaitExpr>(unwrap(variable.getInit()))) nestedAwait(*await, {}, facts, unit);
  }

  void nestedResult(const Expr &operand) {
    const Expr *inner = unwrap(&operand);
    if (!isa<clang::CallExpr>(inner) || !inner->isPRValue()) return;
    const Expr *called = calledObject(*inner);
    if (called && givenByUser(*called)) return; // the user's business: who awaits the outer task drops it or does not
    std::optional<AwaitableValue> value = awaitableValue(*inner, unit);
    if (!value || value->start != Start::Lazy) return; // what has been started may be waited for in two steps
    Misuse misuse;
    misuse.place = unit.place(inner->getExprLoc());
    misuse.form = Misuse::Form::Nested;
    misuse.value = *value;
    misuse.subject = facts.name;
    facts.misuses.push_back(std::move(misuse));
  }

  const clang::FunctionDecl *function; // null: an initialiser outside any function
  Function &facts;
  UnitContext &unit;
  llvm::DenseMap<const clang::ValueDecl *, unsigned> mentions, tests;
  std::map<const VarDecl *, Misuse> testedVariables;
};

} // namespace

void nestedAwait(const clang::CoawaitExpr &await, const AwaitSpot &spot, Function &facts, UnitContext &unit) {
  if (!await.isPRValue() || !unit.valueType(await.getType()).isTask) return;
  std::optional<AwaitableValue> value = awaitableResult(await.getType(), nullptr, unit);
  const Expr *operand = unwrap(await.getOperand());
  std::optional<AwaitableValue> outer = isa<clang::CallExpr>(operand) ? awaitableValue(*operand, unit) : std::nullopt;
  if (!value) return;
  Misuse misuse;
  misuse.place = unit.place(await.getExprLoc());
  misuse.form = Misuse::Form::Nested;
  if (outer) value->maker = outer->maker, value->name = outer->name;
  misuse.value = *value;
  misuse.await = spot;
  facts.misuses.push_back(std::move(misuse));
}

void findMisuses(FunctionFlow &flow, Function &facts) {
  MisuseFinder finder(&flow.function, facts, flow.unit);
  if (const auto *constructor = dyn_cast<clang::CXXConstructorDecl>(&flow.function))
    for (const clang::CXXCtorInitializer *initializer : constructor->inits())
      if (initializer->isWritten()) finder.walk(initializer->getInit());
  finder.walk(flow.function.getBody());
  if (facts.isCoroutine) finder.walkResults(flow.function.getBody(), flow.function.getReturnType());
  findDiscardedResults(flow.function, facts, flow.unit);
  findOutlivingTasks(flow.function, facts, flow.unit);
}

void findMisuses(const Expr &initializer, Function &facts, UnitContext &unit) {
  MisuseFinder(nullptr, facts, unit).walk(&initializer);
  findDiscardedResults(initializer, facts, unit);
}

} // namespace coroguard
