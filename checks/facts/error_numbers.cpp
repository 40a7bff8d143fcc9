#include "facts/inner_statements.h"
#include "facts/loop_view.h"
#include "facts/readable_body.h"
#include "facts/real_suspension.h"
#include "facts/thread_values.h"
#include "language/callee.h"
#include "language/std_functions.h"

namespace coroguard {
namespace {

using clang::Expr;
using clang::Stmt;
using llvm::dyn_cast;
using llvm::isa;

/// Since which suspension nothing has set the error number; null when something has. `setter` is the C function called
/// last before.
struct Since {
  bool reached = false;
  const Stmt *setter = nullptr;
  const Stmt *suspension = nullptr;
  bool operator==(const Since &) const = default;
};

class ErrorNumbers {
public:
  ErrorNumbers(FunctionFlow &flow, Function &facts) : flow(flow), unit(flow.unit), facts(facts) {}

  void find() {
    if (!collectReads()) return;
    const SuspensionCfg *cfg = flow.cfg();
    if (!cfg) return;
    auto merge = [](Since &into, const Since &from, EdgeKind) {
      if (!into.reached || (!into.suspension && from.suspension)) into = from;
    };
    auto transfer = [this](Since &since, const FlowElement &element) { step(since, element); };
    std::vector<Since> starts = solveForward<Since>(*cfg, {true, nullptr, nullptr}, merge, transfer);
    for (size_t node = 0; node < starts.size(); ++node) {
      Since since = starts[node];
      if (!since.reached) continue;
      for (const FlowElement &element : cfg->nodes()[node].elements) {
        if (since.suspension && reads.contains(element.statement)) add(llvm::cast<clang::CallExpr>(*element.statement), since);
        step(since, element);
      }
    }
  }

private:
  bool isErrorNumber(const clang::CallExpr &call) {
    const clang::FunctionDecl *callee = call.getDirectCallee();
    const ThreadValue *value = callee ? unit.lookup.threadValue(*callee) : nullptr;
    return value && value->of == ThreadValue::Of::Error;
  }

  /// The call for the error number that comes first in a body that `by` runs, before anything that may set it. One below
  /// a condition of the body's own may never be reached by this call.
  const clang::CallExpr *readFirst(const Stmt *statement, const clang::CallExpr &by, bool &isSet) {
    if (!statement || isSet || isa<clang::LambdaExpr>(statement)) return nullptr;
    for (const Stmt *part : statement->children()) {
      if (const clang::CallExpr *read = readFirst(part, by, isSet); read || isSet) {
        const auto *assignment = dyn_cast<clang::BinaryOperator>(statement);
        isSet |= assignment && assignment->isAssignmentOp() && part == assignment->getLHS();
        return isSet ? nullptr : read;
      }
      isSet |= part && part == conditionOf(*statement) && asksOther(*part, by);
    }
    const auto *call = dyn_cast<clang::CallExpr>(statement);
    if (call && isErrorNumber(*call)) return call;
    isSet |= call && maySet(*call);
    return nullptr;
  }

  /// What decides whether the rest of the statement runs.
  static const Expr *conditionOf(const Stmt &statement) {
    const auto *branch = dyn_cast<clang::IfStmt>(&statement);
    if (branch) return branch->isConstexpr() ? nullptr : branch->getCond();
    if (const auto *choice = dyn_cast<clang::SwitchStmt>(&statement)) return choice->getCond();
    if (const auto *choice = dyn_cast<clang::AbstractConditionalOperator>(&statement)) return choice->getCond();
    const auto *both = dyn_cast<clang::BinaryOperator>(&statement);
    if (both && both->isLogicalOp()) return both->getLHS();
    std::optional<LoopView> loop = loopView(statement);
    return loop ? loop->condition : nullptr;
  }

