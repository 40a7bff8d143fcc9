#include "facts/body_walker.h"
#include "facts/affinity_losses.h"
#include "facts/awaitable_value.h"
#include "facts/awaited_twice.h"
#include "facts/converted_values.h"
#include "facts/cross_uses.h"
#include "facts/generic_code.h"
#include "facts/handles.h"
#include "facts/handoffs.h"
#include "facts/loop_touches.h"
#include "facts/locked_calls.h"
#include "facts/loops.h"
#include "facts/losses.h"
#include "facts/misuses.h"
#include "facts/object_root.h"
#include "facts/off_loop.h"
#include "facts/pool_objects.h"
#include "language/callee.h"

namespace coroguard {

using clang::Expr;
using clang::FunctionDecl;
using clang::Stmt;
using llvm::dyn_cast;
using llvm::isa;

BodyWalker::BodyWalker(const FunctionDecl *function, Function &facts, UnitContext &unit, FunctionFound found)
    : function(function), facts(facts), unit(unit), found(std::move(found)) {}

void BodyWalker::walkFunction() {
  if (const auto *constructor = dyn_cast<clang::CXXConstructorDecl>(function))
    for (const clang::CXXCtorInitializer *initializer : constructor->inits()) { // the unwritten ones run as well
      const auto *atMember = dyn_cast<clang::CXXDefaultInitExpr>(initializer->getInit());
      value(atMember ? atMember->getExpr() : initializer->getInit());
    }
  const Stmt *body = function->getBody();
  if (const auto *coroutine = dyn_cast<clang::CoroutineBodyStmt>(body)) {
    facts.isCoroutine = true;
    body = coroutine->getBody();
  }
  statement(body);
  facts.isGenerator = llvm::any_of(facts.suspensions, [](const Suspension &s) { return s.kind == SuspensionKind::Yield; }) &&
                      !isAwaitable(unit.valueType(function->getReturnType()).awaitable);
  FunctionFlow flow(*function, unit);
  if (hopsSeen) markCallsOffLoop(flow, callsByExpression, facts);
  if (hopsSeen) findAffinityLosses(flow, callsByExpression, facts);
  findLosses(flow, facts);
  findAwaitedTwice(flow, facts);
  findMisuses(flow, facts);
  findLoops(flow, facts);
  findLockedCalls(flow, callsByExpression, facts);
}

void BodyWalker::walkInitializer(const Expr &initializer) {
  value(&initializer);
  findMisuses(initializer, facts, unit);
}

// --- Statements and full expressions -----------------------------------------------------------------------------

void BodyWalker::statement(const Stmt *stmt) {
  if (const auto *expression = llvm::dyn_cast_or_null<Expr>(stmt)) discarded(expression, Drop::Form::Statement);
  else value(stmt);
}

/// Statements whose sub-statements stand alone, so that an expression there is dropped.
bool BodyWalker::controlFlow(const Stmt &stmt) {
  if (const auto *compound = dyn_cast<clang::CompoundStmt>(&stmt)) {
    for (const Stmt *child : compound->body()) statement(child);
  } else if (const auto *branch = dyn_cast<clang::IfStmt>(&stmt)) {
    statement(branch->getInit()), value(branch->getConditionVariableDeclStmt()), value(branch->getCond());
    if (auto taken = branch->getNondiscardedCase(unit.ast)) statement(*taken); // of an if constexpr
    else statement(branch->getThen()), statement(branch->getElse());
  } else if (const auto *loop = dyn_cast<clang::ForStmt>(&stmt)) {
    statement(loop->getInit()), value(loop->getConditionVariableDeclStmt()), value(loop->getCond());
    statement(loop->getInc()), statement(loop->getBody());
  } else if (const auto *range = dyn_cast<clang::CXXForRangeStmt>(&stmt)) {
    statement(range->getInit()), value(range->getRangeInit());
    value(range->getBeginStmt()), value(range->getEndStmt()), value(range->getCond()), value(range->getInc());
    value(range->getLoopVarStmt()), statement(range->getBody());
  } else if (const auto *repeat = dyn_cast<clang::WhileStmt>(&stmt)) {
    value(repeat->getConditionVariableDeclStmt()), value(repeat->getCond()), statement(repeat->getBody());
  } else if (const auto *until = dyn_cast<clang::DoStmt>(&stmt)) {
    statement(until->getBody()), value(until->getCond());
  } else if (const auto *select = dyn_cast<clang::SwitchStmt>(&stmt)) {
    statement(select->getInit()), value(select->getConditionVariableDeclStmt()), value(select->getCond());
    statement(select->getBody());
  } else if (const auto *label = dyn_cast<clang::SwitchCase>(&stmt)) {
    statement(label->getSubStmt());
  } else if (const auto *named = dyn_cast<clang::LabelStmt>(&stmt)) {
    statement(named->getSubStmt());
  } else if (const auto *attributed = dyn_cast<clang::AttributedStmt>(&stmt)) {
    statement(attributed->getSubStmt());
  } else {
    return false;
  }
  return true;
}

/// The operand whose value this expression only passes on: thrown away is what the operand made.
static const Expr *passedOn(const Expr &expression) {
  if (const auto *full = dyn_cast<clang::FullExpr>(&expression)) return full->getSubExpr();
  if (const auto *bound = dyn_cast<clang::CXXBindTemporaryExpr>(&expression)) return bound->getSubExpr();
  if (const auto *stored = dyn_cast<clang::MaterializeTemporaryExpr>(&expression)) return stored->getSubExpr();
  if (const auto *list = dyn_cast<clang::InitListExpr>(&expression)) // task<>{f()}
    return list->isTransparent() ? list->getInit(0) : nullptr;
  const auto *cast = dyn_cast<clang::ExplicitCastExpr>(&expression);
  return cast && cast->getCastKind() == clang::CK_NoOp ? cast->getSubExpr() : nullptr;
}

void BodyWalker::discarded(const Expr *expression, Drop::Form form) {
  expression = expression->IgnoreParens();
  if (const Expr *operand = passedOn(*expression)) return discarded(operand, form);
  if (const auto *comma = dyn_cast<clang::BinaryOperator>(expression); comma && comma->isCommaOp()) {
    discarded(comma->getLHS(), Drop::Form::Statement);
    return discarded(comma->getRHS(), form);
  }
  if (const auto *choice = dyn_cast<clang::ConditionalOperator>(expression)) {
    value(choice->getCond());
    discarded(choice->getTrueExpr(), form);
    return discarded(choice->getFalseExpr(), form);
  }
  if (const auto *block = dyn_cast<clang::StmtExpr>(expression)) {
    for (const Stmt *child : block->getSubStmt()->body()) {
      const auto *last = child == block->getSubStmt()->body_back() ? dyn_cast<Expr>(child) : nullptr;
      last ? discarded(last, form) : statement(child);
    }
    return;
  }
  if (const auto *cast = dyn_cast<clang::CastExpr>(expression); cast && cast->getType()->isVoidType())
    return discarded(cast->getSubExpr(), isa<clang::ExplicitCastExpr>(cast) ? Drop::Form::VoidCast : form);
  if (const auto *assign = dyn_cast<clang::CXXOperatorCallExpr>(expression); assign && assign->isAssignmentOp()) {
    const auto *left = dyn_cast<clang::DeclRefExpr>(assign->getArg(0)->IgnoreParenImpCasts());
    if (left && qualifiedName(*left->getDecl()) == "std::ignore")
      return discarded(assign->getArg(1)->IgnoreImplicit(), Drop::Form::StdIgnore);
  }
  const Expr *moved = unwrap(expression); // std::move(f()); drops what f makes
  drop(moved->isPRValue() ? *moved : *expression, form);
  value(expression);
}

void BodyWalker::value(const Stmt *stmt) {
  if (!stmt || controlFlow(*stmt)) return;
  if (const auto *await = dyn_cast<clang::CoawaitExpr>(stmt)) return awaited(*await);
  if (const auto *yield = dyn_cast<clang::CoyieldExpr>(stmt)) {
    value(yield->getOperand());
    return suspension(*yield, SuspensionKind::Yield);
  }
  if (const auto *result = dyn_cast<clang::CoreturnStmt>(stmt)) return value(result->getOperand());
  if (const auto *closure = dyn_cast<clang::LambdaExpr>(stmt)) return lambda(*closure);
  if (const auto *declared = dyn_cast<clang::DeclStmt>(stmt)) return declaration(*declared);
  if (const auto *comma = dyn_cast<clang::BinaryOperator>(stmt); comma && comma->isCommaOp()) {
    discarded(comma->getLHS(), Drop::Form::Statement);
    return value(comma->getRHS());
  }
  if (isa<clang::UnaryExprOrTypeTraitExpr, clang::CXXNoexceptExpr, clang::RequiresExpr, clang::CXXDefaultArgExpr,
          clang::CXXDefaultInitExpr>(stmt))
    return; // not evaluated, or not written here
  if (const auto *typeId = dyn_cast<clang::CXXTypeidExpr>(stmt); typeId && !typeId->isPotentiallyEvaluated()) return;
  for (Handoff &handoff : callbackHandoffs(*stmt, unit)) facts.handoffs.push_back(std::move(handoff));
  if (const auto *plain = dyn_cast<clang::CallExpr>(stmt))
    call(*plain, llvm::ArrayRef(plain->getArgs(), plain->getNumArgs()));
  else if (const auto *construct = dyn_cast<clang::CXXConstructExpr>(stmt)) {
    findConvertedValue(*construct, facts, unit);
    call(*construct, llvm::ArrayRef(construct->getArgs(), construct->getNumArgs()));
  }
  children(*stmt);
}

void BodyWalker::children(const Stmt &stmt) {
  if (const auto *block = dyn_cast<clang::StmtExpr>(&stmt)) { // its last expression is its value
    const clang::CompoundStmt *body = block->getSubStmt();
    for (const Stmt *child : body->body()) child == body->body_back() ? value(child) : statement(child);
    return;
  }
  if (const auto *opaque = dyn_cast<clang::OpaqueValueExpr>(&stmt)) return value(opaque->getSourceExpr());
  for (const Stmt *child : stmt.children()) value(child);
}

void BodyWalker::declaration(const clang::DeclStmt &stmt) {
  for (const clang::Decl *decl : stmt.decls()) {
    if (const auto *variable = dyn_cast<clang::VarDecl>(decl)) value(variable->getInit());
    const auto *record = dyn_cast<clang::CXXRecordDecl>(decl);
    if (!record) continue;
    for (const clang::CXXMethodDecl *method : record->methods())
      if (method->isThisDeclarationADefinition() && !method->isImplicit()) found(*method);
  }
}

void BodyWalker::lambda(const clang::LambdaExpr &lambda) {
  for (const Expr *initializer : lambda.capture_inits()) value(initializer);
  for (const FunctionDecl *target : callableTargets(&lambda, unit)) found(*target);
}

// --- Suspensions, calls, drops -----------------------------------------------------------------------------------

void BodyWalker::suspension(const Expr &expression, SuspensionKind kind) {
  facts.suspensions.push_back({unit.place(expression.getExprLoc()), kind});
}

void BodyWalker::awaited(const clang::CoawaitExpr &await) {
  awaitedOperand = unwrap(await.getOperand());
  value(await.getOperand());
  suspension(await, SuspensionKind::Await);
}

namespace {

const Expr *implicitObject(const Expr &call) {
  if (const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&call)) return member->getImplicitObjectArgument();
  return nullptr;
}

bool isZero(const clang::APValue &value) {
  if (value.isInt()) return value.getInt().isZero();
  if (value.isStruct() && value.getStructNumFields() == 1) return isZero(value.getStructField(0)); // a duration's count
  return false;
}

/// 0, 0ms, std::chrono::seconds(0), {} and whatever else the compiler can compute.
bool isConstantZero(const Expr *expression, const clang::ASTContext &ast) {
  expression = expression->IgnoreImplicit();
  if (expression->isValueDependent()) return false;
  Expr::EvalResult result;
  return expression->EvaluateAsRValue(result, ast) && isZero(result.Val);
}

bool isZeroArgument(unsigned index, llvm::ArrayRef<const Expr *> arguments, const clang::ASTContext &ast) {
  return index < arguments.size() && isConstantZero(arguments[index], ast);
}

/// The model's conditions on arguments: a zero time-out, flags that say "do not wait".
bool maySleep(const BlockingCall &model, llvm::ArrayRef<const Expr *> arguments, const clang::ASTContext &ast) {
  if (model.unlessZero && isZeroArgument(*model.unlessZero, arguments, ast)) return false;
  return !model.onlyZero || isZeroArgument(*model.onlyZero, arguments, ast);
}

/// People say std::thread, not std::thread::thread.
StringId sinkName(const Callee &callee, UnitContext &unit) {
  if (callee.functionObject) return unit.name(*callee.functionObject);
  const auto *constructor = dyn_cast<clang::CXXConstructorDecl>(callee.function);
  return constructor ? unit.name(*constructor->getParent()) : unit.name(*callee.function);
}

} // namespace

