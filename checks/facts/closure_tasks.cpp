#include "facts/closure_tasks.h"
#include "facts/callable_fate.h"
#include "facts/handed_out_owners.h"
#include "facts/handoffs.h"
#include "facts/inner_statements.h"
#include "facts/joined_work.h"
#include "facts/kept_arguments.h"
#include "facts/lent_objects.h"
#include "facts/readable_body.h"
#include "facts/self_owner.h"
#include "facts/task_parts.h"
#include "language/callee.h"
#include "language/coroutine.h"
#include "language/replaceable.h"
#include "language/std_functions.h"

namespace coroguard {
namespace {

using clang::Expr;
using clang::FunctionDecl;
using clang::LambdaExpr;
using clang::QualType;
using clang::Stmt;
using clang::VarDecl;
using llvm::dyn_cast;
using llvm::isa;

constexpr int deepest = 16; // expressions, and closures in closures

bool runsLater(const SinkCall *sink) { return sink && sink->runs != RunsOn::Here; }

bool isMove(const Expr *expression) {
  const auto *call =
      expression ? dyn_cast<clang::CallExpr>(expression->IgnoreUnlessSpelledInSource()) : nullptr;
  return call && call->isCallToStdMove();
}

bool isOwner(QualType type) {
  const clang::CXXRecordDecl *record = type.getNonReferenceType()->getAsCXXRecordDecl();
  return record && record->hasDefinition() && !isView(type) && !record->hasTrivialDestructor();
}

/// Where a member that is no coroutine returns a task that goes on using its object: in a continuation
/// without an owner.
const LambdaExpr *continuationOf(const FunctionDecl &member, UnitContext &unit) {
  const Stmt *body = readableBody(&member, unit);
  if (!body) return nullptr;
  auto refersOnly = [&](const LambdaExpr &closure) {
    bool refers = false, keeps = false;
    for (const clang::LambdaCapture &capture : closure.captures()) {
      refers |= capture.getCaptureKind() == clang::LCK_This;
      keeps |= capture.capturesVariable() && pointee(capture.getCapturedVar()->getType());
    }
    return refers && !keeps && findInner<clang::CXXThisExpr>(closure.getBody());
  };
  const LambdaExpr *found = nullptr;
  forEachInner(body, [&](const Stmt &inner) {
    const auto *returned = dyn_cast<clang::ReturnStmt>(&inner);
    if (!returned || !returned->getRetValue() || found) return;
    forEachInner(returned->getRetValue(), [&](const Stmt &part) {
      const auto *call = dyn_cast<clang::CallExpr>(&part);
      Callee callee = call ? resolveCallee(*call) : Callee{};
      if (callee.isIndirect() || !runsLater(unit.lookup.sink(callee))) return;
      for (const Expr *argument : call->arguments())
        if (const auto *closure = dyn_cast<LambdaExpr>(unwrap(argument)); closure && refersOnly(*closure))
          found = closure;
    });
  });
  return found;
}

/// The tasks that one call operator returns.
class ReturnedByClosure {
public:
  struct Use {
    const Expr *at = nullptr;
    const VarDecl *captured = nullptr;
    const FunctionDecl *keeper = nullptr; // matters only if it keeps this argument
    uint32_t argument = 0;
    const Expr *later = nullptr; // what uses it then
  };

  /// `owner`: a capture, to which all belongs that the closure is called with.
  ReturnedByClosure(const clang::CXXMethodDecl &callOperator, const VarDecl *owner, UnitContext &unit)
      : method(callOperator), unit(unit) {
    if (owner && method.getNumParams() == 1) captured[element = method.getParamDecl(0)] = owner;
    for (const clang::LambdaCapture &capture : method.getParent()->captures()) {
      const auto *variable =
          capture.capturesVariable() ? dyn_cast<VarDecl>(capture.getCapturedVar()) : nullptr;
      bool isCopy = variable && capture.getCaptureKind() == clang::LCK_ByCopy;
      if (isCopy && !(variable->isInitCapture() && variable->getType()->isReferenceType()))
        captured[variable] = variable;
    }
  }

  std::vector<Use> find() {
    if (!captured.empty()) returnsOf(method.getBody(), 0);
    return std::move(uses);
  }

private:
  bool isTask(QualType type) { return isTaskType(type, unit); }

  void returnsOf(const Stmt *body, int depth) {
    if (!body || depth > deepest) return;
    forEachInner(body, [&](const Stmt &inner) {
      const auto *returned = dyn_cast<clang::ReturnStmt>(&inner);
      if (returned && returned->getRetValue()) value(*returned->getRetValue(), depth);
    });
  }

