#include "facts/spawned_captures.h"
#include "facts/callable_fate.h"
#include "facts/dying_object.h"
#include "facts/handoffs.h"
#include "facts/inner_statements.h"
#include "facts/joined_work.h"
#include "facts/kept_arguments.h"
#include "facts/sent_to.h"
#include "language/callee.h"
#include "language/coroutine.h"
#include "language/name_words.h"
#include "language/std_functions.h"
#include <clang/AST/Attr.h>
#include <clang/Basic/SourceManager.h>

namespace coroguard {
namespace {

using clang::Expr;
using clang::FunctionDecl;
using clang::LambdaExpr;
using clang::Stmt;
using clang::VarDecl;
using llvm::dyn_cast;
using llvm::isa;

class SpawnFinder {
public:
  SpawnFinder(const FunctionDecl &function, Function &facts, UnitContext &unit)
      : function(function), dying(function), facts(facts), unit(unit) {}

  /// In the implementation of an async library only what an await_suspend gives away.
  void walk(bool isLibrary) {
    bool isSuspend = isAwaitSuspend();
    if (isLibrary && !isSuspend) return;
    bool captures = findInner<LambdaExpr>(function.getBody(),
                                          [](const LambdaExpr &closure) { return closure.capture_size() != 0; });
    if (!captures) return;
    forEachInner(function.getBody(), [&](const Stmt &inner) {
      const auto *result = dyn_cast<clang::ReturnStmt>(&inner);
      if (result && result->getRetValue() && !isLibrary) returned(*result->getRetValue());
      if (!isa<clang::CallExpr, clang::CXXConstructExpr>(inner)) return;
      const auto &call = llvm::cast<Expr>(inner);
      Callee callee = resolveCallee(call);
      const SinkCall *sink = callee.isIndirect() ? nullptr : unit.lookup.sink(callee);
      if (sink && !isLibrary) given(*sink, callee, call);
      else if (isSuspend && !callee.isIndirect()) givenToWaker(callee, call);
    });
  }

private:
  static llvm::ArrayRef<const Expr *> argumentsOf(const Expr &call) {
    if (const auto *made = dyn_cast<clang::CXXConstructExpr>(&call)) return {made->getArgs(), made->getNumArgs()};
    const auto &plain = llvm::cast<clang::CallExpr>(call);
    llvm::ArrayRef<const Expr *> arguments(plain.getArgs(), plain.getNumArgs());
    return isa<clang::CXXOperatorCallExpr>(call) && !arguments.empty() ? arguments.drop_front() : arguments;
  }

  void given(const SinkCall &sink, const Callee &callee, const Expr &call) {
    llvm::ArrayRef<const Expr *> arguments = argumentsOf(call);
    const auto *plain = dyn_cast<clang::CallExpr>(&call);
    if (plain && waits(*plain, unit)) return; // runs it elsewhere, and sleeps until it is done
    if (!sink.unlessGiven.empty() && llvm::any_of(arguments, [&](const Expr *a) { return isGiven(a, sink.unlessGiven); }))
      return;
    const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&call);
    const Expr *object = member ? member->getImplicitObjectArgument() : nullptr;
    RunsOn runs =
        sink.runs == RunsOn::Executor ? executorOf(sink.executor, object, arguments, unit).runsOn : sink.runs;
    bool isKnown = runs != RunsOn::Unknown || sink.runs == RunsOn::Executor || isAnnotated(*callee.function);
    if (runs == RunsOn::Here || !isKnown) return;
    for (const Expr *argument : arguments) {
      const LambdaExpr *inner = wrappedIn(*argument);
      const LambdaExpr *closure = inner ? inner : closureOf(*argument);
      Referred found = closure ? firstDying(*closure) : Referred{};
      if (!found.variable) continue;
      bool isJoined = !(inner && isReturned(call)) && mayBeJoined(call);
      if (runsOnOwnLoop(sink, object, arguments) || isJoined || isReadBehind(*found.variable, call)) return;
      report(*closure, *found.variable, callee, inner ? *closure : *argument);
    }
  }

