#include "facts/dangling_objects.h"
#include "facts/closure_uses.h"
#include "facts/dying_object.h"
#include "facts/inner_statements.h"
#include "facts/joined_work.h"
#include "facts/readable_body.h"
#include "facts/self_owner.h"
#include "language/callee.h"
#include "language/coroutine.h"
#include <clang/Basic/SourceManager.h>

namespace coroguard {
namespace {

using clang::Expr;
using clang::FunctionDecl;
using clang::Stmt;
using clang::VarDecl;
using llvm::dyn_cast;
using llvm::isa;

class ObjectFinder {
public:
  ObjectFinder(const FunctionDecl &function, Function &facts, UnitContext &unit)
      : function(function), dying(function), facts(facts), unit(unit) {}

  void walk() {
    forEachInner(function.getBody(), [&](const Stmt &inner) {
      const auto *call = dyn_cast<clang::CXXMemberCallExpr>(&inner);
      if (call && call->getMethodDecl() && unit.valueType(call->getType()).isTask)
        started(*call, *call->getMethodDecl());
    });
  }

private:
  void started(const clang::CXXMemberCallExpr &call, const clang::CXXMethodDecl &method) {
    if (method.isStatic() || method.isExplicitObjectMemberFunction() || method.getRefQualifier() == clang::RQ_RValue)
      return;
    if (method.getParent()->isLambda() || unit.lookup.isImplementation(method)) return;
    const Expr *object = call.getImplicitObjectArgument();
    if (unit.valueType(object->getType().getNonReferenceType()).canBeAwaited()) return;
    const VarDecl *owner = soleOwner(*object);
    Referred found = owner ? Referred{owner} : ownObject(*object);
    if (!found || !isDetachedHere(call) || mayBeJoinedBehind(function, call, unit)) return;
    Dangling fact;
    fact.place = unit.place(call.getExprLoc());
    fact.form = Dangling::Form::This;
    fact.start = unit.valueType(call.getType()).start;
    if (found.variable)
      fact.subject = unit.string(found.variable->getName()), fact.made = unit.place(found.variable->getLocation());
    if (owner) fact.type = unit.name(*method.getParent());
    fact.callee = unit.entity(method);
    fact.name = unit.name(method);
    fact.argument = objectArgument;
    const FunctionDecl *definition = nullptr;
    bool isSeen = method.getBody(definition);
    fact.ifKept = !isSeen || !keepsItselfTooLate(*definition, *object);
    if (isSeen)
      if (auto use = laterClosureUse(*definition, unit)) fact.used = unit.place(lastUse(*definition, *use));
    facts.danglings.push_back(std::move(fact));
  }

  /// A lazy one begins when the only owner that there has been, as far as anybody can see, may have gone.
  bool keepsItselfTooLate(const FunctionDecl &definition, const Expr &object) {
    const auto *arrow = dyn_cast<clang::CXXOperatorCallExpr>(unwrap(&object));
    const auto *name = arrow ? dyn_cast<clang::DeclRefExpr>(unwrap(arrow->getArg(0))) : nullptr;
    const auto *variable = name ? dyn_cast<VarDecl>(name->getDecl()) : nullptr;
    bool isFresh = arrow && isFreshOwner(variable ? variable->getInit() : arrow->getArg(0));
    return isFresh && unit.valueType(definition.getReturnType()).start == Start::Lazy && keepsItself(definition) &&
           !isGivenItself(definition);
  }

  /// The last mention of the object, which is surely behind what the coroutine waits for.
  static clang::SourceLocation lastUse(const FunctionDecl &definition, const ClosureUse &first) {
    clang::SourceLocation last = first.at->getExprLoc();
    forEachInner(definition.getBody(), [&](const Stmt &inner) {
      if (isa<clang::CXXThisExpr>(inner)) last = inner.getBeginLoc();
    });
    return last;
  }

