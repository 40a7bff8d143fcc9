#include "facts/outliving_tasks.h"
#include "facts/awaitable_value.h"
#include "facts/callable_fate.h"
#include "facts/dying_object.h"
#include "facts/generic_code.h"
#include "facts/handed_out_owners.h"
#include "facts/inner_statements.h"
#include "facts/kept_arguments.h"
#include "facts/lent_objects.h"
#include "facts/readable_body.h"
#include "facts/returned_from.h"
#include "facts/self_owner.h"
#include "facts/task_parts.h"
#include "language/callee.h"
#include "language/replaceable.h"
#include <clang/AST/StmtCXX.h>

namespace coroguard {
namespace {

using clang::Expr;
using clang::FunctionDecl;
using clang::LambdaExpr;
using clang::QualType;
using clang::VarDecl;
using llvm::dyn_cast;
using llvm::isa;

/// An array in it: its iterators are pointers into the object.
bool holdsArray(const clang::CXXRecordDecl &record) {
  auto holds = [](QualType type) {
    const clang::CXXRecordDecl *inner = type->getAsCXXRecordDecl();
    return type->isArrayType() || (inner && (!inner->hasDefinition() || holdsArray(*inner->getDefinition())));
  };
  return llvm::any_of(record.fields(), [&](const clang::FieldDecl *field) { return holds(field->getType()); }) ||
         llvm::any_of(record.bases(), [&](const clang::CXXBaseSpecifier &base) { return holds(base.getType()); });
}

/// std::views::iota(0, n), std::span, boost::irange(0, n): nothing in it has to be freed, and its elements lie elsewhere or
/// are numbers, so that its iterators know all that they need.
bool isRangeOfOthers(QualType type) {
  const clang::CXXRecordDecl *record = type.getNonReferenceType()->getAsCXXRecordDecl();
  return record && record->hasDefinition() && record->getDefinition()->hasTrivialDestructor() &&
         !holdsArray(*record->getDefinition());
}

/// f(local, [](auto &element) { ... }) with a template `f(C &, F)`: it goes on using the container that it is given. So
/// does one with `f(C &&, F)` that is given an lvalue, if it is known to keep the callable for all its rounds.
bool isAlgorithmOver(const FunctionDecl &callee, unsigned index, llvm::ArrayRef<const Expr *> arguments,
                     UnitContext &unit) {
  if (!callee.isTemplateInstantiation() || !writtenType(callee, index)->isReferenceType()) return false;
  if (writtenType(callee, index)->isRValueReferenceType()) {
    const SinkCall *sink = unit.lookup.sink(callee);
    bool goesOver = sink && sink->callable == SinkCall::Callable::Kept && arguments[index]->isLValue();
    if (!goesOver || replaceableKind(arguments[index]->getType()) != Replaceable::Container) return false;
  }
  if (writtenType(callee, index)->getPointeeType().isConstQualified()) return false;
  if (isRangeOfOthers(arguments[index]->getType())) return false;
  return llvm::any_of(arguments, [](const Expr *argument) { return isa<LambdaExpr>(unwrap(argument)); });
}

/// Does the visible body of an algorithm reach the end of its range before it returns?
bool walksAtOnce(const FunctionDecl &callee, unsigned index, UnitContext &unit) {
  const clang::Stmt *body = readableBody(&callee, unit);
  const FunctionDecl *definition = body ? callee.getDefinition() : nullptr;
  if (!definition || index >= definition->getNumParams()) return false;
  const clang::ParmVarDecl &first = *definition->getParamDecl(index);
  return findInner<clang::Stmt>(body, [&](const clang::Stmt &inner) {
    if (isa<clang::ForStmt, clang::WhileStmt, clang::DoStmt>(inner)) return mentions(&inner, first);
    const auto *call = dyn_cast<clang::CallExpr>(&inner);
    const FunctionDecl *called = call ? call->getDirectCallee() : nullptr;
    const SinkCall *sink = called ? unit.lookup.sink(*called) : nullptr;
    if (!called || !(called->isInStdNamespace() || (sink && sink->runs == RunsOn::Here))) return false;
    return llvm::any_of(call->arguments(), [&](const Expr *argument) {
      return !isa<LambdaExpr>(unwrap(argument)) && mentions(argument, first);
    });
  });
}

/// f(local.begin(), local.end(), [](auto &element) { ... }) with a template `f(I, I, F)`, and maybe a number. With more
/// callables it may be one that is over with its range, and combines what they gave, later.
bool isAlgorithmFrom(const FunctionDecl &callee, unsigned index, llvm::ArrayRef<const Expr *> arguments, UnitContext &unit) {
  if (!callee.isTemplateInstantiation() || index + 2 >= arguments.size() || CoroutineView::of(callee)) return false;
  QualType type = arguments[index]->getType().getCanonicalType().getUnqualifiedType();
  if (!isIterator(type) || arguments[index + 1]->getType().getCanonicalType().getUnqualifiedType() != type) return false;
  if (const SinkCall *sink = unit.lookup.sink(callee); sink && sink->runs == RunsOn::Here) return false;
  unsigned closures = 0, numbers = 0;
  for (const Expr *argument : arguments) {
    closures += isa<LambdaExpr>(unwrap(argument));
    numbers += argument->getType()->isIntegerType();
  }
  return closures == 1 && closures + numbers + 2 == arguments.size() && !walksAtOnce(callee, index, unit);
}

/// Does the visible body of a template only call this parameter, so that nothing of it is left when the call is over?
bool onlyCalls(const FunctionDecl &callee, unsigned index) {
  const FunctionDecl *definition = nullptr;
  const clang::Stmt *body = callee.getBody(definition);
  if (!body || isa<clang::CoroutineBodyStmt>(body) || index >= definition->getNumParams()) return false;
  const clang::ParmVarDecl *parameter = definition->getParamDecl(index);
  unsigned mentions = 0, calls = 0;
  forEachWritten(body, [&](const clang::Stmt &stmt) {
    const auto *name = dyn_cast<clang::DeclRefExpr>(&stmt);
    if (name && name->getDecl() == parameter) ++mentions;
    const auto *call = dyn_cast<Expr>(&stmt);
    const Expr *called = call ? calledObject(*call) : nullptr;
    const auto *named = called ? dyn_cast<clang::DeclRefExpr>(unwrap(called)) : nullptr;
    if (named && named->getDecl() == parameter) ++calls;
    return true;
  });
  return mentions > 0 && mentions == calls;
}

class ReturnedTask {
public:
  ReturnedTask(const FunctionDecl &function, Function &facts, UnitContext &unit, unsigned depth = 0)
      : function(function), dying(function), facts(facts), unit(unit), depth(depth) {}

