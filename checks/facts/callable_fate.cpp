#include "facts/callable_fate.h"
#include "facts/generic_code.h"
#include "facts/inner_statements.h"
#include "facts/joined_work.h"
#include "facts/named_object.h"
#include "facts/readable_body.h"
#include "language/callee.h"
#include "language/coroutine.h"
#include "language/replaceable.h"
#include "language/std_functions.h"

namespace coroguard {
namespace {

using clang::Expr;
using clang::FunctionDecl;
using clang::Stmt;
using llvm::dyn_cast;
using llvm::isa;

constexpr unsigned deepest = 3; // functions that only pass it on

/// A body that somebody wrote to be run: not a stub that only traps or throws.
bool isRealBody(const Stmt &body) {
  unsigned statements = 0;
  bool traps = false;
  if (const auto *compound = dyn_cast<clang::CompoundStmt>(&body)) statements = compound->size();
  if (statements > 1 || isa<clang::CoroutineBodyStmt>(body)) return true;
  forEachInner(&body, [&](const Stmt &inner) {
    const auto *call = dyn_cast<clang::CallExpr>(&inner);
    const FunctionDecl *callee = call ? call->getDirectCallee() : nullptr;
    traps |= isa<clang::CXXThrowExpr>(inner) || (callee && callee->isNoReturn());
  });
  return !traps || statements == 0;
}

class ParameterFate {
public:
  /// Nothing when it is given by reference and never mentioned: who has it keeps it.
  static std::optional<CallableFate> of(const Callee &callee, unsigned index, unsigned depth, UnitContext &unit);

  ParameterFate(const FunctionDecl &definition, const clang::ParmVarDecl &parameter, unsigned depth, UnitContext &unit)
      : definition(definition), parameter(parameter), depth(depth), unit(unit) {}

  std::optional<CallableFate> find() {
    isCoroutine = CoroutineView::of(definition).has_value();
    byReference = parameter.getType()->isReferenceType();
    forEachInner(definition.getBody(), [&](const Stmt &inner) {
      const auto *name = dyn_cast<clang::DeclRefExpr>(&inner);
      if (!name || name->getDecl() != &parameter) return;
      isMentioned = true;
      if (std::optional<CallableFate> fate = ofMention(*name)) join(*fate);
    });
    if (!result && !isMentioned && !byReference) return CallableFate::Released; // it ends with the call
    return result;
  }

private:
  void join(CallableFate fate) {
    if (result && *result != fate) fate = worse(*result, fate);
    result = fate;
  }
  static CallableFate worse(CallableFate a, CallableFate b) {
    if (a == CallableFate::Unclear || b == CallableFate::Unclear) return CallableFate::Unclear;
    for (CallableFate wins : {CallableFate::Outlived, CallableFate::Released, CallableFate::Unseen,
                              CallableFate::Stored, CallableFate::Lent})
      if (a == wins || b == wins) return wins;
    return a;
  }

  std::optional<CallableFate> ofMention(const Stmt &mention) {
    std::vector<const Stmt *> around = writtenAround(definition.getBody(), mention);
    const Stmt *given = &mention;
    for (size_t i = around.size(); i-- > 0;) {
      const auto *e = dyn_cast<Expr>(around[i]);
      if (!e)
        return given == &mention && isa<clang::CompoundStmt>(around[i]) ? CallableFate::Released
                                                                        : CallableFate::Unclear;
      if (isTransparent(*e)) continue;
      if (isa<clang::LambdaExpr>(e) && given == &mention) { // it goes where the closure goes that it is moved into
        given = e;
        continue;
      }
      const Expr *called = calledObject(*e);
      if (called && unwrap(called) == given) return given == &mention ? ofCall(around, i) : CallableFate::Unclear;
      const auto *call = dyn_cast<clang::CallExpr>(e);
      std::optional<CallableFate> fate = call ? passedOn(*call, *given, around, i) : CallableFate::Unclear;
      return given == &mention || !fate || fate == CallableFate::Released ? fate : CallableFate::Unclear;
    }
    return CallableFate::Unclear;
  }

