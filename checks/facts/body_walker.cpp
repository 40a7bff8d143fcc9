// Long because every kind of expression has one place here, and all of them share what is known about the function.
#include "facts/body_walker.h"
#include "facts/affinity_losses.h"
#include "facts/await_spot.h"
#include "facts/awaitable_value.h"
#include "facts/awaited_twice.h"
#include "facts/callable_slots.h"
#include "facts/cancellation_gaps.h"
#include "facts/closure_tasks.h"
#include "facts/converted_values.h"
#include "facts/cross_uses.h"
#include "facts/dangling_closures.h"
#include "facts/dangling_objects.h"
#include "facts/descriptors.h"
#include "facts/forwarded_construction.h"
#include "facts/generic_code.h"
#include "facts/handles.h"
#include "facts/handoffs.h"
#include "facts/last_words.h"
#include "facts/lent_too_long.h"
#include "facts/loop_touches.h"
#include "facts/lock_crossings.h"
#include "facts/locked_calls.h"
#include "facts/loops.h"
#include "facts/losses.h"
#include "facts/misuses.h"
#include "facts/named_object.h"
#include "facts/object_root.h"
#include "facts/off_loop.h"
#include "facts/own_hops.h"
#include "facts/pool_objects.h"
#include "facts/spawned_captures.h"
#include "facts/thread_values.h"
#include "facts/waits.h"
#include "facts/whereabouts.h"
#include "language/callee.h"
#include <clang/AST/ExprConcepts.h>

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
      if (initializer->getMember()) bindInitializer(*initializer->getMember(), initializer->getInit(), unit);
    }
  if (const auto *destructor = dyn_cast<clang::CXXDestructorDecl>(function)) addMembersEnds(*destructor, facts, unit);
  const Stmt *body = function->getBody();
  if (!body) return; // nobody wrote it
  if (const auto *coroutine = dyn_cast<clang::CoroutineBodyStmt>(body)) {
    facts.isCoroutine = true;
    facts.startsElsewhere = startsElsewhere(*function, unit);
    body = coroutine->getBody();
  } else {
    const TaskType *task = unit.lookup.taskType(function->getReturnType());
    facts.givesLoopsTask = task && task->onLoopOnly && !facts.isLambda;
  }
  statement(body);
  facts.isGenerator = llvm::any_of(facts.suspensions, [](const Suspension &s) { return s.kind == SuspensionKind::Yield; }) &&
                      !isAwaitable(unit.valueType(function->getReturnType()).awaitable);
  FunctionFlow flow(*function, unit);
  CallsByVariable ends = findVariablesEnds(flow, mortals, facts);
  bool mayLeave = hopsSeen || ownHopsSeen;
  if (mayLeave) markCallsOffLoop(flow, callsByExpression, ends, facts);
  if (hopsSeen) findAffinityLosses(flow, callsByExpression, facts);
  findLosses(flow, facts);
  findAwaitedTwice(flow, facts);
  findMisuses(flow, facts);
  findLoops(flow, callsByExpression, mayLeave, facts);
  findLockedCalls(flow, callsByExpression, facts);
  findDanglingClosures(*function, facts, unit);
  findClosureTasks(*function, facts, unit);
  findDanglingObjects(*function, facts, unit);
  findSpawnedCaptures(*function, facts, unit);
  findLentTooLong(flow, facts);
  findLockCrossings(flow, facts);
  findThreadStateCrossings(flow, facts);
  findErrorNumberCrossings(flow, facts);
  findSwallowedCancellation(*function, facts, unit);
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
    block(*compound);
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