  /// A closure, or a std::function made from one: whoever calls it does so when this function is over.
  void returned(const Expr &value) {
    const Expr *made = unwrap(&value);
    for (int steps = 0; steps < 4; ++steps) {
      const auto *construct = dyn_cast<clang::CXXConstructExpr>(made);
      bool isCopy = construct && construct->getConstructor()->isCopyOrMoveConstructor();
      if (!construct || construct->getNumArgs() == 0 || !(isCopy || erasedSignature(construct->getType()))) break;
      made = unwrap(construct->getArg(0));
    }
    const LambdaExpr *closure = closureOf(*made);
    Referred found = closure ? firstDying(*closure) : Referred{};
    if (found.variable) report(*closure, *found.variable, {}, *closure);
  }

  bool isAwaitSuspend() const {
    const auto *method = dyn_cast<clang::CXXMethodDecl>(&function);
    return method && method->getIdentifier() && method->getName() == "await_suspend" && method->getNumParams() == 1;
  }

  /// Whatever an await_suspend gives a closure that resumes the coroutine calls it when the await_suspend has returned,
  /// unless a body says that it does so at once.
  void givenToWaker(const Callee &callee, const Expr &call) {
    const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(&call);
    bool isKept = op && op->isAssignmentOp() && isa<clang::MemberExpr>(unwrap(op->getArg(0)));
    if (!isKept && (callee.function->isInStdNamespace() || op || isa<clang::CXXConstructExpr>(call))) return;
    llvm::ArrayRef<const Expr *> arguments = argumentsOf(call);
    for (unsigned i = 0; i < arguments.size(); ++i) {
      const LambdaExpr *closure = closureOf(*arguments[i]);
      Referred found = closure && resumes(*closure) ? firstDying(*closure) : Referred{};
      if (!found.variable) continue;
      CallableFate fate = isKept ? CallableFate::Stored : callableFate(callee, i, unit);
      bool isLater = fate == CallableFate::Stored || fate == CallableFate::Unseen;
      if (!isLater || mayBeJoined(call) || isReadBehind(*found.variable, call)) continue;
      report(*closure, *found.variable, callee, *arguments[i]);
    }
  }

  /// Does it call a coroutine's handle, or its resume()?
  static bool resumes(const LambdaExpr &closure) {
    return findInner<clang::CallExpr>(closure.getBody(), [](const clang::CallExpr &call) {
      const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&call);
      const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(&call);
      const Expr *called = nullptr;
      if (member && isNamed(call.getDirectCallee(), {"resume"})) called = member->getImplicitObjectArgument();
      else if (op && op->getOperator() == clang::OO_Call) called = op->getArg(0);
      return called && isCoroutineHandle(called->getType().getNonReferenceType());
    });
  }

  /// Its author says that it runs the callable later, wherever that is.
  static bool isAnnotated(const FunctionDecl &callee) {
    return llvm::any_of(callee.getMostRecentDecl()->specific_attrs<clang::AnnotateAttr>(), [](const auto *attribute) {
      return attribute->getAnnotation() == "coroguard::sink";
    });
  }

  /// A lambda, also one kept in a variable.
  static const LambdaExpr *closureOf(const Expr &argument) {
    const Expr *e = unwrap(&argument);
    const auto *name = dyn_cast<clang::DeclRefExpr>(e);
    const auto *variable = name ? dyn_cast<VarDecl>(name->getDecl()) : nullptr;
    if (variable && variable->isLocalVarDecl() && variable->getInit()) e = unwrap(variable->getInit());
    return dyn_cast<LambdaExpr>(e);
  }

  /// A lambda given to a function that returns a closure with a copy of it: wrap([&] { ... }).
  static const LambdaExpr *wrappedIn(const Expr &argument) {
    const auto *call = dyn_cast<clang::CallExpr>(unwrap(&argument));
    const clang::CXXRecordDecl *wrapper = call ? call->getType()->getAsCXXRecordDecl() : nullptr;
    if (!wrapper || !wrapper->isLambda()) return nullptr;
    for (const Expr *given : call->arguments()) {
      const auto *closure = dyn_cast<LambdaExpr>(unwrap(given));
      bool isHeld = closure && llvm::any_of(wrapper->fields(), [&](const clang::FieldDecl *field) {
        const clang::CXXRecordDecl *held = field->getType()->getAsCXXRecordDecl();
        return held && declaresSameEntity(held, closure->getLambdaClass());
      });
      if (isHeld) return closure;
    }
    return nullptr;
  }