  /// A local variable, or a temporary, and not what it only points to.
  Referred ownObject(const Expr &object) {
    if (const auto *arrow = dyn_cast<clang::CXXOperatorCallExpr>(unwrap(&object)))
      if (arrow->getOperator() == clang::OO_Arrow && isFreshOwner(arrow->getArg(0))) return {nullptr, arrow->getArg(0)};
    if (object.getType()->isPointerType()) return {};
    Referred found = dying.designated(&object);
    if (found.temporary && isa<clang::CallExpr>(unwrap(&object)) && !unwrap(&object)->isPRValue()) return {};
    const clang::CXXRecordDecl *record = object.getType().getNonReferenceType()->getAsCXXRecordDecl();
    bool isHandle = !record || !record->hasDefinition() || record->hasTrivialDestructor() || pointee(object.getType());
    return isHandle ? Referred{} : found;
  }

  /// `owner->member()` with a smart pointer that this function has as its own and does nothing else with: it is the
  /// last one, as far as anybody can see, of an object that could keep itself.
  const VarDecl *soleOwner(const Expr &object) {
    const auto *arrow = dyn_cast<clang::CXXOperatorCallExpr>(unwrap(&object));
    if (!arrow || (arrow->getOperator() != clang::OO_Arrow && arrow->getOperator() != clang::OO_Star)) return nullptr;
    const auto *name = dyn_cast<clang::DeclRefExpr>(unwrap(arrow->getArg(0)));
    const auto *variable = name ? dyn_cast<VarDecl>(name->getDecl()) : nullptr;
    const clang::CXXRecordDecl *target = variable ? pointee(variable->getType()) : nullptr;
    if (!target || !dying.isOwn(*variable)) return nullptr;
    bool isUnique = !variable->getType()->getAsCXXRecordDecl()->hasSimpleCopyConstructor() &&
                    isMoveOnly(*variable->getType()->getAsCXXRecordDecl());
    if (!isUnique && !canOwnItself(*target)) return nullptr;
    unsigned mentions = 0, dereferences = 0;
    forEachInner(function.getBody(), [&](const Stmt &inner) {
      const auto *mention = dyn_cast<clang::DeclRefExpr>(&inner);
      mentions += mention && mention->getDecl() == variable;
      const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(&inner);
      const auto *used = op && (op->getOperator() == clang::OO_Arrow || op->getOperator() == clang::OO_Star)
                             ? dyn_cast<clang::DeclRefExpr>(unwrap(op->getArg(0)))
                             : nullptr;
      dereferences += used && used->getDecl() == variable;
    });
    return mentions == dereferences ? variable : nullptr;
  }

  static bool isMoveOnly(const clang::CXXRecordDecl &record) {
    return llvm::none_of(record.ctors(), [](const clang::CXXConstructorDecl *made) {
      return made->isCopyConstructor() && !made->isDeleted();
    });
  }

  /// Dropped after it has started, given to what runs it later, or kept in a variable that nobody waits with.
  bool isDetachedHere(const clang::CXXMemberCallExpr &call) {
    std::vector<const Stmt *> around = writtenAround(function.getBody(), call);
    bool started = unit.valueType(call.getType()).start == Start::Eager;
    for (size_t i = around.size(); i-- > 0;) {
      const Stmt &outer = *around[i];
      if (isa<clang::CoawaitExpr, clang::CoyieldExpr, clang::ReturnStmt, clang::CoreturnStmt, clang::LambdaExpr>(
              outer))
        return false;
      if (const auto *declared = dyn_cast<clang::DeclStmt>(&outer))
        return started && !endsWithItsValue(call) && isNeverWaitedFor(*declared);
      if (!isa<Expr>(outer)) return started;
      const auto *outerCall = dyn_cast<clang::CallExpr>(&outer);
      if (!outerCall) continue;
      if (waits(*outerCall, unit)) return false;
      Callee callee = resolveCallee(*outerCall);
      if (callee.isIndirect()) return false;
      const SinkCall *sink = unit.lookup.sink(callee);
      const BackgroundCall *background = unit.lookup.backgroundCall(*callee.function);
      started |= (sink && sink->runs != RunsOn::Here) || background;
      bool flowsOn = unit.valueType(outerCall->getType()).canBeAwaited() || callee.function->isInStdNamespace();
      const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(outerCall);
      if (op && op->isAssignmentOp()) return false; // who knows who waits for it
      if (!flowsOn && !started) return false;
    }
    return false;
  }