  void value(const Expr &expression, int depth) {
    auto isOwn = [](const VarDecl &variable) { return variable.hasLocalStorage() && !variable.isInitCapture(); };
    forEachTaskCall(
        expression, depth, isOwn, [this](const clang::CallExpr &made, int at) { call(made, at); }, unit);
  }

  void call(const clang::CallExpr &call, int depth) {
    Callee callee = resolveCallee(call);
    if (callee.isIndirect() || callee.function->isInStdNamespace()) return;
    llvm::ArrayRef<const Expr *> arguments(call.getArgs(), call.getNumArgs());
    const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&call);
    const Expr *object = member ? member->getImplicitObjectArgument() : nullptr;
    if (isa<clang::CXXOperatorCallExpr>(call)) return;
    if (object && isTask(object->getType()))
      value(*object, depth + 1);
    else if (object && !callee.isVirtual)
      calledOn(*object, *llvm::cast<clang::CXXMethodDecl>(callee.function));
    for (unsigned i = 0; i < arguments.size(); ++i) {
      if (isTask(arguments[i]->getType()))
        value(*arguments[i], depth + 1);
      else if (const auto *closure = dyn_cast<LambdaExpr>(unwrap(arguments[i])))
        given(*closure, callee, depth);
      else if (i < callee.function->getNumParams() && !callee.isVirtual)
        argument(callee, i, arguments);
    }
  }

  /// A closure in what is returned: one that runs later must not refer to the captures; the task of one that
  /// runs now must not.
  void given(const LambdaExpr &closure, const Callee &callee, int depth) {
    const SinkCall *sink = unit.lookup.sink(callee);
    bool isLater = sink ? runsLater(sink) : isOnlyDeclared(callee);
    bool refers = false;
    for (const clang::LambdaCapture &capture : closure.captures()) {
      const auto *variable =
          capture.capturesVariable() ? dyn_cast<VarDecl>(capture.getCapturedVar()) : nullptr;
      if (!variable || capture.getCaptureKind() != clang::LCK_ByRef) continue;
      const VarDecl *referred = of(*variable);
      if (!referred && variable->isInitCapture()) referred = designated(variable->getInit());
      if (!referred || !isUsed(closure, *variable)) continue;
      refers = true;
      captured[variable] = referred;
      if (isLater) uses.push_back({&closure, referred});
    }
    if (refers && !isLater)
      for (const FunctionDecl *target : callableTargets(&closure, unit))
        if (!CoroutineView::of(*target)) returnsOf(target->getBody(), depth + 1);
  }

  /// A function of the project that gives a task, and calls the closure when it likes.
  bool isOnlyDeclared(const Callee &callee) {
    return !readableBody(callee.function, unit) && unit.inProject(callee.function->getLocation());
  }

  static bool isUsed(const LambdaExpr &closure, const VarDecl &variable) {
    return mentions(closure.getBody(), variable);
  }

  void argument(const Callee &callee, unsigned index, llvm::ArrayRef<const Expr *> arguments) {
    QualType type = callee.function->getParamDecl(index)->getType();
    bool isReference = type->isReferenceType() && !isView(type.getNonReferenceType());
    const Expr *given = unwrap(arguments[index]);
    const VarDecl *referred = nullptr;
    if (isReference) {
      referred = arguments[index]->isGLValue() ? designated(given) : nullptr;
    } else if (type->isPointerType()) {
      const auto *address = dyn_cast<clang::UnaryOperator>(given);
      if (address && address->getOpcode() == clang::UO_AddrOf) referred = designated(address->getSubExpr());
    } else if (isView(type.getNonReferenceType()) && isOwner(given->getType())) {
      referred = designated(given);
    }
    if (!referred) return;
    const SinkCall *sink = unit.lookup.sink(callee);
    if (!sink)
      return uses.push_back({given, referred, callee.function, 1 + index}); // else: f(container, closure)
    QualType written = writtenType(*callee.function, index);
    bool goesOver = sink->callable == SinkCall::Callable::Kept && written->isLValueReferenceType() &&
                    !written->getPointeeType().isConstQualified() && isOwner(given->getType());
    if (goesOver) uses.push_back({given, referred});
  }

  /// `capture.member()` or `owner->member()`: a coroutine, or what goes on in a continuation.
  void calledOn(const Expr &object, const clang::CXXMethodDecl &member) {
    if (member.isStatic() || member.isExplicitObjectMemberFunction() ||
        member.getRefQualifier() == clang::RQ_RValue)
      return;
    const VarDecl *referred = designated(&object);
    if (!referred || !isOwner(referred->getType())) return;
    const FunctionDecl *definition = member.getDefinition();
    if (definition && !CoroutineView::of(*definition)) {
      if (const LambdaExpr *later = continuationOf(*definition, unit))
        uses.push_back({&object, referred, nullptr, 0, later});
      return;
    }
    uses.push_back({&object, referred, &member, objectArgument});
  }