  /// Does a condition in a function that is called ask anything that the caller gives but the result that it has got?
  bool asksOther(const Stmt &condition, const clang::CallExpr &by) {
    return findInner<Expr>(&condition, [&](const Expr &inner) {
      if (isa<clang::CXXThisExpr>(inner)) return !isResult(objectOf(by));
      const auto *name = dyn_cast<clang::DeclRefExpr>(&inner);
      const auto *variable = name ? dyn_cast<clang::VarDecl>(name->getDecl()) : nullptr;
      const auto *parameter = llvm::dyn_cast_or_null<clang::ParmVarDecl>(variable);
      if (parameter) return !isResult(argumentFor(*parameter, by));
      return variable && variable->isLocalVarDecl() && variable->getInit() && asksOther(*variable->getInit(), by);
    });
  }

  static const Expr *objectOf(const clang::CallExpr &by) {
    if (const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&by)) return member->getImplicitObjectArgument();
    return isa<clang::CXXOperatorCallExpr>(by) && by.getNumArgs() > 0 ? by.getArg(0) : nullptr;
  }

  static const Expr *argumentFor(const clang::ParmVarDecl &parameter, const clang::CallExpr &by) {
    bool hasObject = isa<clang::CXXOperatorCallExpr>(by) && isa_and_nonnull<clang::CXXMethodDecl>(by.getDirectCallee());
    unsigned index = parameter.getFunctionScopeIndex() + hasObject;
    return index < by.getNumArgs() ? by.getArg(index) : nullptr;
  }

  /// What an await or a function of C has given, or a variable that keeps it.
  bool isResult(const Expr *value) {
    return value && findInner<Expr>(value, [&](const Expr &inner) {
      if (givesResult(inner)) return true;
      const auto *name = dyn_cast<clang::DeclRefExpr>(&inner);
      const auto *part = name ? dyn_cast<clang::BindingDecl>(name->getDecl()) : nullptr;
      const clang::ValueDecl *named = part ? part->getDecomposedDecl() : name ? name->getDecl() : nullptr;
      const auto *variable = llvm::dyn_cast_or_null<clang::VarDecl>(named);
      return variable && variable->isLocalVarDecl() && keepsResult(*variable);
    });
  }

  static bool givesResult(const Expr &expression) {
    const auto *call = dyn_cast<clang::CallExpr>(&expression);
    const clang::FunctionDecl *callee = call ? call->getDirectCallee() : nullptr;
    return isa<clang::CoroutineSuspendExpr>(expression) || (callee && callee->isExternC());
  }

  bool keepsResult(const clang::VarDecl &variable) {
    auto gives = [](const Expr &inner) { return givesResult(inner); };
    if (variable.getInit() && findInner<Expr>(variable.getInit(), gives)) return true;
    return findInner<clang::BinaryOperator>(flow.function.getBody(), [&](const clang::BinaryOperator &inner) {
      const auto *target = dyn_cast<clang::DeclRefExpr>(inner.getLHS()->IgnoreParenImpCasts());
      return inner.isAssignmentOp() && target && target->getDecl() == &variable && findInner<Expr>(inner.getRHS(), gives);
    });
  }

  bool isWritten(const Stmt *body) {
    return findInner<clang::BinaryOperator>(body, [&](const clang::BinaryOperator &inner) {
      auto isIt = [&](const clang::CallExpr &target) { return isErrorNumber(target); };
      return inner.isAssignmentOp() && findInner<clang::CallExpr>(inner.getLHS(), isIt);
    });
  }

  /// The error number itself, or what a short function of the program reads that reports it. One that puts it back only
  /// keeps it from being changed.
  const clang::CallExpr *readBy(const clang::CallExpr &call) {
    if (isErrorNumber(call)) return &call;
    bool isSet = false;
    const auto *body = llvm::dyn_cast_or_null<clang::CompoundStmt>(readableBody(call.getDirectCallee(), unit));
    return body && body->size() <= 3 && !isWritten(body) ? readFirst(body, call, isSet) : nullptr;
  }