Call BodyWalker::describe(const Expr &expression, const FunctionDecl &callee,
                          llvm::ArrayRef<const Expr *> arguments) {
  Call call;
  call.place = unit.place(expression.getExprLoc());
  call.callee = unit.entity(callee);
  call.name = unit.name(callee);
  call.awaited = &expression == awaitedOperand;
  const Expr *object = implicitObject(expression);
  if (object && function) call.object = objectRoot(object, *function, unit);
  if (const BlockingCall *blocks = unit.lookup.blocking(callee)) {
    if (maySleep(*blocks, arguments, unit.ast)) {
      call.meaning = Meaning::Blocks;
      call.family = unit.string(blocks->family);
      call.why = unit.string(blocks->why);
      call.instead = unit.string(blocks->instead);
    }
  } else if (const LoopRunner *runner = unit.lookup.loopRunner(callee)) {
    call.meaning = Meaning::RunsLoop;
    call.why = unit.string(runner->why);
  } else if (const Resumer *resumes = unit.lookup.resumer(callee)) {
    call.meaning = Meaning::Resumes;
    call.why = unit.string(resumes->why);
  } else if (resumesHandle(callee)) {
    call.meaning = Meaning::Resumes;
    call.why = unit.string("the coroutine runs during the call");
  } else if (const LoopBoundType *bound = object ? unit.lookup.loopBoundMember(callee) : nullptr;
             bound && !isMadeForPool(*object, unit)) {
    call.meaning = Meaning::UsesLoopBound;
    call.why = unit.string(bound->why);
  } else if (const LoopBoundCall *uses = unit.lookup.loopBoundCall(callee); uses && uses->object < arguments.size()) {
    call.meaning = Meaning::UsesLoopBound;
    call.why = unit.string(uses->why);
    if (function) call.object = objectRoot(arguments[uses->object], *function, unit);
  }
  return call;
}

