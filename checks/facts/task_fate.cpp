#include "facts/task_fate.h"
#include "facts/inner_statements.h"
#include "facts/kept_arguments.h"
#include "facts/named_object.h"
#include "facts/readable_body.h"
#include "facts/waits.h"
#include "language/await_result.h"
#include "language/callee.h"
#include "language/element_owner.h"
#include "language/name_words.h"

namespace coroguard {
namespace {

using clang::Expr;
using clang::QualType;
using clang::Stmt;
using clang::VarDecl;
using llvm::dyn_cast;
using llvm::isa;
using Kind = TaskFate::Kind;

bool isForTasks(const clang::FunctionDecl &callee, const Expr *object, llvm::ArrayRef<const Expr *> arguments,
                UnitContext &unit) {
  const BlockingCall *blocks = unit.lookup.blocking(callee);
  if (blocks && (blocks->family == "wait" || blocks->family == "sync")) return true;
  return unit.lookup.loopRunner(callee) || waitsByShape(callee, object, arguments, unit) || mayRunToEnd(callee, object, unit) ||
         goesOnUntilDone(callee, unit);
}

bool finishes(const Expr &call, UnitContext &unit, int depth) {
  Callee callee = resolveCallee(call);
  const auto *plain = dyn_cast<clang::CallExpr>(&call);
  if (!callee.function || !plain) return false;
  if (callee.functionObject && unit.lookup.blocking(*callee.functionObject)) return true;
  const auto *member = dyn_cast<clang::CXXMemberCallExpr>(plain);
  const Expr *object = member ? member->getImplicitObjectArgument() : nullptr;
  if (isForTasks(*callee.function, object, llvm::ArrayRef(plain->getArgs(), plain->getNumArgs()), unit)) return true;
  const Stmt *body = depth < 2 ? readableBody(callee.function, unit) : nullptr;
  if (!body || isa<clang::CoroutineBodyStmt>(body)) return false;
  return findInner<clang::CallExpr>(body, [&](const clang::CallExpr &inner) {
    const clang::FunctionDecl *called = inner.getDirectCallee();
    return (called && resumesHandle(*called)) || finishes(inner, unit, depth + 1);
  });
}

class FateFinder {
public:
  FateFinder(const Expr &made, UnitContext &unit) : made(made), current(&made), unit(unit) {}

  TaskFate find(llvm::ArrayRef<const Stmt *> around) {
    for (size_t i = around.size(); i-- > 0;) {
      const auto *outer = dyn_cast<Expr>(around[i]);
      if (!outer) {
        statement(*around[i], i > 0 ? around[i - 1] : nullptr);
        break;
      }
      if (!goesOn(*outer)) break;
      current = outer;
    }
    if (fate.given) addNamedObjects(fate.given, &made, fate.around);
    return std::move(fate);
  }

private:
  bool holdsTask(QualType type) {
    auto isTask = [&](QualType t) { return unit.valueType(t.getUnqualifiedType()).canBeAwaited(); };
    type = type.getNonReferenceType();
    if (type->isPointerType()) type = type->getPointeeType();
    return isTask(type) || ownsElement(type, isTask);
  }

  bool ends(Kind kind) {
    fate.kind = kind;
    return false;
  }

  /// Is the task part of the value of the expression around it?
  bool goesOn(const Expr &outer) {
    if (const auto *await = dyn_cast<clang::CoawaitExpr>(&outer)) {
      if (!await->isPRValue() || !unit.valueType(await->getType()).canBeAwaited()) return ends(Kind::Over);
      if (unwrap(await->getOperand()) == unwrap(&made)) return ends(Kind::Over); // what it gives is another task
      return fate.isRunning = true; // it was given to something that told when it had been started
    }
    if (isa<clang::FullExpr, clang::ParenExpr, clang::MaterializeTemporaryExpr, clang::CXXBindTemporaryExpr,
            clang::InitListExpr, clang::CXXNewExpr, clang::CXXStdInitializerListExpr>(outer))
      return true;
    if (const auto *cast = dyn_cast<clang::CastExpr>(&outer)) {
      if (cast->getCastKind() == clang::CK_ToVoid) return ends(Kind::Dropped);
      return !outer.getType()->isBooleanType() || ends(Kind::Over);
    }
    if (const auto *choice = dyn_cast<clang::ConditionalOperator>(&outer))
      return choice->getCond() != current || ends(Kind::Over);
    if (const auto *binary = dyn_cast<clang::BinaryOperator>(&outer); binary && binary->isCommaOp())
      return binary->getRHS() == current || ends(Kind::Dropped);
    if (const auto *member = dyn_cast<clang::MemberExpr>(&outer))
      return isa<clang::CXXMethodDecl>(member->getMemberDecl()) || ends(Kind::Over);
    if (const auto *built = dyn_cast<clang::CXXConstructExpr>(&outer)) return constructs(*built);
    if (const auto *call = dyn_cast<clang::CallExpr>(&outer)) return calls(*call);
    return ends(Kind::Over);
  }

