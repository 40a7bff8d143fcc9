#include "facts/lock_crossings.h"
#include "facts/fix_spots.h"
#include "facts/inner_statements.h"
#include "facts/lock_steps.h"
#include "facts/real_suspension.h"
#include "language/locking.h"
#include <set>

namespace coroguard {
namespace {

using clang::Stmt;
using clang::VarDecl;
using llvm::dyn_cast;

/// Could the function hold a lock at all? Cheap, so that most coroutines need no flow for this.
bool mayHold(const clang::FunctionDecl &function, UnitContext &unit) {
  auto holds = [&](const VarDecl &variable) { return mayHoldLock(variable.getType().getNonReferenceType(), unit); };
  const auto *closure = dyn_cast<clang::CXXMethodDecl>(&function);
  if (closure && closure->getParent()->isLambda())
    for (const clang::LambdaCapture &capture : closure->getParent()->captures())
      if (capture.capturesVariable() && mayHoldLock(capture.getCapturedVar()->getType(), unit)) return true;
  if (llvm::any_of(function.parameters(), [&](const VarDecl *parameter) { return holds(*parameter); })) return true;
  return findInner<Stmt>(function.getBody(), [&](const Stmt &inner) {
    if (const auto *declared = dyn_cast<clang::DeclStmt>(&inner))
      return llvm::any_of(declared->decls(), [&](const clang::Decl *decl) {
        const auto *variable = dyn_cast<VarDecl>(decl);
        return variable && holds(*variable);
      });
    if (const auto *construct = dyn_cast<clang::CXXConstructExpr>(&inner)) return mayHoldLock(construct->getType(), unit);
    const auto *call = dyn_cast<clang::CallExpr>(&inner);
    const auto *method = call ? llvm::dyn_cast_or_null<clang::CXXMethodDecl>(call->getDirectCallee()) : nullptr;
    if (method && lockMember(*method) != LockMember::None) return lockMember(*method) == LockMember::Locks || lockMember(*method) == LockMember::Tries || takesLock(call, unit) != Taking::No;
    if (call && call->getDirectCallee() && lockAnnotation(*call->getDirectCallee()).does != LockAnnotation::Does::Nothing) return true;
    return call && ((call->getDirectCallee() && unit.lookup.lockCall(*call->getDirectCallee())) || takesLock(call, unit) != Taking::No);
  }) != nullptr;
}

/// In `*guard() = co_await f()` and `x.operator=` written so, the right side comes first, which Clang's graph does not show.
class LateTemporaries {
public:
  explicit LateTemporaries(const Stmt *body) {
    forEachInner(body, [this](const Stmt &inner) {
      const auto *assignment = dyn_cast<clang::CXXOperatorCallExpr>(&inner);
      if (!assignment || !assignment->isAssignmentOp() || assignment->getNumArgs() != 2) return;
      forEachInner(assignment->getArg(1), [&](const Stmt &right) {
        if (!llvm::isa<clang::CoroutineSuspendExpr>(right)) return;
        forEachInner(assignment->getArg(0), [&](const Stmt &left) { pairs.emplace(&left, &right); });
      });
    });
  }
  bool contains(const void *holder, const Stmt *suspension) const {
    return pairs.contains({static_cast<const Stmt *>(holder), suspension});
  }

private:
  std::set<std::pair<const Stmt *, const Stmt *>> pairs;
};

/// Which conditions a path has to remember: what is asked once and in no loop cannot contradict itself, and each of them
/// would double the number of states.
class AskedAgain {
public:
  AskedAgain(const SuspensionCfg &cfg, ConditionTable &conditions) : cfg(cfg), conditions(conditions) {
    for (unsigned node = 0; node < cfg.nodes().size(); ++node)
      for (const FlowEdge &edge : cfg.nodes()[node].successors)
        if (edge.condition) askers[numberOf(edge)].insert(node);
    for (const FlowNode &node : cfg.nodes())
      for (const FlowElement &element : node.elements) addValues(element);
  }

  bool matters(const FlowEdge &edge) {
    if (!edge.condition) return true;
    unsigned number = numberOf(edge);
    auto [known, isNew] = answers.try_emplace(number, true);
    if (!isNew || askers[number].size() > 1 || isInCycle(*askers[number].begin())) return known->second;
    return known->second = llvm::any_of(given, [&](const VarDecl *variable) { return conditions.mentions(number, *variable); });
  }

private:
  unsigned numberOf(const FlowEdge &edge) { return conditions.literal(edge.condition, edge.whenTrue).condition; }