  void returned(const clang::ReturnStmt &stmt) {
    at = unit.place(stmt.getReturnLoc());
    if (stmt.getRetValue()) value(*stmt.getRetValue());
  }

private:
  bool isAwaited(QualType type) { return isTaskType(type, unit); }

  void value(const Expr &expression, int steps = 0) {
    forEachTaskCall(
        expression, steps, [this](const VarDecl &variable) { return dying.isOwn(variable); },
        [this](const clang::CallExpr &made, int at) { call(made, at); }, unit);
  }

  void call(const clang::CallExpr &call, int steps) {
    Callee callee = resolveCallee(call);
    if (callee.isIndirect()) return;
    std::optional<AwaitableValue> made = awaitableValue(call, unit);
    if (!made) return;
    llvm::ArrayRef<const Expr *> arguments(call.getArgs(), call.getNumArgs());
    const auto *method = dyn_cast<clang::CXXMethodDecl>(callee.function);
    const Expr *object = nullptr;
    if (const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&call)) {
      object = member->getImplicitObjectArgument();
    } else if (isa<clang::CXXOperatorCallExpr>(call) && method && !arguments.empty()) {
      object = arguments.front();
      arguments = arguments.drop_front();
    }
    if (object && isAwaited(object->getType())) value(*object, steps + 1);
    else if (object && method && !method->isStatic()) calledOn(*object, *method, call, *made);
    bool runsNow = callee.function->isInStdNamespace();
    if (const SinkCall *sink = unit.lookup.sink(*callee.function)) runsNow |= sink->runs == RunsOn::Here;
    for (unsigned i = 0; i < arguments.size(); ++i) {
      if (isAwaited(arguments[i]->getType())) value(*arguments[i], steps + 1);
      else if (const LambdaExpr *closure = closureOf(*arguments[i])) {
        size_t before = facts.misuses.size();
        if (!runsNow && !onlyCalls(*callee.function, i)) captures(*closure, *made);
        bool isHeld = before < facts.misuses.size() || closure->capture_size() == 0 || i >= callee.function->getNumParams();
        if (!isHeld) this->closure(callee, i, *arguments[i], *made);
      } else if (i < callee.function->getNumParams()) {
        argument(call, callee, i, arguments, *made);
      }
    }
  }

