#include "facts/lent_too_long.h"
#include "facts/closure_uses.h"
#include "facts/inner_statements.h"
#include "facts/kept_arguments.h"
#include "facts/lent_objects.h"
#include "facts/range_temporaries.h"
#include "facts/unjoined_paths.h"
#include "language/callee.h"
#include "language/std_functions.h"

namespace coroguard {
namespace {

using clang::Stmt;
using clang::VarDecl;
using llvm::dyn_cast;
using llvm::isa;
using Kind = TaskFate::Kind;

class LentTooLong {
public:
  LentTooLong(FunctionFlow &flow, Function &facts)
      : flow(flow), function(flow.function), facts(facts), unit(flow.unit), dying(flow.function) {}

  void run() {
    forEachInner(function.getBody(), [&](const Stmt &stmt) {
      const auto *call = dyn_cast<clang::CallExpr>(&stmt);
      if (!call || !call->isPRValue() || !unit.valueType(call->getType()).canBeAwaited()) return;
      std::vector<LentObject> lent = lentObjects(*call, unit.valueType(call->getType()), dying, unit);
      if (!lent.empty()) look(*call, lent);
    });
  }

private:
  void look(const clang::CallExpr &call, const std::vector<LentObject> &lent) {
    TaskFate fate = fateOf(call, writtenAround(function.getBody(), call), unit);
    if (fate.kind == Kind::Over || (fate.kind == Kind::Dropped && !goesOnAlone(call))) return;
    bool isReturnedTask = fate.kind == Kind::Returned && unit.valueType(function.getReturnType()).canBeAwaited();
    if (isReturnedTask) return; // see outliving_tasks.h
    if (fate.kind == Kind::Kept && isNeverUsed(*fate.variable)) return;
    bool isRunning = fate.isRunning || unit.valueType(call.getType()).start == Start::Eager;
    for (const LentObject &object : lent) {
      if (object.argument == objectArgument ? isKnownAsThis(call) : isKnownAsClosure(object)) continue;
      if (object.object.temporary || fate.kind == Kind::Returned)
        endsNow(call, object, fate);
      else if (fate.kind != Kind::Iterated)
        endsLater(call, object, fate, isRunning);
    }
  }

  /// Has it been said of the object of this call, by findDanglingObjects() or, of a functor, findDanglingClosures()?
  bool isKnownAsThis(const clang::CallExpr &call) {
    return llvm::any_of(facts.danglings, [&](const Dangling &fact) {
      if (fact.form == Dangling::Form::LambdaCapture) return fact.at == unit.place(call.getExprLoc());
      return fact.form == Dangling::Form::This && fact.place == unit.place(call.getExprLoc());
    });
  }

  /// Has it been said of this closure by findDanglingClosures(), whatever other functions do?
  bool isKnownAsClosure(const LentObject &lent) {
    Place place = unit.place(lent.given->getExprLoc());
    return llvm::any_of(facts.danglings, [&](const Dangling &fact) {
      return fact.form == Dangling::Form::LambdaCapture && fact.place == place && !fact.ifKept &&
             !fact.callee;
    });
  }

  /// A task without its value: one that has begun in the call, or that its type lets go of.
  bool goesOnAlone(const clang::CallExpr &call) {
    const ValueType &type = unit.valueType(call.getType());
    bool isLetGo = type.model && type.model->drop == TaskType::Drop::Allowed;
    return !type.mayStopWhenDropped && (type.start == Start::Eager || (isLetGo && type.start != Start::Lazy)) &&
           !type.stopsWhenDropped;
  }

  bool isNeverUsed(const VarDecl &variable) const { return variable.isLocalVarDecl() && !variable.isReferenced(); }

  void endsNow(const clang::CallExpr &call, const LentObject &lent, const TaskFate &fate) {
    bool isIterated = fate.kind == Kind::Iterated || (fate.kind == Kind::Kept && canYield(call.getType(), unit.ast) &&
                                                      isIteratedLater(*fate.variable));
    Dangling fact = describe(call, lent, fate, isIterated ? Dangling::Form::RangeTemporary : Dangling::Form::Argument);
    const VarDecl *variable = lent.object.variable;
    fact.made = unit.place(variable ? variable->getLocation() : lent.object.temporary->getExprLoc());
    if (fate.kind == Kind::Returned) fact.at = unit.place(fate.statement->getBeginLoc());
    if (fate.kind == Kind::Given) fact.at = unit.place(fate.given->getExprLoc());
    if (fate.kind == Kind::Kept) fact.at = unit.place(fate.given ? fate.given->getExprLoc() : fate.variable->getLocation());
    facts.danglings.push_back(std::move(fact));
  }