  const VarDecl *of(const VarDecl &variable) const {
    auto found = captured.find(&variable);
    return found == captured.end() ? nullptr : found->second;
  }

  /// The capture that an expression designates, is a part of, or that alone owns what it designates.
  const VarDecl *designated(const Expr *expression) {
    bool isOwned = false;
    for (int steps = 0; expression && steps < deepest; ++steps) {
      expression = unwrap(expression);
      const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(expression);
      const auto *unary = dyn_cast<clang::UnaryOperator>(expression);
      if (const auto *member = dyn_cast<clang::MemberExpr>(expression)) {
        const auto *field = dyn_cast<clang::FieldDecl>(member->getMemberDecl());
        if (!field || field->getType()->isReferenceType()) return nullptr;
        const Expr *base = unwrap(member->getBase());
        if (member->isArrow() && !isa<clang::CXXOperatorCallExpr>(base)) return nullptr;
        expression = base;
      } else if (op && (op->getOperator() == clang::OO_Arrow || op->getOperator() == clang::OO_Star) &&
                 !isOwned) {
        isOwned = true;
        expression = op->getArg(0);
      } else if (unary && unary->getOpcode() == clang::UO_Deref) {
        return nullptr;
      } else {
        break;
      }
    }
    const auto *name = expression ? dyn_cast<clang::DeclRefExpr>(expression) : nullptr;
    const auto *variable = name ? dyn_cast<VarDecl>(name->getDecl()) : nullptr;
    const VarDecl *found = variable ? of(*variable) : nullptr;
    return found && (!isOwned || variable == element || isLastOwner(*found)) ? found : nullptr;
  }

  /// A smart pointer that was moved in and that the call operator only looks through.
  bool isLastOwner(const VarDecl &variable) {
    if (!variable.isInitCapture() || !pointee(variable.getType()) || !isMove(variable.getInit()))
      return false;
    unsigned mentions = 0, looks = 0;
    forEachInner(method.getBody(), [&](const Stmt &inner) {
      const auto *mention = dyn_cast<clang::DeclRefExpr>(&inner);
      mentions += mention && mention->getDecl() == &variable;
      const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(&inner);
      const auto *looked = op ? dyn_cast<clang::DeclRefExpr>(unwrap(op->getArg(0))) : nullptr;
      looks += looked && looked->getDecl() == &variable &&
               (op->getOperator() == clang::OO_Arrow || op->getOperator() == clang::OO_Star);
    });
    return mentions == looks;
  }

  const clang::CXXMethodDecl &method;
  UnitContext &unit;
  llvm::DenseMap<const VarDecl *, const VarDecl *> captured; // also references to them
  const VarDecl *element = nullptr;
  std::vector<Use> uses;
};

class ClosureTasks {
public:
  ClosureTasks(const FunctionDecl &function, Function &facts, UnitContext &unit)
      : function(function), facts(facts), unit(unit) {}

  void walk() {
    forEachInner(function.getBody(), [&](const Stmt &inner) {
      const auto *call = dyn_cast<clang::CallExpr>(&inner);
      if (!call || isa<clang::CXXOperatorCallExpr>(call)) return;
      if (call->getType()->isVoidType() || unit.valueType(call->getType()).canBeAwaited()) given(*call);
    });
  }

private:
  void given(const clang::CallExpr &call) {
    for (unsigned i = 0; i < call.getNumArgs(); ++i) {
      const auto *closure = dyn_cast<LambdaExpr>(unwrap(call.getArg(i)));
      if (!closure || !closure->capture_size()) continue;
      Callee callee = resolveCallee(call);
      if (callee.isIndirect()) return;
      const SinkCall *sink = unit.lookup.sink(callee);
      bool mayKeep = sink && sink->callable == SinkCall::Callable::Unknown; // a timer's callback
      if (mayKeep && call.getType()->isVoidType()) return;
      CallableFate fate = callableFate(callee, i, unit);
      bool ends = fate == CallableFate::Released || (fate == CallableFate::Lent && !isAwaitedHere(call));
      if (!ends) continue;
      const VarDecl *owner = fate == CallableFate::Lent ? ownerOfRange(call, *closure) : nullptr;
      for (const FunctionDecl *target : callableTargets(closure, unit)) {
        bool isDropped = call.getType()->isVoidType() && unit.valueType(target->getReturnType()).start != Start::Eager;
        if (!isDropped) look(*closure, *target, callee, owner);
      }
    }
  }