void BodyWalker::call(const Expr &expression, llvm::ArrayRef<const Expr *> arguments) {
  Callee callee = resolveCallee(expression);
  if (callee.isIndirect()) {
    if (isa<clang::CallExpr>(expression)) facts.hasIndirectCalls = true;
    return;
  }
  if (const auto *constructor = dyn_cast<clang::CXXConstructorDecl>(callee.function))
    if (const auto *inherited = constructor->getInheritedConstructor().getConstructor()) callee.function = inherited;
  const SinkCall *sink = callee.functionObject ? unit.lookup.sink(*callee.functionObject) : unit.lookup.sink(*callee.function);
  if (sink) {
    StringId name = sinkName(callee, unit);
    findCrossUses(*sink, name, expression, arguments, facts, unit);
    for (Handoff &handoff : handoffs(*sink, name, expression, implicitObject(expression), arguments, function, unit)) {
      if (handoff.runsOn != RunsOn::Here) {
        facts.handoffs.push_back(std::move(handoff));
        continue;
      }
      Call here; // called during the call: an edge like any other
      here.place = handoff.place, here.callee = handoff.callable, here.name = handoff.name;
      callsByExpression.emplace_back(&expression, facts.calls.size());
      facts.calls.push_back(std::move(here));
    }
  }
  markContinuations(expression, sink, arguments);
  dropsByCallee(expression, *callee.function, arguments);
  const Hop *hop = unit.lookup.hop(*callee.function);
  hopsSeen |= hop && facts.isCoroutine;
  Call call = describe(expression, *callee.function, arguments);
  call.dispatched = callee.isVirtual;
  call.touchesLoop = touchesLoop(*callee.function, sink, implicitObject(expression), unit);
  if (call.meaning == Meaning::None && !call.touchesLoop && !unit.inProject(callee.function->getLocation())) return;
  if (function) addHandles(call, expression, *callee.function, arguments, *function, unit);
  if (isa<clang::CXXOperatorCallExpr>(expression) && isa<clang::CXXMethodDecl>(callee.function)) {
    if (function) call.object = objectRoot(arguments[0], *function, unit);
    arguments = arguments.drop_front();
  }
  for (const Expr *argument : arguments) call.arguments.push_back(function ? objectRoot(argument, *function, unit) : Root{});
  callsByExpression.emplace_back(&expression, facts.calls.size());
  facts.calls.push_back(std::move(call));
}