void BodyWalker::block(const clang::CompoundStmt &block) {
  const auto *body = function ? function->getBody() : nullptr;
  if (const auto *coroutine = llvm::dyn_cast_or_null<clang::CoroutineBodyStmt>(body)) body = coroutine->getBody();
  bool outer = std::exchange(dying, dying || (&block != body && endsProcess(block)));
  for (const Stmt *child : block.body()) statement(child);
  dying = outer;
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
  if (expression->isPRValue()) lifeEnd(*expression, expression->getType(), expression, /*throughPointer=*/false);
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
  if (isa<clang::UnaryExprOrTypeTraitExpr, clang::CXXNoexceptExpr, clang::RequiresExpr>(stmt)) return; // not evaluated
  if (const auto *argument = dyn_cast<clang::CXXDefaultArgExpr>(stmt)) return unwritten(argument->getExpr(), argument->getUsedLocation());
  if (const auto *member = dyn_cast<clang::CXXDefaultInitExpr>(stmt)) return unwritten(member->getExpr(), member->getBeginLoc());
  if (const auto *typeId = dyn_cast<clang::CXXTypeidExpr>(stmt); typeId && !typeId->isPotentiallyEvaluated()) return;
  if (const auto *deletes = dyn_cast<clang::CXXDeleteExpr>(stmt); deletes && !deletes->isTypeDependent())
    lifeEnd(*deletes->getArgument(), deletes->getDestroyedType(), deletes, /*throughPointer=*/true);
  bindCallables(*stmt, unit);
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
    if (const auto *variable = dyn_cast<clang::VarDecl>(decl)) {
      value(variable->getInit());
      bindInitializer(*variable, variable->getInit(), unit);
      if (variable->hasLocalStorage() && !lifeEnds(variable->getType(), unit).empty()) mortals.push_back(variable);
    }
    if (const auto *parts = dyn_cast<clang::DecompositionDecl>(decl))
      for (const clang::BindingDecl *part : parts->bindings())
        if (const clang::VarDecl *got = part->getHoldingVar()) unwritten(got->getInit(), part->getLocation());
    const auto *record = dyn_cast<clang::CXXRecordDecl>(decl);
    if (!record) continue;
    for (const clang::CXXMethodDecl *method : record->methods())
      if (method->isThisDeclarationADefinition() || isa<clang::CXXDestructorDecl>(method)) found(*method);
  }
}

void BodyWalker::lambda(const clang::LambdaExpr &lambda) {
  for (const Expr *initializer : lambda.capture_inits()) value(initializer);
  for (const FunctionDecl *target : callableTargets(&lambda, unit)) found(*target);
}

// --- Suspensions, calls, drops -----------------------------------------------------------------------------------

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

/// A named function object is modelled by its own name, and that is the one people know.
void describeFunctionObject(const clang::VarDecl &object, llvm::ArrayRef<const Expr *> arguments, Call &call,
                            UnitContext &unit) {
  const BlockingCall *blocks = unit.lookup.blocking(object);
  if (!blocks || !maySleep(*blocks, arguments.drop_front(), unit.ast)) return;
  call.name = unit.name(object);
  setBlocks(call, *blocks, unit);
}

/// What is known of a wait that only its shape shows.
BlockingCall waitByShape() {
  BlockingCall wait;
  wait.family = "wait";
  wait.why = "it sleeps until the task or future is complete";
  wait.instead = "co_await";
  return wait;
}

} // namespace

/// Default arguments and initialisers run where they are left out.
void BodyWalker::unwritten(const Expr *expression, clang::SourceLocation place) {
  clang::SourceLocation outer = unwrittenAt;
  if (unwrittenAt.isInvalid()) unwrittenAt = place;
  value(expression);
  unwrittenAt = outer;
}

void BodyWalker::suspension(const Expr &expression, SuspensionKind kind) {
  facts.suspensions.push_back({unit.place(expression.getExprLoc()), kind});
}

void BodyWalker::awaited(const clang::CoawaitExpr &await) {
  awaitedOperand = unwrap(await.getOperand());
  value(await.getOperand());
  suspension(await, SuspensionKind::Await);
  awaiterCalls(await);
  ownHopsSeen |= leadsToOwnThread(await, unit);
}