  bool collectReads() {
    forEachInner(flow.function.getBody(), [&](const Stmt &inner) {
      if (const auto *call = dyn_cast<clang::CallExpr>(&inner); call && readBy(*call)) reads.insert(call);
      const auto *assignment = dyn_cast<clang::BinaryOperator>(&inner);
      if (!assignment || assignment->getOpcode() != clang::BO_Assign) return;
      forEachInner(assignment->getLHS(), [&](const Stmt &target) {
        if (const auto *call = dyn_cast<clang::CallExpr>(&target); call && isErrorNumber(*call)) writes.insert(call);
      });
    });
    for (const Stmt *written : writes) reads.erase(written);
    return !reads.empty();
  }

  /// A call that may set it. The standard library's operators and members do not mean to.
  static bool maySet(const clang::CallExpr &call) {
    const clang::FunctionDecl *callee = call.getDirectCallee();
    if (!callee) return true;
    if (callee->getBuiltinID() != 0 && !callee->isExternC()) return false;
    return callee->isExternC() || !isStdFunction(*callee);
  }

  /// May resuming set it? A task's result says nothing; an awaiter's own code may put the operation's error there.
  bool resumeSets(const clang::CoroutineSuspendExpr &suspension) {
    const Expr *operand = unwrap(suspension.getOperand());
    if (unit.valueType(operand->getType()).isTask) return false;
    const Expr *resume = suspension.getResumeExpr()->IgnoreImplicit();
    const auto *call = dyn_cast<clang::CallExpr>(resume->IgnoreParenImpCasts());
    const clang::FunctionDecl *callee = call ? call->getDirectCallee() : nullptr;
    const Stmt *body = readableBody(callee, unit);
    return !body || findInner<clang::CallExpr>(body, [](const clang::CallExpr &inner) { return maySet(inner); });
  }

  void step(Since &since, const FlowElement &element) {
    if (element.kind == FlowElement::Kind::Suspension) {
      const auto &suspension = llvm::cast<clang::CoroutineSuspendExpr>(*element.statement);
      if (isa<clang::CoyieldExpr>(suspension) || !maySuspend(suspension, unit)) return;
      since.suspension = resumeSets(suspension) ? nullptr : element.statement;
      return;
    }
    if (element.kind != FlowElement::Kind::Statement) return;
    const auto *call = dyn_cast<clang::CallExpr>(element.statement);
    if (!call || reads.contains(call) || !maySet(*call)) return;
    since.suspension = nullptr;
    if (call->getDirectCallee() && call->getDirectCallee()->isExternC() && !writes.contains(call)) since.setter = call;
  }

  void add(const clang::CallExpr &read, const Since &since) {
    Crossing fact;
    fact.form = Crossing::Form::ErrorNumber;
    fact.place = unit.place(read.getBeginLoc());
    const clang::FunctionDecl &number = *readBy(read)->getDirectCallee();
    std::string name = number.getNameAsString();
    bool isMacro = llvm::StringRef(name).starts_with("_") || number.getReturnType()->isVoidType(); // or perror()
    fact.subject = unit.string(isMacro ? (llvm::StringRef(name).contains("h_errno") ? "h_errno" : "errno") : name + "()");
    const auto *setter = llvm::dyn_cast_or_null<clang::CallExpr>(since.setter);
    if (setter) fact.source = unit.name(*setter->getDirectCallee()), fact.taken = unit.place(setter->getBeginLoc());
    fact.across = unit.place(since.suspension->getBeginLoc());
    facts.crossings.push_back(std::move(fact));
  }

  FunctionFlow &flow;
  UnitContext &unit;
  Function &facts;
  llvm::DenseSet<const Stmt *> reads, writes;
};

} // namespace

void findErrorNumberCrossings(FunctionFlow &flow, Function &facts) {
  if (facts.suspensions.empty()) return;
  ErrorNumbers(flow, facts).find();
}

} // namespace coroguard
