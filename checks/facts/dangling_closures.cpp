// Long because it follows one value, first the closure and then its task, through every expression around it.
#include "facts/dangling_closures.h"
#include "facts/callable_fate.h"
#include "facts/coroutine_callables.h"
#include "facts/fix_spots.h"
#include "facts/generic_code.h"
#include "facts/inner_statements.h"
#include "facts/joined_work.h"
#include "facts/task_fate.h"
#include "facts/waits.h"
#include "language/callee.h"
#include "language/coroutine.h"
#include "language/element_owner.h"
#include "language/std_functions.h"

namespace coroguard {
namespace {

using clang::Expr;
using clang::FunctionDecl;
using clang::Stmt;
using llvm::dyn_cast;
using llvm::isa;

/// For how long the closure lives.
enum class Life : uint8_t {
  Statement, // a temporary
  Scope,     // a local variable
  Closure,   // a captured copy: as long as the closure that runs
};

class ClosureFollower {
public:
  ClosureFollower(const FunctionDecl &function, Function &facts, UnitContext &unit)
      : function(function), facts(facts), unit(unit), callables(unit) {}

  void walk() {
    forEachInner(function.getBody(), [&](const Stmt &inner) {
      const auto *made = dyn_cast<Expr>(&inner);
      if (!made || !made->isPRValue()) return;
      bool makes = isa<clang::LambdaExpr>(made) || CoroutineCallables::makesFunctor(*made);
      const CoroutineCallable *found = makes ? callables.of(made->getType()) : nullptr;
      if (found) start(*made, *found, Life::Statement, nullptr);
    });
    forEachInner(function.getBody(), [&](const Stmt &inner) {
      const auto *name = dyn_cast<clang::DeclRefExpr>(&inner);
      const auto *variable = name ? dyn_cast<clang::VarDecl>(name->getDecl()) : nullptr;
      const CoroutineCallable *found = variable ? callables.of(*variable) : nullptr;
      if (found) mentioned(*name, *variable, *found);
    });
  }

private:
  // --- The way of the closure

  struct Way {
    const CoroutineCallable &callable;
    const Expr &origin;
    Life life;
    const clang::VarDecl *variable; // that holds it, if any
    std::vector<const Stmt *> around = {};
    bool isLent = false;  // to what calls it, so that the task is the result of that
    bool isErased = false; // into a std::function, of which whoever takes it has a copy
    bool dropped = false; // nobody who calls it gets its task, or can wait for it
    StringId through = {};
    clang::SourceLocation at = {};
    const FunctionDecl *unseen = nullptr; // what takes it has its body elsewhere
    unsigned argument = 0;
  };

  void start(const Expr &origin, const CoroutineCallable &found, Life life, const clang::VarDecl *variable) {
    Way way{found, origin, life, variable};
    way.around = writtenAround(function.getBody(), origin);
    way.dropped = isDetached(found.task, unit);
    if (variable)
      if (const auto *erased = erasedSignature(variable->getType())) way.dropped |= givesNoTask(*erased);
    closure(way, way.around.size(), &origin);
  }

  bool givesNoTask(const clang::FunctionProtoType &erased) {
    return !unit.valueType(erased.getReturnType()).canBeAwaited();
  }

  void mentioned(const clang::DeclRefExpr &name, const clang::VarDecl &variable, const CoroutineCallable &found) {
    bool isCaptured = name.refersToEnclosingVariableOrCapture() || variable.isInitCapture();
    if (!isCaptured && (variable.getDeclContext() != &function || variable.isStaticLocal())) return;
    if (variable.getType()->isReferenceType() && isCaptured) return;
    if (isCaptured && !isCopiedIn(variable)) return;
    start(name, found, isCaptured ? Life::Closure : Life::Scope, &variable);
  }

  bool isCopiedIn(const clang::VarDecl &variable) {
    if (variable.isInitCapture()) return !variable.getType()->isReferenceType();
    const auto *method = dyn_cast<clang::CXXMethodDecl>(&function);
    if (!method || !method->getParent()->isLambda()) return false;
    return llvm::any_of(method->getParent()->captures(), [&](const clang::LambdaCapture &capture) {
      return capture.capturesVariable() && capture.getCapturedVar() == &variable &&
             capture.getCaptureKind() == clang::LCK_ByCopy;
    });
  }