/// operator co_await, await_transform and the awaiter's three functions run on the awaiting thread.
void BodyWalker::awaiterCalls(const clang::CoroutineSuspendExpr &suspension) {
  clang::SourceLocation place = suspension.getKeywordLoc();
  const Expr *operand = unwrap(suspension.getOperand());
  for (const Expr *made = unwrap(suspension.getCommonExpr()); made != operand;) {
    const auto *maker = dyn_cast<clang::CallExpr>(made);
    if (!maker) break;
    awaiterCall(maker, place);
    const Expr *object = implicitObject(*maker);
    if (const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(maker)) object = op->getArg(0);
    if (maker->getNumArgs() > 0) object = maker->getArg(0); // of await_transform: what is awaited, not the promise
    if (!object) break;
    made = unwrap(object);
  }
  for (const Expr *part : {suspension.getReadyExpr(), suspension.getSuspendExpr(), suspension.getResumeExpr()})
    awaiterCall(part, place);
}

/// The call itself, which may stand inside of conversions and of what resumes the coroutine that it names.
void BodyWalker::awaiterCall(const Expr *expression, clang::SourceLocation place) {
  if (!expression) return;
  const auto *found = dyn_cast<clang::CallExpr>(expression);
  const FunctionDecl *callee = found ? found->getDirectCallee() : nullptr;
  if (!callee || callee->getBuiltinID()) {
    if (isa<clang::OpaqueValueExpr>(expression)) return;
    for (const Stmt *child : expression->children()) awaiterCall(llvm::dyn_cast_or_null<Expr>(child), place);
    return;
  }
  clang::SourceLocation outer = std::exchange(unwrittenAt, place);
  call(*found, llvm::ArrayRef(found->getArgs(), found->getNumArgs()));
  unwrittenAt = outer;
}

Call BodyWalker::describe(const Expr &expression, const FunctionDecl &callee,
                          llvm::ArrayRef<const Expr *> arguments) {
  Call call;
  call.place = unit.place(unwrittenAt.isValid() ? unwrittenAt : expression.getExprLoc());
  call.origin = unwrittenAt.isValid() ? Origin::Implicit : Origin::Written;
  call.callee = unit.entity(callee);
  call.name = unit.name(callee);
  call.awaited = &expression == awaitedOperand;
  const Expr *object = implicitObject(expression);
  if (object && function) call.object = objectRoot(object, *function, unit);
  if (const BlockingCall *model = unit.lookup.blocking(callee)) {
    if (blocks(*model, expression, object, arguments)) setBlocks(call, *model, unit);
  } else if (const LoopRunner *runner = unit.lookup.loopRunner(callee)) {
    call.meaning = Meaning::RunsLoop;
    call.why = unit.string(runner->why);
    if (runner->onlyReady) call.family = unit.string("ready");
  } else if (const Resumer *resumes = unit.lookup.resumer(callee)) {
    call.meaning = Meaning::Resumes;
    call.why = unit.string(resumes->why);
  } else if (resumesHandle(callee)) {
    call.meaning = Meaning::Resumes;
    call.why = unit.string("the coroutine runs during the call");
  } else if (const LoopBoundType *bound = object ? unit.lookup.loopBoundMember(callee) : nullptr;
             bound && !isMadeForPool(*object, unit) && !staysInside(*object, callee, function)) {
    call.meaning = Meaning::UsesLoopBound;
    call.why = unit.string(bound->why);
  } else if (const LoopBoundCall *uses = unit.lookup.loopBoundCall(callee); uses && uses->object < arguments.size()) {
    call.meaning = Meaning::UsesLoopBound;
    call.why = unit.string(uses->why);
    if (function) call.object = objectRoot(arguments[uses->object], *function, unit);
  }
  if (call.meaning == Meaning::None && function && waitsByShape(callee, object, arguments, unit)) {
    const Expr *waitedFor = object ? object : arguments[0];
    static const BlockingCall shape = waitByShape();
    if (!isKnownReady(waitedFor, expression.getExprLoc(), *function, unit)) setBlocks(call, shape, unit);
  }
  return call;
}