void BodyWalker::drop(const Expr &dropped, Drop::Form form) {
  if (!dropped.isPRValue() || dropped.isTypeDependent()) return;
  if (const auto *await = dyn_cast<clang::CoawaitExpr>(&dropped)) {
    if (form == Drop::Form::Statement) nestedAwait(*await, facts, unit);
    return;
  }
  std::optional<AwaitableValue> value = awaitableValue(dropped, unit);
  if (!value) return;
  Drop fact;
  fact.place = unit.place(dropped.getExprLoc());
  fact.form = form;
  fact.value = *value;
  fact.inCoroutine = facts.isCoroutine;
  fact.inContinuation = !facts.isCoroutine && unit.continuations.contains(function);
  addDrop(dropped, std::move(fact));
}

/// What a template drops because of what it was given is its user's loss, and said where he gave it.
void BodyWalker::addDrop(const Expr &dropped, Drop fact) {
  const Expr *called = function ? calledObject(dropped) : nullptr;
  const clang::ValueDecl *given = called ? givenByUser(*called) : nullptr;
  if (given && given->getDeclContext() == function && isa<clang::ParmVarDecl>(given)) {
    genericDrops.push_back({llvm::cast<clang::ParmVarDecl>(given)->getFunctionScopeIndex(), std::move(fact)});
    return;
  }
  if (given) fact.inside = fact.place, fact.place = userPlace(*called, *function, unit);
  facts.drops.push_back(std::move(fact));
}