  static bool isTransparent(const Stmt &stmt) {
    if (isa<clang::FullExpr, clang::ParenExpr, clang::MaterializeTemporaryExpr, clang::CXXBindTemporaryExpr,
            clang::ConditionalOperator>(stmt))
      return true;
    if (const auto *cast = dyn_cast<clang::CastExpr>(&stmt)) return !cast->getType()->isVoidType();
    const auto *e = dyn_cast<Expr>(&stmt);
    return e && handedOn(*e, {"ref"});
  }

  void closure(Way &way, size_t inside, const Stmt *current) {
    for (size_t i = inside; i-- > 0; current = way.around[i]) {
      const Stmt &outer = *way.around[i];
      if (isTransparent(outer)) continue;
      const auto *e = dyn_cast<Expr>(&outer);
      if (!e) return closureLeaves(way, outer);
      const Expr *called = calledObject(*e);
      bool isCallee = isa<clang::MemberExpr>(e) && dyn_cast<clang::MemberExpr>(e)->getBase() == current;
      if (isCallee) continue; // of operator()(), get()
      if ((called && called == current) || (isa<clang::CXXMemberCallExpr>(e) && isOwnCall(*e, way)))
        return calledHere(way, i);
      if (const auto *made = dyn_cast<clang::CXXConstructExpr>(e)) {
        if (made->getConstructor()->isCopyOrMoveConstructor()) continue;
        const clang::FunctionProtoType *erased = erasedSignature(made->getType());
        if (erased) way.isErased = true, way.dropped |= givesNoTask(*erased);
        bool isDelegate = way.dropped && made->getConstructor()->getPrimaryTemplate() &&
                          made->getConstructor()->isConvertingConstructor(false);
        if (erased || (isDelegate && !unit.valueType(made->getType()).canBeAwaited())) { // it holds a copy of its own
          way.life = Life::Statement;
          continue;
        }
        return constructed(way, *made, current, i);
      }
      if (isa<clang::InitListExpr, clang::CXXParenListInitExpr>(e)) { // overloaded{...}, or a struct with a callback
        if (way.life != Life::Statement) return;
        continue;
      }
      if (const auto *call = dyn_cast<clang::CallExpr>(e)) return given(way, *call, current, i);
      return;
    }
  }

  bool isOwnCall(const Expr &e, const Way &way) {
    const clang::CXXMethodDecl *callee = llvm::cast<clang::CXXMemberCallExpr>(e).getMethodDecl();
    return callee && callee->getParent()->getCanonicalDecl() ==
                         llvm::cast<clang::CXXMethodDecl>(way.callable.callOperator)->getParent()->getCanonicalDecl();
  }

  /// Returned, kept in a variable (whose mentions are followed), or alone in a statement.
  void closureLeaves(Way &way, const Stmt &outer) {
    bool isFresh = way.life == Life::Statement || way.variable;
    if (isa<clang::ReturnStmt>(outer) && way.dropped && isFresh && startOf(way) != Start::Lazy)
      report(way, outer.getBeginLoc());
  }

  /// coroutine::lambda(closure) and the like, that only point to it; awaiters, that own it; what is not known.
  void constructed(Way &way, const clang::CXXConstructExpr &made, const Stmt *current, size_t i) {
    unsigned index = 0;
    while (index < made.getNumArgs() && made.getArg(index) != current) ++index;
    const clang::CXXRecordDecl *record = made.getType()->getAsCXXRecordDecl();
    if (!record || index == made.getNumArgs()) return;
    if (unit.valueType(made.getType()).canBeAwaited())
      return; // it owns the closure, or is awaited where both are temporaries
    if (pointsTo(*record, way)) return wrapped(way, i);
    take(way, made, *made.getConstructor(), index, i);
  }

  static bool pointsTo(const clang::CXXRecordDecl &record, const Way &way) {
    const clang::CXXRecordDecl *closure = way.origin.getType().getNonReferenceType()->getAsCXXRecordDecl();
    return llvm::any_of(record.fields(), [&](const clang::FieldDecl *field) {
      clang::QualType type = field->getType();
      const clang::CXXRecordDecl *pointee =
          type->isPointerType() || type->isReferenceType() ? type->getPointeeType()->getAsCXXRecordDecl() : nullptr;
      return pointee && closure && pointee->getCanonicalDecl() == closure->getCanonicalDecl();
    });
  }