  /// A lambda, also one kept in a variable.
  const LambdaExpr *closureOf(const Expr &argument) {
    const Expr *e = unwrap(&argument);
    const auto *name = dyn_cast<clang::DeclRefExpr>(e);
    const auto *variable = name ? dyn_cast<VarDecl>(name->getDecl()) : nullptr;
    if (variable && variable->isLocalVarDecl() && variable->getInit()) e = unwrap(variable->getInit());
    return dyn_cast<LambdaExpr>(e);
  }

  void captures(const LambdaExpr &closure, const AwaitableValue &made) {
    for (const clang::LambdaCapture &capture : closure.captures()) {
      if (capture.capturesThis() && depends()) facts.keeps.push_back(objectArgument);
      if (!capture.capturesVariable()) continue;
      const auto *variable = dyn_cast<VarDecl>(capture.getCapturedVar());
      if (!variable) continue;
      Referred found;
      bool copies = capture.getCaptureKind() == clang::LCK_ByCopy;
      if (variable->isInitCapture()) {
        bool refers = variable->getType()->isReferenceType();
        bool views = variable->getType()->isPointerType() || isView(variable->getType());
        if (refers) found = dying.designated(variable->getInit());
        else if (views) found = dying.viewed(variable->getInit());
      } else if (!copies) {
        found = referenced(*variable);
      } else if (isView(variable->getType()) && variable->isLocalVarDecl() && dying.isOwn(*variable)) {
        found = dying.viewed(variable->getInit());
      }
      if (found) report(found, made, closure.getBeginLoc());
      else if (found.lent) facts.keeps.push_back(1 + found.lent->getFunctionScopeIndex());
    }
  }

  /// Is this a member function of which nothing, as far as its body tells, keeps the object: no smart pointer to it, and
  /// nothing that a member of it gave to a continuation?
  bool depends() {
    const auto *method = dyn_cast<clang::CXXMethodDecl>(&function);
    if (!method || method->getParent()->isLambda() || canOwnItself(*method->getParent()) || keepsItself(function)) return false;
    return !findInner<LambdaExpr>(function.getBody(), [](const LambdaExpr &closure) {
      return llvm::any_of(closure.captures(), [](const clang::LambdaCapture &capture) {
        const auto *held = capture.capturesVariable() ? dyn_cast<VarDecl>(capture.getCapturedVar()) : nullptr;
        const Expr *init = held && held->isInitCapture() ? held->getInit() : nullptr;
        return init && findInner<clang::CXXThisExpr>(init) && !held->getType().isTrivialType(held->getASTContext());
      });
    });
  }

  /// What a variable captured by reference is: itself, or what it refers to.
  Referred referenced(const VarDecl &variable) {
    if (dying.isOwn(variable)) return {&variable};
    if (!variable.getType()->isReferenceType() || variable.getDeclContext() != &function) return {};
    if (const auto *parameter = dyn_cast<clang::ParmVarDecl>(&variable)) return {nullptr, nullptr, parameter};
    Referred bound = dying.designated(variable.getInit());
    return bound.temporary ? Referred{&variable} : bound;
  }