  /// By a function that is no coroutine, so that nothing of it is left when the work runs. A closure that is given
  /// itself is seen by findOutlivingTasks().
  bool isReturned(const Expr &call) {
    if (isa_and_nonnull<clang::CoroutineBodyStmt>(function.getBody())) return false;
    std::vector<const Stmt *> around = writtenAround(function.getBody(), call);
    for (size_t i = around.size(); i-- > 0;) {
      if (isa<clang::ReturnStmt>(around[i])) return true;
      const auto *outer = dyn_cast<clang::CallExpr>(around[i]);
      if (!isa<Expr>(around[i]) || (outer && waits(*outer, unit))) return false;
    }
    return false;
  }

  /// What the closure refers to that ends with this function: by reference, pointer or view.
  Referred firstDying(const LambdaExpr &closure) {
    for (const clang::LambdaCapture &capture : closure.captures()) {
      const auto *variable = capture.capturesVariable() ? dyn_cast<VarDecl>(capture.getCapturedVar()) : nullptr;
      if (!variable || !isUsed(closure, *variable)) continue;
      Referred found;
      clang::QualType type = variable->getType();
      bool points = type->isPointerType() || isView(type.getNonReferenceType());
      if (variable->isInitCapture())
        found = type->isReferenceType() ? dying.designated(variable->getInit())
                : points                ? dying.viewed(variable->getInit())
                                        : Referred{};
      else if (capture.getCaptureKind() == clang::LCK_ByRef)
        found = byReference(*variable);
      else if (points && variable->isLocalVarDecl() && dying.isOwn(*variable))
        found = dying.viewed(variable->getInit());
      if (found.variable && dying.isOwn(*found.variable)) return found;
    }
    return {};
  }

  Referred byReference(const VarDecl &variable) {
    if (dying.isOwn(variable)) return {&variable};
    if (!variable.getType()->isReferenceType() || variable.getDeclContext() != &function ||
        isa<clang::ParmVarDecl>(variable))
      return {};
    return dying.designated(variable.getInit());
  }

  static bool isUsed(const LambdaExpr &closure, const VarDecl &variable) {
    return !closure.getCallOperator()->getBody() || mentions(closure.getCallOperator()->getBody(), variable);
  }

  /// The executor is a local variable as well: it ends with what runs on it, or has been run before.
  bool runsOnOwnLoop(const SinkCall &sink, const Expr *object, llvm::ArrayRef<const Expr *> arguments) {
    const Expr *executor = sink.executor && *sink.executor < arguments.size() ? arguments[*sink.executor] : object;
    if (!executor) return false;
    bool isTask = isa<clang::CallExpr>(unwrap(executor)) && unit.valueType(executor->getType()).canBeAwaited();
    if (isTask) return false; // whose continuation it is, and runs wherever that ends
    const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(unwrap(executor));
    if (op && (op->getOperator() == clang::OO_Arrow || op->getOperator() == clang::OO_Star)) // others may have it, too
      return dying.designated(executor).variable != nullptr;
    bool isOwn = false;
    forEachInner(executor, [&](const Stmt &inner) {
      const auto *name = dyn_cast<clang::DeclRefExpr>(&inner);
      const auto *variable = name ? dyn_cast<VarDecl>(name->getDecl()) : nullptr;
      isOwn |= variable && dying.isOwn(*variable) && ownsItself(variable->getType());
    });
    return isOwn;
  }
  /// An executor that is only a handle of a context does not keep it.
  bool ownsItself(clang::QualType type) {
    return type->isRecordType() && !isView(type) && !type->getAsCXXRecordDecl()->hasTrivialDestructor();
  }