  /// The wrapper is fine while the closure lives. A temporary one does until the statement is over: whoever takes the
  /// wrapper must be awaited in it and do no more than call it.
  void wrapped(Way &way, size_t inside) {
    if (way.life != Life::Statement) return;
    bool erased = false;
    const Stmt *current = way.around[inside];
    for (size_t i = inside; i-- > 0; current = way.around[i]) {
      const Stmt &outer = *way.around[i];
      const auto *made = dyn_cast<clang::CXXConstructExpr>(&outer);
      if (isTransparent(outer) || (made && made->getConstructor()->isCopyOrMoveConstructor())) continue;
      if (made && erasedSignature(made->getType())) { // its type is gone: it was made to be kept
        erased = true;
        continue;
      }
      const auto *e = dyn_cast<Expr>(&outer);
      if (!e) return report(way, way.origin.getBeginLoc()); // a variable
      const auto *call = dyn_cast<clang::CallExpr>(e);
      Callee callee = resolveCallee(*e);
      if (!call || callee.isIndirect()) return;
      way.at = e->getExprLoc();
      way.through = unit.name(callee);
      for (unsigned a = 0; erased && a < call->getNumArgs() && a < callee.function->getNumParams(); ++a)
        if (call->getArg(a) == current) return erasedWrapper(way, callee, a, *call, i);
      if (unit.valueType(call->getType()).canBeAwaited()) return task(way, i);
      return report(way, way.at);
    }
  }

  /// A wrapper in a std::function that something takes by value and whose body is not here.
  void erasedWrapper(Way &way, const Callee &callee, unsigned index, const clang::CallExpr &call, size_t i) {
    CallableFate fate = callableFate(callee, index, unit);
    bool givesItsResult = unit.ast.hasSameUnqualifiedType(call.getType(), way.callable.task);
    if (fate == CallableFate::Stored || (fate == CallableFate::Unseen && !givesItsResult)) return report(way, way.at);
    if (givesItsResult) task(way, i);
  }

  void given(Way &way, const clang::CallExpr &call, const Stmt *current, size_t i) {
    Callee callee = resolveCallee(call);
    if (callee.isIndirect()) return;
    unsigned first = isa<clang::CXXOperatorCallExpr>(call) && isa<clang::CXXMethodDecl>(callee.function);
    for (unsigned a = first; a < call.getNumArgs(); ++a)
      if (call.getArg(a) == current) return take(way, call, *callee.function, a - first, i);
  }

  /// Something is given the closure.
  void take(Way &way, const Expr &call, const FunctionDecl &taker, unsigned index, size_t i) {
    Callee callee = resolveCallee(call);
    if (callee.isIndirect()) callee.function = &taker;
    way.at = call.getExprLoc();
    way.through = isa<clang::CXXConstructExpr>(call)
                      ? unit.name(*llvm::cast<clang::CXXConstructorDecl>(taker).getParent())
                      : unit.name(callee);
    const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(&call);
    bool isOwnedByStd = taker.isInStdNamespace() && isa<clang::CXXMethodDecl>(taker) && !unit.lookup.sink(callee);
    if ((op && op->isAssignmentOp() && op->getOperator() == clang::OO_Equal) || isOwnedByStd)
      return; // kept in a member, a container
    bool isLvalue = way.life == Life::Scope || way.life == Life::Closure;
    CallableFate fate = callableFate(callee, index, unit);
    switch (fate) {
    case CallableFate::Kept:
    case CallableFate::Stored: return;
    case CallableFate::Unclear:
      if (way.dropped && startOf(way) != Start::Lazy && !isLvalue) report(way, way.at);
      return;
    case CallableFate::Released:
      if (startOf(way) != Start::Lazy || unit.valueType(call.getType()).canBeAwaited()) report(way, way.at);
      return;
    case CallableFate::Lent: return lent(way, call, i);
    case CallableFate::Outlived: return outlived(way, call, isMovedOrCopied(callee, index), i);
    case CallableFate::Unseen: return unseen(way, call, callee, index, i);
    }
  }