  static bool isTransparent(const Expr &e) {
    if (isa<clang::ImplicitCastExpr, clang::ParenExpr, clang::MaterializeTemporaryExpr, clang::CXXBindTemporaryExpr,
            clang::FullExpr, clang::CXXStaticCastExpr, clang::UnaryOperator>(e))
      return true;
    const auto *made = dyn_cast<clang::CXXConstructExpr>(&e);
    return handedOn(e, {"ref"}) || (made && made->getConstructor()->isCopyOrMoveConstructor());
  }

  /// The task that its call gives is awaited right there, returned, or goes elsewhere.
  CallableFate ofCall(const std::vector<const Stmt *> &around, size_t call) {
    if (!isCoroutine && mayBeJoinedBehind(definition, *around[call], unit)) return CallableFate::Kept; // it runs a loop, say
    bool isTask = unit.valueType(llvm::cast<Expr>(around[call])->getType()).canBeAwaited();
    for (size_t i = call; i-- > 0;) {
      if (isa<clang::CoawaitExpr>(around[i])) return byReference ? CallableFate::Lent : CallableFate::Kept;
      if (isa<clang::ReturnStmt>(around[i])) return byReference ? CallableFate::Lent : CallableFate::Released;
      if (const auto *declared = dyn_cast<clang::DeclStmt>(around[i]); declared && isTask)
        return isReturnedInside(*declared) ? CallableFate::Outlived : CallableFate::Unclear; // awaited later, perhaps
      const auto *e = dyn_cast<Expr>(around[i]);
      if (!e) break;
      if (const auto *outer = dyn_cast<clang::CallExpr>(e); outer && isTask) {
        if (!isCoroutine && isPutAside(*outer)) return CallableFate::Outlived;
        const FunctionDecl *callee = outer->getDirectCallee();
        bool passes = callee && callee->isInStdNamespace() && outer->getNumArgs() == 1;
        if (!passes && !unit.valueType(e->getType()).canBeAwaited())
          return CallableFate::Unclear; // somebody has the task
      }
    }
    return byReference ? CallableFate::Lent : CallableFate::Released;
  }

  /// Into a container that is no variable of the function.
  static bool isPutAside(const clang::CallExpr &call) {
    const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&call);
    const clang::CXXMethodDecl *method = member ? member->getMethodDecl() : nullptr;
    if (!method || !method->getParent()->isInStdNamespace() || elementChange(*method) != ElementChange::Inserts)
      return false;
    const clang::ValueDecl *container = namedObject(member->getImplicitObjectArgument());
    const auto *variable = llvm::dyn_cast_or_null<clang::VarDecl>(container);
    return container && (isa<clang::FieldDecl>(container) || (variable && variable->hasGlobalStorage()));
  }

  /// Does the variable go into a closure that is part of what the function returns, and is no task?
  bool isReturnedInside(const clang::DeclStmt &declared) {
    const auto *variable = declared.isSingleDecl() ? dyn_cast<clang::VarDecl>(declared.getSingleDecl()) : nullptr;
    if (!variable || isCoroutine || unit.valueType(definition.getReturnType()).canBeAwaited()) return false;
    return findInner<clang::ReturnStmt>(definition.getBody(), [&](const clang::ReturnStmt &returned) {
      return findInner<clang::LambdaExpr>(returned.getRetValue(), [&](const clang::LambdaExpr &closure) {
        return llvm::any_of(closure.captures(), [&](const clang::LambdaCapture &capture) {
          const auto *held = capture.capturesVariable() ? dyn_cast<clang::VarDecl>(capture.getCapturedVar()) : nullptr;
          bool isHeld = held && capture.getCaptureKind() == clang::LCK_ByCopy;
          return isHeld && (held == variable || (held->isInitCapture() && mentions(held->getInit(), *variable)));
        });
      });
    });
  }