  /// scheduler.start(work(scheduler))
  static bool isGivenTo(const VarDecl &variable, const TaskFate &fate) {
    const auto *call = dyn_cast_or_null<clang::CXXMemberCallExpr>(fate.given);
    const auto *name = call ? dyn_cast<clang::DeclRefExpr>(unwrap(call->getImplicitObjectArgument())) : nullptr;
    return name && name->getDecl() == &variable;
  }

  void endsLater(const clang::CallExpr &call, const LentObject &lent, const TaskFate &fate, bool isRunning) {
    const VarDecl &variable = *lent.object.variable;
    if (variable.isImplicit() || !variable.hasLocalStorage()) return;
    bool runsOnIt = unit.lookup.executor(variable.getType()) != RunsOn::Unknown || isGivenTo(variable, fate);
    if (runsOnIt) return; // and ends with it
    std::optional<UnjoinedPath> path = endsBeforeJoin(variable, call, fate, isRunning, flow);
    if (!path) return;
    bool isScope = path->isJoinedElsewhere || fate.kind == Kind::Kept;
    Dangling fact = describe(call, lent, fate, isScope ? Dangling::Form::Scope : Dangling::Form::Argument);
    fact.made = unit.place(variable.getLocation());
    fact.at = path->leaves ? unit.place(path->leaves->getBeginLoc()) : endOf(variable);
    if (path->byException) fact.type = unit.string("exception");
    facts.danglings.push_back(std::move(fact));
  }

  /// Where the block of a variable ends; of a parameter, nowhere.
  Place endOf(const VarDecl &variable) {
    const Stmt *declaration = findInner<clang::DeclStmt>(function.getBody(), [&](const clang::DeclStmt &stmt) {
      return llvm::is_contained(stmt.decls(), static_cast<const clang::Decl *>(&variable));
    });
    if (!declaration) return {};
    std::vector<const Stmt *> around = writtenAround(function.getBody(), *declaration);
    for (size_t i = around.size(); i-- > 0;)
      if (isa<clang::CompoundStmt>(around[i])) return unit.place(around[i]->getEndLoc());
    return {};
  }

  bool isIteratedLater(const VarDecl &variable) {
    return findInner<clang::CXXForRangeStmt>(function.getBody(), [&](const clang::CXXForRangeStmt &loop) {
      const auto *name = dyn_cast<clang::DeclRefExpr>(unwrap(loop.getRangeInit()));
      return name && name->getDecl() == &variable;
    });
  }

  Dangling describe(const clang::CallExpr &call, const LentObject &lent, const TaskFate &fate, Dangling::Form form) {
    Dangling fact;
    fact.place = unit.place(isa<clang::CXXDefaultArgExpr>(lent.given) ? call.getExprLoc() : lent.given->getExprLoc());
    fact.form = form;
    fact.start = unit.valueType(call.getType()).start;
    if (const VarDecl *variable = lent.object.variable) // which has no name when it has several
      fact.subject =
          variable->getIdentifier() ? unit.string(variable->getName()) : unit.text(lent.given->getSourceRange());
    Callee callee = resolveCallee(call);
    if (callee.function) {
      fact.callee = unit.entity(*callee.function);
      fact.name = unit.name(callee);
    } else {
      bool isObject = isa<clang::CXXOperatorCallExpr>(call) && call.getNumArgs() > 0; // a std::function
      fact.name = unit.text((isObject ? call.getArg(0) : call.getCallee())->getSourceRange());
    }
    fact.argument = lent.argument;
    fact.ifKept = lent.ifKept;
    if (fate.kind == Kind::Kept)
      fact.through = unit.string(fate.variable->getNameAsString());
    else if (fate.kind == Kind::Given)
      fact.through = unit.string(givenTo(*fate.given));
    return fact;
  }

  /// "spawn()", or the class that was made from the task; the left side of an assignment.
  std::string givenTo(const clang::Expr &expression) {
    const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(&expression);
    if (op && op->isAssignmentOp()) return std::string(unit.facts.text(unit.text(op->getArg(0)->getSourceRange())));
    Callee callee = resolveCallee(expression);
    return callee.function ? std::string(unit.facts.text(unit.name(callee))) + "()" : "what keeps it";
  }