  void lent(Way &way, const Expr &call, size_t i) {
    way.isLent = true;
    if (unit.valueType(call.getType()).canBeAwaited()) return task(way, i);
    bool isKnownToDrop = startOf(way) != Start::Lazy && way.life == Life::Statement && call.getType()->isVoidType();
    if (isKnownToDrop) report(way, way.at);
  }

  /// Its task is still there when the call is over, and so may not be the closure: a temporary, a copy or a local.
  void outlived(Way &way, const Expr &call, bool isOwn, size_t i) {
    if (unit.valueType(call.getType()).canBeAwaited()) return task(way, i);
    if (way.life == Life::Statement || isOwn) return report(way, way.at);
    if (way.life == Life::Scope) scopeLeft(way, call);
  }

  void unseen(Way &way, const Expr &call, const Callee &callee, unsigned index, size_t i) {
    bool isConstructed = isa<clang::CXXConstructExpr>(call);
    bool givesTask = unit.valueType(call.getType()).canBeAwaited();
    bool isLazy = startOf(way) == Start::Lazy;
    way.unseen = callee.function, way.argument = 1 + index;
    if (way.life != Life::Statement && !isMovedOrCopied(callee, index)) return;
    if (way.dropped) return isLazy ? void() : report(way, way.at);
    if (givesTask) { // a coroutine may keep it in its frame
      bool isDroppedStatement = !isLazy && i > 0 && isStatement(way.around, i);
      if (isDroppedStatement) report(way, way.at);
      return;
    }
    if (way.isErased && !isLazy) return; // who gets the task from it, too
    bool keepsNothing = call.getType()->isVoidType() || call.getType()->isScalarType();
    if (!isLazy && (keepsNothing || isConstructed)) return report(way, way.at);
    if (isConstructed && leavesFunction(way.around, i)) report(way, way.at);
  }

  static bool isMovedOrCopied(const Callee &callee, unsigned index) {
    if (index >= callee.function->getNumParams()) return false;
    return !callee.function->getParamDecl(index)->getType()->isLValueReferenceType();
  }

  static bool isStatement(const std::vector<const Stmt *> &around, size_t i) {
    while (i-- > 0) {
      const auto *cast = dyn_cast<clang::CastExpr>(around[i]);
      if (isa<clang::CompoundStmt>(around[i])) return true;
      if (!(cast && cast->getType()->isVoidType()) &&
          !isa<clang::FullExpr, clang::ParenExpr, clang::CXXBindTemporaryExpr>(around[i]))
        return false;
    }
    return false;
  }

  static bool leavesFunction(const std::vector<const Stmt *> &around, size_t i) {
    while (i-- > 0) {
      if (isa<clang::ReturnStmt, clang::CoreturnStmt>(around[i])) return true;
      if (!isa<Expr>(around[i])) return false;
    }
    return false;
  }

  // --- The way of its task

  void calledHere(Way &way, size_t i) {
    way.at = llvm::cast<Expr>(way.around[i])->getExprLoc();
    if (way.life == Life::Scope && way.dropped) return scopeLeft(way, *way.around[i]);
    task(way, i);
  }

  /// From the expression that gives the task to whoever waits for it, or does not.
  void task(Way &way, size_t inside) {
    const Stmt *current = way.around[inside];
    for (size_t i = inside; i-- > 0; current = way.around[i]) {
      const Stmt &outer = *way.around[i];
      if (isTransparent(outer) || isa<clang::MemberExpr, clang::InitListExpr>(outer)) continue;
      if (isa<clang::CoawaitExpr, clang::CoyieldExpr>(outer)) return;
      const auto *made = dyn_cast<clang::CXXConstructExpr>(&outer);
      if (made) continue;
      const auto *e = dyn_cast<Expr>(&outer);
      if (!e || e->getType()->isVoidType()) {
        const auto *call = e ? dyn_cast<clang::CallExpr>(e) : nullptr;
        return call ? taskGiven(way, *call, current, i) : taskLeaves(way, outer);
      }
      if (const auto *call = dyn_cast<clang::CallExpr>(e)) {
        if (waits(*call, unit)) return;
        bool flowsOn = isHandedOn(*call, current);
        if (!flowsOn) return taskGiven(way, *call, current, i);
        continue;
      }
      if (const auto *op = dyn_cast<clang::BinaryOperator>(e); op && !op->isCommaOp()) return;
      if (!isa<clang::BinaryOperator>(e)) return;
    }
  }