/// The model says that it may: does what stands around the call say that it does not?
bool BodyWalker::blocks(const BlockingCall &model, const Expr &call, const Expr *object, llvm::ArrayRef<const Expr *> arguments) {
  if (!maySleep(model, arguments, unit.ast)) return false;
  if (!model.unlessNamed.empty() && namesInArguments(model.unlessNamed, arguments, unit.ast)) return false;
  const Expr *subject = object ? object : arguments.empty() ? nullptr : arguments[0];
  const clang::ValueDecl *named = subject ? namedObject(subject) : nullptr;
  if (!model.onlyObject.empty() && !(named && llvm::is_contained(model.onlyObject, qualifiedName(*named)))) return false;
  if (!subject || !function) return true;
  if (!model.onlyObject.empty() && isa<clang::CallExpr>(unwrap(subject))) return false; // std::cin >> a >> b: the first has waited
  const FunctionDecl *callee = resolveCallee(call).function;
  bool asksItself = callee && unit.lookup.isReadyCheck(*callee); // a wait with a time-out
  if (model.family == "wait") return asksItself || !isKnownReady(subject, call.getExprLoc(), *function, unit);
  bool hasDescriptor = model.family == "network" || model.family == "file";
  return !hasDescriptor || !isNonBlockingDescriptor(subject, unit);
}

void BodyWalker::add(Call call, const Expr &expression) {
  call.dying = dying || endsProcess(expression);
  callsByExpression.emplace_back(&expression, facts.calls.size());
  facts.calls.push_back(std::move(call));
}

void BodyWalker::indirectCall(const clang::CallExpr &expression) {
  facts.hasIndirectCalls = true;
  Call call;
  if (!describeSlotCall(expression, call, unit)) return;
  call.place = unit.place(expression.getExprLoc());
  call.awaited = &expression == awaitedOperand;
  add(std::move(call), expression);
}

/// The end of an object's life that a statement or expression is: a dropped temporary, delete, reset().
void BodyWalker::lifeEnd(const Expr &object, clang::QualType type, const Expr *maker, bool throughPointer) {
  if (isa<clang::CoawaitExpr>(object)) return;
  const clang::ValueDecl *named = throughPointer ? namedObject(&object) : nullptr;
  StringId name = named ? unit.string(named->getNameAsString()) : StringId{};
  for (LifeEnd end : lifeEnds(type, unit)) {
    end.dispatched |= throughPointer && end.destructor->isVirtual() && !end.destructor->getParent()->isEffectivelyFinal();
    add(destructorCall(end, object.getExprLoc(), name, maker, unit), *maker);
  }
}

/// Objects that end with a call: the temporary that a member was called on, and what an owner lets go in reset().
void BodyWalker::endsBehind(const Expr &expression) {
  const auto *call = dyn_cast<clang::CXXMemberCallExpr>(&expression);
  const clang::CXXMethodDecl *method = call ? call->getMethodDecl() : nullptr;
  if (!method) return;
  const Expr *object = call->getImplicitObjectArgument();
  const Expr *named = object;
  while (const auto *cast = dyn_cast<clang::ImplicitCastExpr>(named->IgnoreParens())) named = cast->getSubExpr();
  if (const auto *temporary = dyn_cast<clang::MaterializeTemporaryExpr>(named->IgnoreParens())) {
    bool isTaken = method->getRefQualifier() == clang::RQ_RValue || disarms(*call, unit);
    if (!isTaken) lifeEnd(*temporary->getSubExpr(), temporary->getType(), temporary->getSubExpr(), /*throughPointer=*/false);
  } else if (method->getIdentifier() && method->getName() == "reset" && method->getParent()->isInStdNamespace()) {
    bool onlyEnds = call->getNumArgs() == 0 || isa<clang::CXXDefaultArgExpr>(call->getArg(0));
    if (onlyEnds) lifeEnd(*object, object->getType().getNonReferenceType(), call, /*throughPointer=*/true);
  }
}