  bool constructs(const clang::CXXConstructExpr &built) {
    if (built.getConstructor()->isCopyOrMoveConstructor() || holdsTask(built.getType())) return true;
    if (!unit.inProject(built.getConstructor()->getLocation()) && !unit.lookup.sink(*built.getConstructor()))
      return ends(Kind::Over);
    return hands(built);
  }

  /// What is made of the task stands for it from here on.
  bool hands(const Expr &call) {
    fate.isRunning = true;
    fate.given = &call;
    return true;
  }

  bool gives(const Expr &call) {
    fate.given = &call;
    return ends(Kind::Given);
  }

  bool calls(const clang::CallExpr &call) {
    if (finishesTasks(call, unit)) return ends(Kind::Over);
    const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(&call);
    if (op && op->isAssignmentOp()) return op->getArg(0) != current ? comesInto(call, op->getArg(0)) : ends(Kind::Over);
    Callee callee = resolveCallee(call);
    const SinkCall *sink = unit.lookup.sink(callee);
    if (sink && sink->runs == RunsOn::Here) return ends(Kind::Over);
    const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&call);
    bool isObject = member && member->getCallee()->IgnoreParens() == current;
    if (holdsTask(call.getType()) &&
        !(member && !isObject && holdsTask(member->getImplicitObjectArgument()->getType())))
      return sink ? hands(call) : true;
    if (isObject) return ofTask(call, *member, sink);
    if (member && holdsTask(member->getImplicitObjectArgument()->getType()))
      return comesInto(call, member->getImplicitObjectArgument());
    bool isKnown = sink || (callee.function && unit.inProject(callee.function->getLocation()));
    if (!isKnown) return member && call.getType()->isVoidType() ? gives(call) : ends(Kind::Over);
    if (endsWithStarter(callee.function)) return ends(Kind::Over);
    if (call.getType()->isVoidType()) return gives(call);
    if (givesResult(call.getType()) && !makesIt(callee.function)) return ends(Kind::Over);
    if (call.getType()->isRecordType()) return hands(call);
    return sink || isTakenOver(call, *callee.function) ? gives(call) : ends(Kind::Over);
  }

  /// What it gives back only says whether it has taken the task: a bool, a number. One that is named for waiting or
  /// asking is another matter.
  bool isTakenOver(const clang::CallExpr &call, const clang::FunctionDecl &callee) {
    if (!call.getType()->isIntegralOrEnumerationType() || !callee.getIdentifier() || !takesTask(callee, unit)) return false;
    bool mayWait = hasWord(callee.getName(), {"run", "runs", "wait", "waits", "until", "drive", "drives", "block", "blocking",
                                              "sync", "test", "tests", "check", "checks", "exec", "execute", "get", "join",
                                              "complete", "completes", "finish", "finishes", "main", "for"});
    return !mayWait && isa<clang::CXXMethodDecl>(callee);
  }

  /// By its name, what it gives is new and stands for what is still to come.
  static bool makesIt(const clang::FunctionDecl *callee) {
    return callee && callee->getIdentifier() && hasWord(callee->getName(), {"new", "make", "create"});
  }

  /// push_dependent_task(), spawn_child(): by its name, the task is over before the one that starts it is.
  static bool endsWithStarter(const clang::FunctionDecl *callee) {
    return callee && callee->getIdentifier() && hasWord(callee->getName(), {"dependent", "child"});
  }