  /// Is the task, or something that owns it, the call's result? What a container has put there it has kept.
  bool isHandedOn(const clang::CallExpr &call, const Stmt *current) {
    auto isTask = [&](clang::QualType type) { return unit.valueType(type.getUnqualifiedType()).canBeAwaited(); };
    const FunctionDecl *callee = call.getDirectCallee();
    bool isStd = callee && callee->isInStdNamespace();
    if (isStd && !isa<clang::CXXMethodDecl>(callee) && ownsElement(call.getType(), isTask)) return true;
    if (isContained(call, callee, current) && call.isGLValue()) return false;
    return isTask(call.getType()) && !isa<clang::CXXOperatorCallExpr>(call);
  }

  /// Is it given to a member of a container or another class of std?
  static bool isContained(const clang::CallExpr &call, const FunctionDecl *callee, const Stmt *current) {
    const auto *method = llvm::dyn_cast_or_null<clang::CXXMethodDecl>(callee);
    const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&call);
    return method && method->getParent()->isInStdNamespace() && !(member && member->getCallee() == current);
  }

  void taskGiven(Way &way, const clang::CallExpr &call, const Stmt *current, size_t i) {
    for (size_t outer = i + 1; outer-- > 0 && isa<Expr>(way.around[outer]);) // spawn(task, use_future).get()
      if (const auto *outerCall = dyn_cast<clang::CallExpr>(way.around[outer]); outerCall && waits(*outerCall, unit))
        return;
    Callee callee = resolveCallee(call);
    if (callee.isIndirect()) return;
    const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(&call);
    bool isAssigned = op && op->isAssignmentOp() && op->getArg(0) != current;
    bool isKept = isAssigned || isContained(call, callee.function, current);
    const SinkCall *sink = unit.lookup.sink(callee);
    bool isHandedOver = sink ? sink->runs != RunsOn::Here || call.getType()->isVoidType() : goesOn(call, *callee.function, current);
    if (!isKept && !isHandedOver) return;
    if (way.life == Life::Scope) return isKept ? innerScopeLeft(way, call) : scopeLeft(way, call);
    if (!isKept) way.through = unit.name(callee), way.at = call.getExprLoc();
    report(way, way.at);
  }

  /// A function without a result that takes a task, and does not wait for it as far as anybody can see, goes on with it.
  bool goesOn(const clang::CallExpr &call, const FunctionDecl &callee, const Stmt *current) {
    const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&call);
    bool isArgument = !member || member->getCallee() != current;
    return isArgument && call.getType()->isVoidType() && unit.inProject(callee.getLocation()) && takesTask(callee, unit) &&
           !finishesTasks(call, unit);
  }