/// Callables whose result is waited for: given to a member of something to await, or to what uses their result.
void BodyWalker::markContinuations(const Expr &call, const SinkCall *sink, llvm::ArrayRef<const Expr *> arguments) {
  const Expr *object = implicitObject(call);
  bool chained = object && unit.valueType(object->getType().getNonReferenceType()).canBeAwaited();
  if (!chained && !(sink && sink->result == SinkCall::Result::Used)) return;
  for (const Expr *argument : arguments)
    if (isa<clang::LambdaExpr>(unwrap(argument)))
      for (const FunctionDecl *target : callableTargets(argument, unit)) unit.continuations.insert(target);
}

const std::vector<GenericDrop> &BodyWalker::dropsOf(const FunctionDecl &instantiation) {
  auto [known, isNew] = unit.genericDrops.try_emplace(&instantiation);
  if (!isNew) return known->second; // empty while it is being found: a recursive template
  const FunctionDecl *definition = nullptr;
  const Stmt *body = instantiation.getBody(definition);
  if (!body || definition->isDependentContext() || unit.lookup.isImplementation(*definition)) return known->second;
  Function scratch;
  BodyWalker walker(definition, scratch, unit, [](const FunctionDecl &) {});
  if (const auto *coroutine = dyn_cast<clang::CoroutineBodyStmt>(body)) body = coroutine->getBody();
  walker.statement(body);
  return known->second = std::move(walker.genericDrops);
}

void BodyWalker::dropsByCallee(const Expr &call, const FunctionDecl &callee, llvm::ArrayRef<const Expr *> arguments) {
  if (!callee.isTemplateInstantiation() || !unit.inProject(callee.getLocation())) return;
  if (isa<clang::CXXOperatorCallExpr>(call) && isa<clang::CXXMethodDecl>(callee)) arguments = arguments.drop_front();
  for (const GenericDrop &generic : std::vector(dropsOf(callee))) {
    if (generic.parameter >= arguments.size()) continue;
    const Expr &given = *arguments[generic.parameter];
    const auto *own = llvm::dyn_cast_or_null<clang::ParmVarDecl>(givenByUser(given));
    if (own && own->getDeclContext() == function) { // given to us as well
      genericDrops.push_back({own->getFunctionScopeIndex(), generic.drop});
      continue;
    }
    Drop fact = generic.drop;
    if (auto targets = callableTargets(&given, unit); targets.size() == 1)
      fact.value.maker = unit.entity(*targets[0]), fact.value.name = unit.name(*targets[0]);
    fact.inside = fact.place;
    fact.place = unit.place(call.getExprLoc());
    fact.inCoroutine = facts.isCoroutine;
    facts.drops.push_back(std::move(fact));
  }
}

} // namespace coroguard