  /// The capture by which the closure is the last owner of the range that the call goes over.
  const VarDecl *ownerOfRange(const clang::CallExpr &call, const LambdaExpr &closure) {
    const auto *range = call.getNumArgs() == 2 ? dyn_cast<clang::CXXOperatorCallExpr>(unwrap(call.getArg(0))) : nullptr;
    bool isOwned = range && range->getOperator() == clang::OO_Star && range->getNumArgs() == 1;
    const auto *name = isOwned ? dyn_cast<clang::DeclRefExpr>(unwrap(range->getArg(0))) : nullptr;
    const auto *variable = name ? dyn_cast<VarDecl>(name->getDecl()) : nullptr;
    if (!variable || !variable->isLocalVarDecl() || !isFreshOwner(variable->getInit())) return nullptr;
    if (CoroutineView::of(function) || !staysHere(*variable, function, &closure)) return nullptr;
    if (!isReturned(call) || !ownsElements(*variable)) return nullptr;
    for (const clang::LambdaCapture &capture : closure.captures()) {
      const auto *held = capture.capturesVariable() ? dyn_cast<VarDecl>(capture.getCapturedVar()) : nullptr;
      if (!held || capture.getCaptureKind() != clang::LCK_ByCopy) continue;
      bool isIt = held->isInitCapture() ? mentions(held->getInit(), *variable) : held == variable;
      if (isIt && pointee(held->getType()) && !mentions(closure.getBody(), *held)) return held;
    }
    return nullptr;
  }

  bool isReturned(const clang::CallExpr &call) {
    return llvm::any_of(writtenAround(function.getBody(), call),
                        [](const Stmt *outer) { return isa<clang::ReturnStmt>(outer); });
  }

  /// Values and unique owners end with their container. So do shared owners that were taken out of another one.
  bool ownsElements(const VarDecl &variable) {
    const clang::CXXRecordDecl *container = pointee(variable.getType());
    const auto *made = dyn_cast_or_null<clang::ClassTemplateSpecializationDecl>(container);
    if (!made || made->getTemplateArgs().size() == 0) return false;
    const clang::TemplateArgument &element = made->getTemplateArgs()[0];
    if (element.getKind() != clang::TemplateArgument::Type || !isOwner(element.getAsType())) return false;
    if (!isSharedOwner(element.getAsType())) return true;
    return findInner<clang::CXXMemberCallExpr>(function.getBody(), [](const clang::CXXMemberCallExpr &call) {
      ElementChange change = call.getMethodDecl() ? elementChange(*call.getMethodDecl()) : ElementChange::None;
      return change == ElementChange::Erases || change == ElementChange::Empties;
    });
  }

  void look(const LambdaExpr &closure, const FunctionDecl &target, const Callee &callee, const VarDecl *owner) {
    const auto *method = dyn_cast<clang::CXXMethodDecl>(&target);
    if (!method || method->isExplicitObjectMemberFunction() || method->isStatic() || !method->getBody())
      return;
    if (CoroutineView::of(*method) || !unit.valueType(method->getReturnType()).canBeAwaited()) return;
    for (const ReturnedByClosure::Use &use : ReturnedByClosure(*method, owner, unit).find()) {
      Dangling fact;
      fact.place = unit.place(use.at->getBeginLoc());
      fact.form = Dangling::Form::LambdaCapture;
      fact.start = unit.valueType(method->getReturnType()).start;
      fact.subject = unit.string(use.captured->getName());
      fact.type = unit.string(use.captured->getType().getAsString(unit.ast.getPrintingPolicy()));
      fact.name = unit.name(*method);
      fact.through = unit.name(callee);
      fact.made = unit.place(closure.getBeginLoc());
      if (use.later) fact.used = unit.place(use.later->getBeginLoc());
      if (use.keeper)
        fact.callee = unit.entity(*use.keeper), fact.argument = use.argument, fact.ifKept = true;
      if (!llvm::is_contained(facts.danglings, fact)) facts.danglings.push_back(std::move(fact));
    }
  }

  /// In the full expression that makes the closure, which lives until its end.
  bool isAwaitedHere(const clang::CallExpr &call) {
    std::vector<const Stmt *> around = writtenAround(function.getBody(), call);
    for (size_t i = around.size(); i-- > 0 && isa<Expr>(around[i]);) {
      if (isa<clang::CoawaitExpr, clang::CoyieldExpr>(around[i])) return true;
      const auto *outer = dyn_cast<clang::CallExpr>(around[i]);
      if (outer && waits(*outer, unit)) return true;
    }
    return false;
  }

  const FunctionDecl &function;
  Function &facts;
  UnitContext &unit;
};

} // namespace

void findClosureTasks(const FunctionDecl &function, Function &facts, UnitContext &unit) {
  bool captures = findInner<LambdaExpr>(
      function.getBody(), [](const LambdaExpr &closure) { return closure.capture_size() != 0; });
  if (captures) ClosureTasks(function, facts, unit).walk();
}

} // namespace coroguard