  /// A closure of a loop's body, another inner block or the function, whose task goes into something that was there
  /// before.
  void innerScopeLeft(Way &way, const clang::CallExpr &call) {
    const auto *declared = findInner<clang::DeclStmt>(function.getBody(), [&](const clang::DeclStmt &stmt) {
      return llvm::is_contained(stmt.decls(), way.variable);
    });
    const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&call);
    const Expr *target = unwrap(member ? member->getImplicitObjectArgument() : call.getArg(0));
    const auto *name = dyn_cast<clang::DeclRefExpr>(target);
    if (!declared || !(name || isa<clang::MemberExpr>(target))) return;
    const clang::CompoundStmt *block = nullptr;
    unsigned depth = 0;
    for (const Stmt *outer : writtenAround(function.getBody(), *declared))
      if (const auto *compound = dyn_cast<clang::CompoundStmt>(outer)) block = compound, ++depth;
    if (depth < 2) {
      if (isNotOfFunction(*target) && !mayBeJoinedBehind(function, call, unit)) report(way, way.at);
      return;
    }
    bool isJoined = false;
    forEachInner(block, [&](const Stmt &inner) {
      const auto *within = dyn_cast<clang::DeclStmt>(&inner);
      isJoined |= isa<clang::CoawaitExpr>(inner) || (within && name && llvm::is_contained(within->decls(), name->getDecl()));
      const auto *wait = dyn_cast<clang::CallExpr>(&inner);
      isJoined |= wait && waits(*wait, unit);
    });
    if (!isJoined) report(way, way.at);
  }

  /// A member of the object, a static or global variable, what a caller lent: it is there when the function has ended.
  static bool isNotOfFunction(const Expr &target) {
    if (const auto *member = dyn_cast<clang::MemberExpr>(&target))
      return isa<clang::CXXThisExpr>(unwrap(member->getBase()));
    const auto *name = dyn_cast<clang::DeclRefExpr>(&target);
    const auto *variable = name ? dyn_cast<clang::VarDecl>(name->getDecl()) : nullptr;
    bool isLent = variable && isa<clang::ParmVarDecl>(variable) && variable->getType()->isReferenceType();
    return variable && (isLent || !variable->hasLocalStorage());
  }

  static bool isNamedAgain(const clang::DeclStmt &declared) {
    return llvm::any_of(declared.decls(), [](const clang::Decl *decl) {
      const auto *variable = dyn_cast<clang::VarDecl>(decl);
      return variable && (variable->isReferenced() || isa<clang::DecompositionDecl>(variable));
    });
  }

  /// Dropped, kept in a variable, or returned.
  void taskLeaves(Way &way, const Stmt &outer) {
    if (isa<clang::ReturnStmt>(outer)) {
      bool isErased = way.life == Life::Scope && erasedSignature(way.variable->getType());
      bool isInside = way.life == Life::Statement && !unit.valueType(function.getReturnType()).canBeAwaited();
      return way.isLent || isErased || isInside ? report(way, way.at) : void(); // else: task-outlives-scope
    }
    const auto *declared = dyn_cast<clang::DeclStmt>(&outer);
    bool isKept = declared != nullptr;
    if (declared && startOf(way) == Start::Lazy && !isNamedAgain(*declared)) return; // it never runs
    if (isa<clang::CoreturnStmt>(outer)) return;
    if (way.life == Life::Scope) return isKept ? void() : scopeLeft(way, outer);
    if (way.life == Life::Closure && isKept) return;
    if (!isKept && startOf(way) == Start::Lazy) return; // it never runs
    report(way, way.at);
  }

  /// A local closure whose task nobody in this function has.
  void scopeLeft(Way &way, const Stmt &place) {
    if (startOf(way) == Start::Lazy && !isa<clang::CallExpr>(place)) return;
    if (!mayBeJoinedBehind(function, way.origin, unit)) report(way, place.getBeginLoc());
  }

  // --- The fact

  Start startOf(const Way &way) { return unit.valueType(way.callable.task).start; }

  void report(const Way &way, clang::SourceLocation at) {
    const ClosureUse &use = way.callable.use;
    Dangling fact;
    const Expr &made = way.variable && way.variable->getInit() ? *unwrap(way.variable->getInit()) : way.origin;
    fact.place = unit.place(way.life == Life::Closure ? at : way.origin.getBeginLoc());
    if (way.variable && way.life != Life::Closure && !way.variable->isInitCapture())
      fact.made = unit.place(made.getBeginLoc());
    fact.form = Dangling::Form::LambdaCapture;
    fact.start = startOf(way);
    fact.subject = unit.string(use.captured ? use.captured->getName() : "this");
    fact.name = unit.name(*way.callable.callOperator);
    fact.through = way.through;
    fact.at = unit.place(at);
    fact.used = unit.place(use.at->getExprLoc());
    if (const auto *closure = dyn_cast<clang::LambdaExpr>(&made)) fact.own = ownClosure(*closure, unit);
    if (use.keeper)
      fact.callee = unit.entity(*use.keeper), fact.argument = use.argument, fact.ifKept = true;
    else if (way.unseen)
      fact.callee = unit.entity(*way.unseen), fact.argument = way.argument;
    facts.danglings.push_back(std::move(fact));
  }

  const FunctionDecl &function;
  Function &facts;
  UnitContext &unit;
  CoroutineCallables callables;
};

} // namespace

void findDanglingClosures(const FunctionDecl &function, Function &facts, UnitContext &unit) {
  ClosureFollower(function, facts, unit).walk();
}

} // namespace coroguard