  /// The variable dies before what has been declared before it, and its destructor destroys the coroutine: for certain, or
  /// because somebody has to destroy its frame and no model knows better.
  bool endsWithItsValue(const clang::CXXMemberCallExpr &call) {
    const ValueType &value = unit.valueType(call.getType());
    const clang::CXXRecordDecl *record = call.getType()->getAsCXXRecordDecl();
    const clang::CXXDestructorDecl *end = record && record->hasDefinition() ? record->getDestructor() : nullptr;
    bool mayEndIt = end && end->isUserProvided() && value.mayStopWhenDropped && !value.model;
    return value.stopsWhenDropped || mayEndIt;
  }

  /// Of the variable only questions are asked.
  bool isNeverWaitedFor(const clang::DeclStmt &declared) {
    const auto *variable = declared.isSingleDecl() ? dyn_cast<VarDecl>(declared.getSingleDecl()) : nullptr;
    if (!variable || variable->isStaticLocal()) return false;
    unsigned mentions = 0, questions = 0;
    forEachInner(function.getBody(), [&](const Stmt &inner) {
      const auto *name = dyn_cast<clang::DeclRefExpr>(&inner);
      mentions += name && name->getDecl() == variable;
      const auto *call = dyn_cast<clang::CXXMemberCallExpr>(&inner);
      const auto *asked = call ? dyn_cast<clang::DeclRefExpr>(unwrap(call->getImplicitObjectArgument())) : nullptr;
      bool isQuestion = asked && asked->getDecl() == variable && call->getMethodDecl() &&
                        call->getMethodDecl()->isConst() && !waits(*call, unit);
      questions += isQuestion;
    });
    return mentions == questions;
  }