  FunctionFlow &flow;
  const clang::FunctionDecl &function;
  Function &facts;
  UnitContext &unit;
  DyingObjects dying;
};

/// Does a copy of it do as well: a string, a callback, a struct of the project?
bool isCopyableValue(clang::QualType type) {
  const clang::CXXRecordDecl *record = type->getAsCXXRecordDecl();
  if (!record || !record->hasDefinition() || record->isAbstract() || isView(type)) return false;
  if (record->needsImplicitCopyConstructor()) return !record->defaultedCopyConstructorIsDeleted();
  return llvm::any_of(record->ctors(), [](const clang::CXXConstructorDecl *made) {
    return made->isCopyConstructor() && !made->isDeleted() && made->getAccess() == clang::AS_public;
  });
}

/// The call that is given this lambda as a std::function or the like, and what signature that has.
struct ErasedLambda {
  const clang::CallExpr *call = nullptr;
  const clang::FunctionProtoType *signature = nullptr;
};

ErasedLambda erasedIn(const clang::CXXRecordDecl &closure) {
  ErasedLambda result;
  const auto *outer = dyn_cast<clang::FunctionDecl>(closure.getDeclContext());
  forEachInner(outer ? outer->getBody() : nullptr, [&](const Stmt &part) {
    const auto *call = dyn_cast<clang::CallExpr>(&part);
    const clang::FunctionDecl *callee = call ? call->getDirectCallee() : nullptr;
    unsigned first = call && isa<clang::CXXOperatorCallExpr>(call);
    for (unsigned i = first; callee && i < call->getNumArgs() && i - first < callee->getNumParams(); ++i) {
      const auto *made = dyn_cast<clang::LambdaExpr>(unwrap(call->getArg(i)));
      if (made && made->getLambdaClass() == &closure)
        result = {call, erasedSignature(callee->getParamDecl(i - first)->getType())};
    }
  });
  return result;
}

/// A lambda that nobody here can see being called, by whom its signature takes the object away: the framework's
/// continuation that calls it returns its task, and the object is gone.
const clang::FunctionDecl *givenAwayTo(const clang::FunctionDecl &lambda, unsigned parameter, UnitContext &unit) {
  const auto &closure = *llvm::cast<clang::CXXMethodDecl>(lambda).getParent();
  if (lambda.isTemplateInstantiation() || unit.valueType(lambda.getReturnType()).start != Start::Eager) return nullptr;
  ErasedLambda erased = erasedIn(closure);
  bool isSame = erased.signature && parameter < erased.signature->getNumParams() &&
                erased.signature->getParamType(parameter)->isRValueReferenceType();
  const clang::FunctionDecl *callee = isSame ? erased.call->getDirectCallee() : nullptr;
  return callee && !callee->isInStdNamespace() && !callee->hasBody() ? callee : nullptr;
}

bool isLambda(const clang::FunctionDecl &function) {
  const auto *method = dyn_cast<clang::CXXMethodDecl>(&function);
  return method && method->getParent()->isLambda();
}

/// Is it given away by its type, which promises nothing about how long the object stays? To a coroutine that nobody can
/// wait for, so is a value by `const &`: no caller can keep it until then.
bool isGivenAway(const clang::FunctionDecl &function, unsigned parameter, UnitContext &unit) {
  const auto *method = dyn_cast<clang::CXXMethodDecl>(&function);
  if ((method && method->isVirtual()) || function.isTemplateInstantiation() || parameter >= function.getNumParams())
    return false;
  clang::QualType type = function.getParamDecl(parameter)->getType();
  clang::QualType object = type->isReferenceType() ? type->getPointeeType() : clang::QualType();
  if (object.isNull() || !object->isRecordType() || isView(object)) return false;
  if (isLambda(function)) return type->isRValueReferenceType() && givenAwayTo(function, parameter, unit);
  if (!function.isExternallyVisible()) return false;
  if (type->isRValueReferenceType()) return true;
  return object.isConstQualified() && isDetached(function.getReturnType(), unit) && isCopyableValue(object);
}

void addKeptUses(const clang::FunctionDecl &coroutine, Function &facts, UnitContext &unit) {
  for (const KeptUse &use : keptUses(coroutine, unit)) {
    if (use.argument == objectArgument) continue;
    const clang::ParmVarDecl &parameter = *coroutine.getParamDecl(use.argument - 1);
    Dangling fact;
    fact.place = unit.place(use.place);
    fact.start = unit.valueType(coroutine.getReturnType()).start;
    fact.subject = unit.string(parameter.getNameAsString());
    fact.callee = facts.id;
    fact.name = facts.name;
    fact.argument = use.argument;
    fact.ifKept = true;
    if (isGivenAway(coroutine, use.argument - 1, unit)) {
      if (isLambda(coroutine))
        fact.through = unit.entity(*givenAwayTo(coroutine, use.argument - 1, unit)); // who may be seen elsewhere
      fact.type = unit.string(parameter.getType().getAsString(unit.ast.getPrintingPolicy()));
    }
    fact.made = unit.place(parameter.getLocation());
    fact.used = fact.place;
    facts.danglings.push_back(std::move(fact));
  }
}

} // namespace

void findLentTooLong(FunctionFlow &flow, Function &facts) {
  LentTooLong(flow, facts).run();
  findRangeTemporaries(flow.function, facts, flow.unit);
  if (facts.isCoroutine) addKeptUses(flow.function, facts, flow.unit);
}

} // namespace coroguard