  bool givesResult(QualType type) {
    QualType result = awaitResult(made.getType(), unit.ast);
    return !result.isNull() && unit.ast.hasSameUnqualifiedType(result.getNonReferenceType(), type);
  }

  /// A member of the task itself.
  bool ofTask(const clang::CallExpr &call, const clang::CXXMemberCallExpr &member, const SinkCall *sink) {
    const clang::CXXMethodDecl *method = member.getMethodDecl();
    bool consumes = sink || (method && method->getRefQualifier() == clang::RQ_RValue);
    if (call.getType()->isVoidType()) return consumes ? gives(call) : ends(Kind::Over);
    if (!call.getType()->isRecordType()) return ends(Kind::Over);
    return consumes || !isView(call.getType()) ? hands(call) : true; // or an iterator
  }

  /// An assignment, or what puts an element into a container.
  bool comesInto(const clang::CallExpr &call, const Expr *target) {
    const auto *variable = llvm::dyn_cast_or_null<VarDecl>(namedObject(target));
    bool isLocal = variable && variable->hasLocalStorage() && !variable->getType()->isReferenceType();
    if (!isLocal) return gives(call);
    fate.given = &call;
    fate.variable = variable;
    return ends(Kind::Kept);
  }

  void statement(const Stmt &outer, const Stmt *around) {
    fate.statement = &outer;
    if (const auto *declared = dyn_cast<clang::DeclStmt>(&outer)) {
      for (const clang::Decl *decl : declared->decls())
        if (const auto *variable = dyn_cast<VarDecl>(decl); variable && variable->getInit() == current)
          fate.variable = variable;
      if (!fate.variable) return;
      const auto *loop = llvm::dyn_cast_or_null<clang::CXXForRangeStmt>(around);
      fate.kind = loop && loop->getRangeStmt() == &outer ? Kind::Iterated : Kind::Kept;
      if (fate.kind == Kind::Iterated) fate.statement = loop;
    } else if (isa<clang::ReturnStmt>(outer)) {
      fate.kind = Kind::Returned;
    } else if (isDropped(outer, around)) {
      fate.kind = fate.given ? Kind::Given : Kind::Dropped;
    }
  }

  bool isDropped(const Stmt &outer, const Stmt *around) const {
    if (isa<clang::CompoundStmt>(outer)) return !llvm::isa_and_nonnull<clang::StmtExpr>(around);
    if (const auto *branch = dyn_cast<clang::IfStmt>(&outer)) return branch->getCond() != current;
    if (const auto *loop = dyn_cast<clang::WhileStmt>(&outer)) return loop->getBody() == current;
    if (const auto *loop = dyn_cast<clang::ForStmt>(&outer)) return loop->getBody() == current;
    if (const auto *loop = dyn_cast<clang::CXXForRangeStmt>(&outer)) return loop->getBody() == current;
    return isa<clang::LabelStmt, clang::CaseStmt, clang::DefaultStmt, clang::AttributedStmt>(outer);
  }

  const Expr &made;
  const Expr *current;
  UnitContext &unit;
  TaskFate fate;
};

} // namespace

bool finishesTasks(const Expr &call, UnitContext &unit) { return finishes(call, unit, 0); }

TaskFate fateOf(const Expr &made, llvm::ArrayRef<const Stmt *> around, UnitContext &unit) {
  return FateFinder(made, unit).find(around);
}

void addNamedObjects(const Stmt *statement, const Stmt *except, NamedObjects &into) {
  forEachWritten(statement, [&](const Stmt &inner) {
    if (&inner == except) return false;
    const auto *name = dyn_cast<clang::DeclRefExpr>(&inner);
    const auto *member = dyn_cast<clang::MemberExpr>(&inner);
    const clang::ValueDecl *decl = name ? name->getDecl() : member ? member->getMemberDecl() : nullptr;
    bool isConstant = decl && decl->getType().isConstQualified() && !decl->getType()->isReferenceType();
    if (decl && isa<VarDecl, clang::FieldDecl>(decl) && !isConstant)
      into.insert(llvm::cast<clang::ValueDecl>(decl->getCanonicalDecl()));
    return true;
  });
}

} // namespace coroguard
