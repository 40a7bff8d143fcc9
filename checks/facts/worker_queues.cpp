#include "facts/worker_queues.h"
#include "facts/forwarded_construction.h"
#include "language/callee.h"

namespace coroguard {
namespace {

using clang::CXXMethodDecl;
using clang::Expr;
using clang::FunctionDecl;
using clang::Stmt;
using llvm::dyn_cast;

using Arguments = llvm::ArrayRef<const Expr *>;

/// The member behind `queue`, `&queue` and `queue.get_executor()`.
const clang::FieldDecl *contextField(const Expr *expression, UnitContext &unit) {
  expression = unwrap(expression);
  if (const auto *unary = dyn_cast<clang::UnaryOperator>(expression)) return contextField(unary->getSubExpr(), unit);
  if (const auto *call = dyn_cast<clang::CXXMemberCallExpr>(expression)) {
    bool givesExecutor = !call->isTypeDependent() && unit.lookup.executor(call->getType()) != RunsOn::Unknown;
    return givesExecutor ? contextField(call->getImplicitObjectArgument(), unit) : nullptr;
  }
  const auto *member = dyn_cast<clang::MemberExpr>(expression);
  return member ? dyn_cast<clang::FieldDecl>(member->getMemberDecl()) : nullptr;
}

const CXXMethodDecl *methodNamed(const Expr *expression) {
  expression = unwrap(expression);
  if (const auto *address = dyn_cast<clang::UnaryOperator>(expression)) expression = unwrap(address->getSubExpr());
  const auto *name = dyn_cast<clang::DeclRefExpr>(expression);
  return name ? dyn_cast<CXXMethodDecl>(name->getDecl()) : nullptr;
}

/// What the code of a class does with one of its members.
class ContextUses {
public:
  ContextUses(const clang::FieldDecl &field, UnitContext &unit) : field(field), unit(unit) {}

  bool areOfWorkerQueue() {
    const auto *record = dyn_cast<clang::CXXRecordDecl>(field.getParent());
    if (!record || field.getAccess() == clang::AS_public || field.getType()->isReferenceType()) return false;
    for (const clang::FieldDecl *each : record->fields()) visit(each->getInClassInitializer());
    for (const CXXMethodDecl *declared : record->methods()) {
      const FunctionDecl *definition = nullptr;
      if (!declared->isDefined(definition)) continue;
      method = declared->getCanonicalDecl();
      if (const auto *constructor = dyn_cast<clang::CXXConstructorDecl>(definition))
        for (const clang::CXXCtorInitializer *initializer : constructor->inits()) visit(initializer->getInit());
      visit(definition->getBody());
    }
    bool isRun = runsOnThread || llvm::any_of(runners, [&](const CXXMethodDecl *runner) { return onThread.contains(runner); });
    return isRun && mentions == harmless;
  }

private:
  bool isContext(const Expr *expression) { return contextField(expression, unit) == &field; }

  void visit(const Stmt *stmt) {
    if (!stmt) return;
    if (const auto *member = dyn_cast<clang::MemberExpr>(stmt); member && member->getMemberDecl() == &field) ++mentions;
    bool startsThread = false;
    if (const auto *call = dyn_cast<clang::CallExpr>(stmt)) {
      startsThread = use(*call, Arguments(call->getArgs(), call->getNumArgs()));
    } else if (const auto *construct = dyn_cast<clang::CXXConstructExpr>(stmt)) {
      startsThread = use(*construct, Arguments(construct->getArgs(), construct->getNumArgs()));
    }
    threads += startsThread;
    for (const Stmt *child : stmt->children()) visit(child);
    threads -= startsThread;
  }

  /// Does it start a thread with what it is given?
  bool use(const Expr &call, Arguments arguments) {
    const FunctionDecl *callee = resolveCallee(call).function;
    if (!callee) return false;
    if (const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&call)) calledOn(*member, *callee, arguments);
    const SinkCall *sink = unit.lookup.sink(*callee);
    if (auto made = forwardedConstruction(*callee, arguments, unit); made && made->sink) sink = made->sink;
    bool startsThread = sink && sink->runs == RunsOn::Offload;
    for (unsigned i = 0; i < arguments.size(); ++i) {
      if (const CXXMethodDecl *named = methodNamed(arguments[i]); named && (startsThread || threads)) started(*named, arguments);
      if (!isContext(arguments[i])) continue;
      bool posts = sink && sink->runs == RunsOn::Executor && sink->executor == i && !startsTask(arguments);
      bool isObject = unit.lookup.loopBoundType(call.getType()) != nullptr; // a socket, a timer
      if (posts || startsThread || (!sink && !isObject && isOfLibrary(*callee))) ++harmless;
    }
    return startsThread;
  }

  bool isOfLibrary(const FunctionDecl &callee) { // of which the project may have a copy
    return !unit.inProject(callee.getLocation()) || unit.lookup.isImplementation(callee);
  }

  void calledOn(const clang::CXXMemberCallExpr &call, const FunctionDecl &callee, Arguments arguments) {
    const Expr *object = call.getImplicitObjectArgument();
    const auto *called = dyn_cast<CXXMethodDecl>(&callee);
    if (threads && called && called->getParent() == field.getParent()) onThread.insert(called->getCanonicalDecl());
    if (!isContext(object) || isContext(&call)) return; // its executor is judged by where it goes
    if (unit.lookup.loopRunner(callee)) threads ? void(runsOnThread = true) : void(runners.insert(method));
    if (!startsTask(arguments)) ++harmless;
  }

  /// std::thread(&io_context::run, &queue), std::thread(&logger::work, this)
  void started(const CXXMethodDecl &named, Arguments arguments) {
    onThread.insert(named.getCanonicalDecl());
    if (unit.lookup.loopRunner(named) && llvm::any_of(arguments, [&](const Expr *each) { return isContext(each); })) runsOnThread = true;
  }

  /// A coroutine may go on to use the loop for all that loops are for.
  bool startsTask(Arguments arguments) {
    return llvm::any_of(arguments, [&](const Expr *each) {
      return unit.valueType(each->getType().getNonReferenceType().getUnqualifiedType()).isTask;
    });
  }

  const clang::FieldDecl &field;
  UnitContext &unit;
  const CXXMethodDecl *method = nullptr;
  unsigned mentions = 0;
  unsigned harmless = 0;
  unsigned threads = 0; // around the visited expression
  bool runsOnThread = false;
  llvm::DenseSet<const CXXMethodDecl *> onThread;
  llvm::DenseSet<const CXXMethodDecl *> runners;
};

} // namespace

bool isWorkerQueue(const Expr *executor, UnitContext &unit) {
  const clang::FieldDecl *field = executor ? contextField(executor, unit) : nullptr;
  if (!field) return false;
  auto [entry, isNew] = unit.workerQueues.try_emplace(field, false);
  if (isNew) entry->second = ContextUses(*field, unit).areOfWorkerQueue();
  return entry->second;
}

} // namespace coroguard