  /// Awaited, returned, kept where it can be joined; or the function waits for something behind it.
  bool mayBeJoined(const Expr &call) {
    std::vector<const Stmt *> around = writtenAround(function.getBody(), call);
    bool isDetached = false;
    for (size_t i = around.size(); i-- > 0;) {
      const Stmt &outer = *around[i];
      if (isa<clang::CoawaitExpr, clang::ReturnStmt, clang::CoreturnStmt, clang::CoyieldExpr>(outer)) return true;
      if (const auto *declared = dyn_cast<clang::DeclStmt>(&outer)) return !isLetGo(*declared);
      const auto *outerCall = dyn_cast<clang::CallExpr>(&outer);
      if (outerCall && waits(*outerCall, unit)) return true;
      if (outerCall && isNamed(outerCall->getDirectCallee(), {"detach"})) isDetached = true;
      const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(&outer);
      if (op && op->isAssignmentOp()) return isLocalTarget(*op->getArg(0)) || mayBeJoinedBehind(function, call, unit);
    }
    if (!isDetached && endsByWaiting(call)) return true;
    return mayBeJoinedBehind(function, call, unit);
  }

  /// A local thread or task that is detached, or never named again although its end does not wait.
  bool isLetGo(const clang::DeclStmt &declared) {
    const auto *variable = declared.isSingleDecl() ? dyn_cast<VarDecl>(declared.getSingleDecl()) : nullptr;
    if (!variable) return false;
    bool detached = false;
    forEachInner(function.getBody(), [&](const Stmt &inner) {
      const auto *call = dyn_cast<clang::CXXMemberCallExpr>(&inner);
      const auto *name = call ? dyn_cast<clang::DeclRefExpr>(unwrap(call->getImplicitObjectArgument())) : nullptr;
      detached |= name && name->getDecl() == variable && isNamed(call->getDirectCallee(), {"detach"});
    });
    return detached && !mayBeJoinedBehind(function, declared, unit);
  }

  /// Whoever reads it behind the call knows that the work is done: an executor that blocks, say.
  bool isReadBehind(const VarDecl &variable, const Expr &call) {
    const clang::SourceManager &sources = unit.ast.getSourceManager();
    return findInner<clang::DeclRefExpr>(function.getBody(), [&](const clang::DeclRefExpr &name) {
      return name.getDecl() == &variable && sources.isBeforeInTranslationUnit(call.getEndLoc(), name.getLocation());
    });
  }

  bool isLocalTarget(const Expr &target) {
    const auto *name = dyn_cast<clang::DeclRefExpr>(unwrap(&target));
    const auto *variable = name ? dyn_cast<VarDecl>(name->getDecl()) : nullptr;
    return variable && variable->hasLocalStorage() && !variable->getType()->isReferenceType();
  }

  /// std::async's future, std::jthread: the end of the object is a wait.
  bool endsByWaiting(const Expr &call) {
    const clang::CXXRecordDecl *record = call.getType()->getAsCXXRecordDecl();
    const clang::CXXDestructorDecl *destructor = record && record->hasDefinition() ? record->getDestructor() : nullptr;
    return destructor && unit.lookup.blocking(*destructor);
  }

  void report(const LambdaExpr &closure, const VarDecl &variable, const Callee &callee, const Expr &argument) {
    Dangling fact;
    fact.place = unit.place(argument.getBeginLoc());
    fact.form = Dangling::Form::SpawnCapture;
    fact.subject = unit.string(variable.getName());
    fact.name = unit.name(*closure.getCallOperator());
    if (callee.function) fact.through = unit.name(callee);
    fact.made = unit.place(variable.getLocation());
    if (const Stmt *body = closure.getCallOperator()->getBody())
      if (const auto *use = findInner<clang::DeclRefExpr>(
              body, [&](const clang::DeclRefExpr &name) { return name.refersToEnclosingVariableOrCapture(); }))
        fact.used = unit.place(use->getExprLoc());
    facts.danglings.push_back(std::move(fact));
  }

  const FunctionDecl &function;
  DyingObjects dying;
  Function &facts;
  UnitContext &unit;
};

} // namespace

void findSpawnedCaptures(const FunctionDecl &function, Function &facts, UnitContext &unit) {
  SpawnFinder(function, facts, unit).walk(false);
}

void findWakerCaptures(const FunctionDecl &function, Function &facts, UnitContext &unit) {
  SpawnFinder(function, facts, unit).walk(true);
}

} // namespace coroguard