  /// A closure lent to a coroutine that goes on calling it: `template <class F> future<> retry(F &&work)`.
  void closure(const Callee &callee, unsigned index, const Expr &given, const AwaitableValue &made) {
    if (!callee.function->getParamDecl(index)->getType()->isReferenceType()) return;
    const FunctionDecl *definition = readableBody(callee.function, unit) ? callee.function->getDefinition() : nullptr;
    if (!definition || !CoroutineView::of(*definition)) return;
    Referred found = dying.designated(&given);
    if (!found) return;
    Misuse &misuse = report(found, made, given.getExprLoc());
    misuse.argument = 1 + index;
    misuse.ifKept = true;
  }

  /// The object of a member coroutine, or the closure of a coroutine lambda.
  void calledOn(const Expr &object, const clang::CXXMethodDecl &method, const clang::CallExpr &call, const AwaitableValue &made) {
    if (method.isExplicitObjectMemberFunction() || method.getRefQualifier() == clang::RQ_RValue) return;
    bool isOwned = isa<clang::CXXOperatorCallExpr>(unwrap(&object)); // owner->method()
    if ((object.getType()->isPointerType() && !isOwned) || isView(object.getType().getNonReferenceType())) return;
    if (method.getParent()->isLambda() && !keepsClosure(method, unit)) return;
    Referred found = dying.designated(&object);
    if (!found && object.isPRValue() && isa<LambdaExpr>(unwrap(&object))) found.temporary = &object;
    if (!found && isOwned) found = handedOutOwner(object, function, unit);
    if (!found) return;
    Misuse &misuse = report(found, made, call.getExprLoc());
    misuse.argument = objectArgument;
    // An operation of a socket or timer goes on using it.
    misuse.ifKept = !method.getParent()->isLambda() && !unit.lookup.loopBoundMember(method);
    if (method.getParent()->isLambda() && found.temporary) misuse.subject = made.name;
  }

  void argument(const clang::CallExpr &call, const Callee &callee, unsigned index, llvm::ArrayRef<const Expr *> arguments,
                const AwaitableValue &made) {
    const FunctionDecl &maker = *callee.function;
    QualType type = maker.getParamDecl(index)->getType();
    bool byReference = type->isReferenceType() && !isView(type.getNonReferenceType());
    bool refers = byReference || type->isPointerType() || isView(type.getNonReferenceType());
    if (!refers) return;
    Referred found = byReference ? dying.designated(arguments[index]) : dying.viewed(arguments[index]);
    bool isForwarding = writtenType(maker, index)->isRValueReferenceType();
    bool isForeign = !unit.inProject(maker.getLocation());
    bool isConst = byReference && type->getPointeeType().isConstQualified();
    bool isGeneric = writtenType(maker, index)->isDependentType() && isCopyable(type.getNonReferenceType());
    bool isCopied = isForeign && (isForwarding || isConst || isGeneric); // as the libraries do: a completion token
    if (found.lent && !isCopied && keepsArgument(maker, index, made.start == Start::Lazy, *found.lent))
      facts.keeps.push_back(1 + found.lent->getFunctionScopeIndex());
    bool isAlgorithm = isAlgorithmOver(maker, index, arguments, unit) ||
                       (!byReference && isAlgorithmFrom(maker, index, arguments, unit));
    if (!found && isAlgorithm) found = handedOutSnapshot(*arguments[index], function, unit);
    if (!found) return;
    bool overContainer = found.variable && isAlgorithm;
    Misuse &misuse = report(found, made, arguments[index]->getExprLoc());
    misuse.argument = overContainer ? 0 : 1 + index;
    if (overContainer) return;
    if (made.start == Start::Lazy && made.isTask) { // its body, and all that it does with it, comes later
      misuse.ifKept = isForwarding || (isForeign && (isConst || found.temporary));
      return;
    }
    bool isLocal = found.variable && found.variable->isLocalVarDecl() && found.variable->getType()->isRecordType();
    misuse.ifKept = !byReference || isForwarding || isForeign || !isLocal || callee.isVirtual || maker.isTemplateInstantiation();
  }