  void addValues(const FlowElement &element) {
    if (element.kind != FlowElement::Kind::Statement) return;
    if (const auto *declared = dyn_cast<clang::DeclStmt>(element.statement))
      for (const clang::Decl *decl : declared->decls())
        if (const auto *variable = dyn_cast<VarDecl>(decl); variable && variable->getInit()) given.insert(variable);
    const auto *assignment = dyn_cast<clang::BinaryOperator>(element.statement);
    const auto *target = assignment && assignment->isAssignmentOp() ? dyn_cast<clang::DeclRefExpr>(assignment->getLHS()->IgnoreParenImpCasts()) : nullptr;
    if (const auto *variable = target ? dyn_cast<VarDecl>(target->getDecl()) : nullptr) given.insert(variable);
  }

  bool isInCycle(unsigned start) const {
    std::set<unsigned> seen;
    std::vector<unsigned> work{start};
    while (!work.empty()) {
      unsigned node = work.back();
      work.pop_back();
      for (const FlowEdge &edge : cfg.nodes()[node].successors) {
        if (edge.target == start) return true;
        if (seen.insert(edge.target).second) work.push_back(edge.target);
      }
    }
    return false;
  }

  const SuspensionCfg &cfg;
  ConditionTable &conditions;
  std::map<unsigned, std::set<unsigned>> askers;
  std::map<unsigned, bool> answers;
  std::set<const VarDecl *> given;
};

class LockCrossings {
public:
  LockCrossings(const SuspensionCfg &cfg, FunctionFlow &flow, Function &facts)
      : cfg(cfg), function(flow.function), unit(flow.unit), facts(facts), steps(cfg, flow.unit), late(flow.function.getBody()) {}

  void find() {
    collectCandidates();
    if (!candidates.empty()) confirm();
  }

private:
  using Pair = std::pair<const void *, const Stmt *>;

  PathLocks given() const {
    PathLocks locks;
    auto add = [&](const VarDecl &variable) {
      if (isLockedWhenGiven(variable.getType(), unit)) locks.push_back({&variable, &variable, nullptr, nullptr});
    };
    for (const clang::ParmVarDecl *parameter : function.parameters()) add(*parameter);
    const auto *method = dyn_cast<clang::CXXMethodDecl>(&function);
    if (method && method->getParent()->isLambda())
      for (const clang::LambdaCapture &capture : method->getParent()->captures())
        if (capture.capturesVariable())
          if (const auto *variable = dyn_cast<VarDecl>(capture.getCapturedVar()); variable && variable->isInitCapture()) add(*variable);
    llvm::sort(locks);
    return locks;
  }

  bool counts(const PathLock &lock, const FlowElement &element) const {
    if (element.kind != FlowElement::Kind::Suspension || LockSteps::isChosen(lock)) return false;
    const auto &suspension = llvm::cast<clang::CoroutineSuspendExpr>(*element.statement);
    return !late.contains(lock.holder, &suspension) && maySuspend(suspension, unit) &&
           steps.whileSuspended(lock, suspension) == WhileSuspended::Locked;
  }

  /// An exception ends temporaries, for which the graph has no destructor on its way.
  static PathLocks behind(PathLocks locks, EdgeKind kind) {
    if (kind == EdgeKind::Unwind) llvm::erase_if(locks, [](const PathLock &lock) { return !lock.named; });
    return locks;
  }

  /// Which lock may be held at which suspension, on whatever path.
  void collectCandidates() {
    auto merge = [](PathLocks &into, const PathLocks &from, EdgeKind kind) {
      for (const PathLock &lock : behind(from, kind))
        if (!llvm::is_contained(into, lock)) into.push_back(lock);
      llvm::sort(into);
    };
    auto transfer = [this](PathLocks &locks, const FlowElement &element) { steps.step(locks, element, nullptr); };
    std::vector<PathLocks> starts = solveForward<PathLocks>(cfg, given(), merge, transfer);
    for (size_t node = 0; node < starts.size(); ++node) {
      PathLocks locks = starts[node];
      for (const FlowElement &element : cfg.nodes()[node].elements) {
        for (const PathLock &lock : locks)
          if (counts(lock, element)) candidates.emplace(lock.holder, element.statement);
        steps.step(locks, element, nullptr);
      }
    }
  }