  const FunctionDecl &function;
  DyingObjects dying;
  Function &facts;
  UnitContext &unit;
};

/// A member coroutine that nobody can wait for, of an object that may end at any time.
void findDetachedMember(const FunctionDecl &function, Function &facts, UnitContext &unit) {
  const auto *method = dyn_cast<clang::CXXMethodDecl>(&function);
  if (!facts.isCoroutine || !method || method->getParent()->isLambda() || method->isStatic()) return;
  if (!isDetached(function.getReturnType(), unit) || !canOwnItself(*method->getParent()) || keepsItself(function))
    return;
  auto use = laterClosureUse(function, unit);
  if (!use || use->keeper) return;
  Dangling fact;
  fact.place = unit.place(use->at->getExprLoc());
  fact.form = Dangling::Form::This;
  fact.start = Start::Eager;
  fact.name = facts.name;
  fact.type = unit.name(*method->getParent());
  if (!facts.suspensions.empty()) fact.at = facts.suspensions.front().place;
  facts.danglings.push_back(std::move(fact));
}

/// Does the end of an object do something, and nothing that waits?
bool endsWithoutWaiting(const clang::CXXRecordDecl &record, UnitContext &unit) {
  const clang::CXXDestructorDecl *destructor = record.hasDefinition() ? record.getDestructor() : nullptr;
  const auto *body = destructor ? dyn_cast_or_null<clang::CompoundStmt>(readableBody(destructor, unit)) : nullptr;
  if (!body || body->body_empty()) return false;
  auto waitsIn = [&](const Stmt *inside) -> bool {
    return findInner<clang::CallExpr>(inside, [&](const clang::CallExpr &call) { return waits(call, unit); });
  };
  if (waitsIn(body)) return false;
  return !findInner<clang::CXXMemberCallExpr>(body, [&](const clang::CXXMemberCallExpr &call) { // stop(), join()
    const Stmt *inner = call.getMethodDecl() ? readableBody(call.getMethodDecl(), unit) : nullptr;
    bool isOwn = isa<clang::CXXThisExpr>(unwrap(call.getImplicitObjectArgument()));
    return isOwn && (inner ? waitsIn(inner) : true);
  });
}

/// A coroutine lambda that has only `this` of the object, and uses it behind a suspension: the last place.
const Expr *lateUse(const clang::LambdaExpr &closure, UnitContext &unit) {
  const FunctionDecl &callOperator = *closure.getCallOperator();
  bool refers = false, keeps = false;
  for (const clang::LambdaCapture &capture : closure.captures()) {
    refers |= capture.getCaptureKind() == clang::LCK_This;
    if (!capture.capturesVariable() || capture.getCaptureKind() == clang::LCK_ByRef) continue;
    clang::QualType type = capture.getCapturedVar()->getType().getNonReferenceType();
    const clang::CXXRecordDecl *record = type->getAsCXXRecordDecl();
    keeps |= record && record->hasDefinition() && !record->hasTrivialDestructor(); // an owner, a guard
  }
  auto view = CoroutineView::of(callOperator);
  if (!refers || keeps || !view || view->suspensions().empty() || !laterClosureUse(callOperator, unit)) return nullptr;
  bool keepsInFrame = findInner<clang::DeclStmt>(callOperator.getBody(), [](const clang::DeclStmt &declared) {
    return llvm::any_of(declared.decls(), [](const clang::Decl *decl) {
      const auto *variable = dyn_cast<VarDecl>(decl);
      const clang::CXXRecordDecl *target = variable ? pointee(variable->getType()) : nullptr;
      return target && canOwnItself(*target);
    });
  });
  if (keepsInFrame) return nullptr;
  const clang::SourceManager &sources = unit.ast.getSourceManager();
  clang::SourceLocation suspended = view->suspensions().front().expression->getEndLoc();
  return findInner<clang::CXXThisExpr>(callOperator.getBody(), [&](const clang::CXXThisExpr &use) {
    return sources.isBeforeInTranslationUnit(suspended, use.getBeginLoc());
  });
}

/// `spawn([this]() -> task { ... })` by an object that can own itself, whose end shows that it does not wait.
void findSpawnedClosures(const FunctionDecl &function, Function &facts, UnitContext &unit) {
  const auto *method = dyn_cast<clang::CXXMethodDecl>(&function);
  if (!method || method->isStatic() || method->getParent()->isLambda() || !canOwnItself(*method->getParent())) return;
  forEachInner(function.getBody(), [&](const Stmt &inner) {
    const auto *call = dyn_cast<clang::CallExpr>(&inner);
    Callee callee = call && call->getType()->isVoidType() ? resolveCallee(*call) : Callee{};
    const SinkCall *sink = callee.isIndirect() ? nullptr : unit.lookup.sink(callee);
    if (!sink || sink->runs == RunsOn::Here || sink->runs == RunsOn::Unknown) return;
    const clang::LambdaExpr *spawned = nullptr;
    unsigned closures = 0; // another one is told of the end
    for (const Expr *argument : call->arguments())
      if (const clang::CXXRecordDecl *record = argument->getType().getNonReferenceType()->getAsCXXRecordDecl();
          record && record->isLambda())
        ++closures, spawned = dyn_cast<clang::LambdaExpr>(unwrap(argument));
    const Expr *use = closures == 1 && spawned ? lateUse(*spawned, unit) : nullptr;
    if (!use || mayBeJoinedBehind(function, *call, unit) || !endsWithoutWaiting(*method->getParent(), unit)) return;
    Dangling fact;
    fact.place = unit.place(spawned->getBeginLoc());
    fact.form = Dangling::Form::This;
    fact.start = unit.valueType(spawned->getCallOperator()->getReturnType()).start;
    fact.name = unit.name(*spawned->getCallOperator());
    fact.type = unit.name(*method->getParent());
    fact.through = unit.name(callee);
    fact.used = unit.place(use->getExprLoc());
    facts.danglings.push_back(std::move(fact));
  });
}

} // namespace

void findDanglingObjects(const FunctionDecl &function, Function &facts, UnitContext &unit) {
  findDetachedMember(function, facts, unit);
  findSpawnedClosures(function, facts, unit);
  ObjectFinder(function, facts, unit).walk();
}

} // namespace coroguard