  std::optional<CallableFate> passedOn(const clang::CallExpr &call, const Stmt &mention, const std::vector<const Stmt *> &around,
                        size_t at) {
    Callee callee = resolveCallee(call);
    unsigned first =
        isa<clang::CXXOperatorCallExpr>(call) && llvm::isa_and_nonnull<clang::CXXMethodDecl>(callee.function);
    for (unsigned i = first; i < call.getNumArgs(); ++i) {
      if (unwrap(call.getArg(i)) != &mention || callee.isIndirect()) continue;
      const auto *member = dyn_cast<clang::CXXMethodDecl>(callee.function);
      if (member && member->getParent()->isInStdNamespace()) return CallableFate::Stored;
      if (first && call.isCallToStdMove()) continue;
      std::optional<CallableFate> inner = CallableFate::Unclear;
      if (depth < deepest) inner = of(callee, i - first, depth + 1, unit);
      if (inner != CallableFate::Lent) return inner;
      return unit.valueType(call.getType()).canBeAwaited() ? ofCall(around, at)
             : byReference                                 ? CallableFate::Lent
                                                           : CallableFate::Released;
    }
    bool isAssigned = first && llvm::cast<clang::CXXOperatorCallExpr>(call).isAssignmentOp();
    return isAssigned ? CallableFate::Stored : CallableFate::Unclear;
  }

  const FunctionDecl &definition;
  const clang::ParmVarDecl &parameter;
  unsigned depth;
  UnitContext &unit;
  bool isCoroutine = false, byReference = false, isMentioned = false;
  std::optional<CallableFate> result;
};

bool isCallable(const clang::ParmVarDecl *parameter) {
  const clang::CXXRecordDecl *record = parameter->getType().getNonReferenceType()->getAsCXXRecordDecl();
  return record && (record->isLambda() || llvm::any_of(record->methods(), [](const clang::CXXMethodDecl *method) {
           return method->getOverloadedOperator() == clang::OO_Call;
         }));
}

/// Given to a function like do_with(objects..., function): what comes before the function is kept for it.
bool isForTheCallable(const FunctionDecl &callee, unsigned index) {
  return index + 1 < callee.getNumParams() && llvm::any_of(callee.parameters().drop_front(index + 1), isCallable);
}

std::optional<CallableFate> modelled(const Callee &callee, unsigned index, UnitContext &unit) {
  const SinkCall *sink = unit.lookup.sink(callee);
  if (!sink) return std::nullopt;
  switch (sink->callable) {
  case SinkCall::Callable::Kept: return CallableFate::Kept;
  case SinkCall::Callable::Released: return CallableFate::Released;
  case SinkCall::Callable::Lent:
    return isForTheCallable(*callee.function, index) ? CallableFate::Kept : CallableFate::Lent;
  case SinkCall::Callable::Unknown: break;
  }
  return sink->result == SinkCall::Result::Dropped ? CallableFate::Released : CallableFate::Unclear;
}

std::optional<CallableFate> ParameterFate::of(const Callee &callee, unsigned index, unsigned depth, UnitContext &unit) {
  if (callee.isIndirect() || callee.isVirtual) return CallableFate::Unseen;
  if (auto said = modelled(callee, index, unit)) return *said;
  const Stmt *body = readableBody(callee.function, unit);
  const FunctionDecl *definition = body ? callee.function->getDefinition() : nullptr;
  if (const auto *constructor = dyn_cast<clang::CXXConstructorDecl>(callee.function);
      constructor && body && constructor->getNumCtorInitializers())
    return CallableFate::Stored;
  if (!body || index >= definition->getNumParams() || definition->isDependentContext()) return CallableFate::Unseen;
  if (!isRealBody(*body)) return CallableFate::Unseen;
  return ParameterFate(*definition, *definition->getParamDecl(index), depth, unit).find();
}

} // namespace

CallableFate callableFate(const Callee &callee, unsigned index, UnitContext &unit) {
  return ParameterFate::of(callee, index, 0, unit).value_or(CallableFate::Lent);
}

} // namespace coroguard