void BodyWalker::handOff(const SinkCall &sink, StringId name, const Expr &expression, llvm::ArrayRef<const Expr *> arguments) {
  if (sink.passesReady)
    for (const Expr *argument : arguments)
      for (const FunctionDecl *target : callableTargets(argument, unit)) unit.passedReady.insert(target);
  for (Handoff &handoff : handoffs(sink, name, expression, implicitObject(expression), arguments, function, unit)) {
    if (handoff.runsOn != RunsOn::Here) {
      facts.handoffs.push_back(std::move(handoff));
      continue;
    }
    Call here; // called during the call: an edge like any other
    here.place = handoff.place, here.callee = handoff.callable, here.name = handoff.name;
    add(std::move(here), expression);
  }
}

void BodyWalker::forwardedCall(const Expr &expression, const FunctionDecl &callee, llvm::ArrayRef<const Expr *> arguments) {
  auto made = forwardedConstruction(callee, arguments, unit);
  if (!made) return;
  if (made->sink) handOff(*made->sink, unit.name(*made->type), expression, made->arguments);
  if (!made->constructor) return;
  Call call = describe(expression, *made->constructor, made->arguments);
  call.origin = Origin::Forwarded;
  call.object = {};
  if (call.meaning != Meaning::None || unit.inProject(made->constructor->getLocation())) add(std::move(call), expression);
}

void BodyWalker::call(const Expr &expression, llvm::ArrayRef<const Expr *> arguments) {
  Callee callee = resolveCallee(expression);
  if (callee.isIndirect()) {
    if (const auto *indirect = dyn_cast<clang::CallExpr>(&expression)) indirectCall(*indirect);
    return;
  }
  endsBehind(expression);
  forwardedCall(expression, *callee.function, arguments);
  if (const auto *constructor = dyn_cast<clang::CXXConstructorDecl>(callee.function))
    if (const auto *inherited = constructor->getInheritedConstructor().getConstructor()) callee.function = inherited;
  const SinkCall *sink = unit.lookup.sink(callee);
  if (sink) {
    StringId name = unit.name(callee);
    findCrossUses(*sink, name, expression, arguments, facts, unit);
    handOff(*sink, name, expression, arguments);
  }
  markContinuations(expression, sink, arguments);
  dropsByCallee(expression, *callee.function, arguments);
  findIdleTimeLimit(expression, *callee.function, arguments, facts, unit);
  const Hop *hop = unit.lookup.hop(*callee.function);
  hopsSeen |= hop && facts.isCoroutine;
  Call call = describe(expression, *callee.function, arguments);
  if (callee.functionObject) describeFunctionObject(*callee.functionObject, arguments, call, unit);
  call.dispatched = callee.isVirtual;
  call.touchesLoop = touchesLoop(*callee.function, sink, implicitObject(expression), unit);
  if (call.meaning == Meaning::None && !call.touchesLoop && !unit.inProject(callee.function->getLocation())) return;
  if (function) addHandles(call, expression, *callee.function, arguments, *function, unit);
  if (isa<clang::CXXOperatorCallExpr>(expression) && isa<clang::CXXMethodDecl>(callee.function)) {
    if (function) call.object = objectRoot(arguments[0], *function, unit);
    arguments = arguments.drop_front();
  }
  for (const Expr *argument : arguments) call.arguments.push_back(function ? objectRoot(argument, *function, unit) : Root{});
  add(std::move(call), expression);
}

void BodyWalker::drop(const Expr &dropped, Drop::Form form) {
  if (!dropped.isPRValue() || dropped.isTypeDependent()) return;
  if (const auto *await = dyn_cast<clang::CoawaitExpr>(&dropped)) {
    if (form == Drop::Form::Statement) nestedAwait(*await, awaitSpot(*await, MadeFor::Nothing, function, unit), facts, unit);
    return;
  }
  std::optional<AwaitableValue> value = awaitableValue(dropped, unit);
  if (!value) return;
  Drop fact;
  fact.place = unit.place(dropped.getExprLoc());
  fact.form = form;
  fact.value = *value;
  fact.inContinuation = !facts.isCoroutine && unit.continuations.contains(function);
  if (unwrittenAt.isInvalid()) fact.await = awaitSpot(dropped, MadeFor::Nothing, function, unit);
  addDrop(dropped, std::move(fact));
}

} // namespace coroguard