  struct Point {
    unsigned node;
    size_t element;
    PathLocks locks;
    Assumptions assumed;
    auto operator<=>(const Point &) const = default;
  };

  /// Looks for a path to each that does not decide one condition both ways.
  void confirm() {
    constexpr size_t enough = 10000;
    ConditionTable conditions(unit.ast);
    AskedAgain asked(cfg, conditions);
    std::set<Point> seen;
    std::vector<Point> work{{cfg.entry(), 0, given(), {}}};
    while (!work.empty() && !candidates.empty() && seen.size() < enough) {
      Point point = std::move(work.back());
      work.pop_back();
      if (!seen.insert(point).second) continue;
      walk(point, work, conditions);
      const FlowNode &node = cfg.nodes()[point.node];
      for (size_t edge = 0; edge < node.successors.size(); ++edge) {
        Assumptions assumed = point.assumed;
        if (node.successors[edge].kind == EdgeKind::Destroyed || !steps.mayFollow(point.locks, node, edge)) continue;
        bool isFeasible = !asked.matters(node.successors[edge]) || assumed.assume(node.successors[edge], conditions);
        PathLocks locks = behind(point.locks, node.successors[edge].kind);
        if (isFeasible) work.push_back({node.successors[edge].target, 0, std::move(locks), std::move(assumed)});
      }
    }
  }

  void walk(Point &point, std::vector<Point> &work, ConditionTable &conditions) {
    const FlowNode &node = cfg.nodes()[point.node];
    for (; point.element < node.elements.size(); ++point.element) {
      const FlowElement &element = node.elements[point.element];
      std::vector<PathLocks> others;
      point.assumed.step(element, conditions, unit.ast);
      for (const PathLock &lock : point.locks)
        if (candidates.erase({lock.holder, element.statement})) add(lock, llvm::cast<clang::CoroutineSuspendExpr>(*element.statement));
      steps.step(point.locks, element, &others);
      for (PathLocks &other : others) work.push_back({point.node, point.element + 1, std::move(other), point.assumed});
    }
  }

  /// Of a structured binding, the part that is the lock.
  llvm::StringRef nameOf(const clang::ValueDecl &holder) const {
    const auto *parts = dyn_cast<clang::DecompositionDecl>(&holder);
    if (!parts) return holder.getName();
    const auto *guard = llvm::find_if(parts->bindings(), [&](const clang::BindingDecl *part) { return mayHoldLock(part->getType().getNonReferenceType(), unit); });
    return guard == parts->bindings().end() ? "" : (*guard)->getName();
  }

  void add(const PathLock &lock, const clang::CoroutineSuspendExpr &suspension) {
    Crossing fact;
    fact.form = Crossing::Form::Lock;
    fact.place = fact.across = unit.place(suspension.getBeginLoc());
    fact.kind = llvm::isa<clang::CoyieldExpr>(suspension) ? SuspensionKind::Yield : SuspensionKind::Await;
    if (lock.named) fact.subject = unit.string(nameOf(*lock.named));
    if (lock.mutex && lock.mutex != lock.named) fact.source = unit.string(lock.mutex->getName());
    clang::QualType type = lock.named ? lock.named->getType() : llvm::cast<clang::Expr>(lock.at)->getType();
    if (const clang::CXXRecordDecl *record = type.getNonReferenceType()->getAsCXXRecordDecl()) fact.type = unit.name(*record);
    const auto *guard = llvm::dyn_cast_or_null<VarDecl>(lock.named);
    if (guard && guard != lock.mutex && !llvm::isa<clang::DecompositionDecl>(guard)) fact.braces = bracesAround(*guard, suspension, function, unit);
    fact.taken = unit.place(lock.at ? lock.at->getBeginLoc() : lock.named->getLocation());
    facts.crossings.push_back(std::move(fact));
  }

  const SuspensionCfg &cfg;
  const clang::FunctionDecl &function;
  UnitContext &unit;
  Function &facts;
  LockSteps steps;
  LateTemporaries late;
  std::set<Pair> candidates;
};

} // namespace

void findLockCrossings(FunctionFlow &flow, Function &facts) {
  if (facts.suspensions.empty() || !mayHold(flow.function, flow.unit)) return;
  if (const SuspensionCfg *cfg = flow.cfg()) LockCrossings(*cfg, flow, facts).find();
}

} // namespace coroguard