  static bool isCopyable(QualType type) {
    const clang::CXXRecordDecl *record = type->getAsCXXRecordDecl();
    if (!record || !record->hasDefinition()) return !record;
    if (record->needsImplicitCopyConstructor()) return !record->defaultedCopyConstructorIsDeleted();
    return llvm::any_of(record->ctors(), [](const clang::CXXConstructorDecl *made) {
      return made->isCopyConstructor() && !made->isDeleted();
    });
  }

  /// As far as a body in this unit tells: of a plain function, whether it passes the argument on to one that keeps it. An
  /// eager one that is not seen may have copied it.
  bool keepsArgument(const FunctionDecl &maker, unsigned index, bool isLazy, const clang::ParmVarDecl &lent) {
    const FunctionDecl *definition = nullptr;
    if (isLazy ? !maker.getBody(definition) : !readableBody(&maker, unit)) return isLazy;
    if (depth > 3) return isLazy;
    if (!definition) definition = maker.getDefinition();
    if (CoroutineView::of(*definition)) {
      for (const KeptUse &use : keptUses(*definition, unit))
        if (use.argument == 1 + index) return uses(use, *definition, lent), true;
      return false;
    }
    Function inner;
    ReturnedTask finder(*definition, inner, unit, depth + 1);
    forEachWritten(definition->getBody(), [&](const clang::Stmt &stmt) {
      if (const auto *returned = dyn_cast<clang::ReturnStmt>(&stmt)) finder.returned(*returned);
      return true;
    });
    for (Dangling use : inner.danglings)
      if (use.argument == 1 + index) keptUse(std::move(use), lent);
    return llvm::is_contained(inner.keeps, 1 + index);
  }

  /// The coroutine at the end of the chain uses what this function was lent.
  void uses(const KeptUse &use, const FunctionDecl &coroutine, const clang::ParmVarDecl &lent) {
    Dangling fact;
    fact.place = fact.used = unit.place(use.place);
    fact.start = unit.valueType(coroutine.getReturnType()).start;
    fact.subject = unit.string(coroutine.getParamDecl(use.argument - 1)->getNameAsString());
    fact.name = unit.name(coroutine);
    fact.ifKept = true;
    fact.made = unit.place(coroutine.getParamDecl(use.argument - 1)->getLocation());
    keptUse(std::move(fact), lent);
  }
  void keptUse(Dangling use, const clang::ParmVarDecl &lent) {
    use.callee = facts.id;
    use.argument = 1 + lent.getFunctionScopeIndex();
    facts.danglings.push_back(std::move(use));
  }

  Misuse &report(const Referred &found, const AwaitableValue &made, clang::SourceLocation place) {
    Misuse misuse;
    misuse.place = unit.place(place);
    misuse.form = Misuse::Form::OutlivesObject;
    misuse.value = made;
    if (found.variable) {
      misuse.subject = unit.string(found.variable->getNameAsString());
      misuse.other = unit.place(found.variable->getLocation());
    }
    misuse.at = at;
    facts.misuses.push_back(std::move(misuse));
    return facts.misuses.back();
  }

  const FunctionDecl &function;
  DyingObjects dying;
  Function &facts;
  UnitContext &unit;
  unsigned depth; // of functions that only pass their arguments on
  Place at;
};

} // namespace

void findOutlivingTasks(const FunctionDecl &function, Function &facts, UnitContext &unit) {
  if (facts.isCoroutine) {
    facts.keeps = keptArguments(function, unit);
    return;
  }
  if (!unit.valueType(function.getReturnType()).canBeAwaited()) return;
  ReturnedTask finder(function, facts, unit);
  forEachWritten(function.getBody(), [&](const clang::Stmt &stmt) {
    if (const auto *returned = dyn_cast<clang::ReturnStmt>(&stmt)) finder.returned(*returned);
    findReturnsUnderGuard(stmt, facts, unit);
    findReturnsInTry(stmt, facts, unit);
    return true;
  });
}

} // namespace coroguard
