// Long because two analyses meet in it: uses behind a hop, and writes before one.
#include "facts/affinity_losses.h"
#include "facts/held_locks.h"
#include "facts/inner_statements.h"
#include "facts/whereabouts.h"
#include "language/callee.h"
#include "language/locking.h"
#include <set>

namespace coroguard {
namespace {

using clang::Expr;
using clang::FieldDecl;
using clang::VarDecl;
using llvm::dyn_cast;
using Where = Whereabouts::Where;

StringId hopName(const clang::CallExpr &hop, UnitContext &unit) {
  Callee callee = resolveCallee(hop);
  return callee.function ? unit.name(*callee.function) : StringId{};
}

/// The local variable that holds the object, by value or in a smart pointer; null for everything else.
const VarDecl *localObject(const Expr *object) {
  while (true) {
    object = unwrap(object);
    const auto *member = dyn_cast<clang::MemberExpr>(object);
    const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(object);
    const auto *unary = dyn_cast<clang::UnaryOperator>(object);
    if (member) object = member->getBase();
    else if (op && op->getNumArgs() == 1) object = op->getArg(0);
    else if (unary) object = unary->getSubExpr();
    else break;
  }
  const auto *name = dyn_cast<clang::DeclRefExpr>(object);
  const auto *variable = name ? dyn_cast<VarDecl>(name->getDecl()) : nullptr;
  return variable && variable->isLocalVarDecl() && !variable->getType()->isReferenceType() ? variable : nullptr;
}

/// The object that a loop-bound call uses: a member function's, else the argument that the model names.
const Expr *usedObject(const Expr &call, UnitContext &unit) {
  if (const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&call)) return member->getImplicitObjectArgument();
  const auto *plain = dyn_cast<clang::CallExpr>(&call);
  Callee callee = plain ? resolveCallee(*plain) : Callee{};
  const LoopBoundCall *bound = callee.function ? unit.lookup.loopBoundCall(*callee.function) : nullptr;
  return bound && bound->object < plain->getNumArgs() ? plain->getArg(bound->object) : nullptr;
}

/// Uses of loop-bound objects behind a hop to another thread.
class UsesBehindHops {
public:
  UsesBehindHops(const SuspensionCfg &cfg, const CallsByExpression &calls, Function &facts, UnitContext &unit)
      : cfg(cfg), facts(facts), unit(unit), starts(solveWhereabouts(cfg, OtherAwaits::Unknown, unit)) {
    for (auto [expression, index] : calls)
      if (facts.calls[index].meaning == Meaning::UsesLoopBound) uses.try_emplace(expression, index);
  }

  void find() {
    if (uses.empty()) return;
    forEachElement([this](const FlowElement &element, const Whereabouts &at) {
      const auto *declared = isAway(at) && element.statement ? dyn_cast<clang::DeclStmt>(element.statement) : nullptr;
      if (!declared) return;
      for (const clang::Decl *decl : declared->decls()) madeThere.insert(decl);
    });
    forEachElement([this](const FlowElement &element, const Whereabouts &at) {
      auto use = isAway(at) && at.hop ? uses.find(element.statement) : uses.end();
      if (use != uses.end()) add(facts.calls[use->second], *use->first, *at.hop);
    });
  }

private:
  static bool isAway(const Whereabouts &at) {
    return !at.onStrand && (at.where == Where::Offload || at.where == Where::OtherLoop);
  }

  template <class Visit> void forEachElement(Visit visit) {
    for (size_t node = 0; node < starts.size(); ++node) {
      Whereabouts at = starts[node];
      for (const FlowElement &element : cfg.nodes()[node].elements) {
        visit(element, at);
        followHop(at, element, OtherAwaits::Unknown, unit);
      }
    }
  }

  /// Was the variable made for the pool, as its initialiser shows?
  bool belongsToPool(const VarDecl &variable) {
    return findInner<Expr>(variable.getInit(), [&](const Expr &inner) {
             return unit.lookup.executor(inner.getType()) == RunsOn::Offload;
           }) != nullptr;
  }

  void add(const Call &call, const clang::Stmt &statement, const clang::CallExpr &hop) {
    if (call.object.kind == Root::Kind::Unknown) return; // who knows whose
    const Expr *object = usedObject(*llvm::cast<Expr>(&statement), unit);
    const VarDecl *variable = object ? localObject(object) : nullptr;
    if (variable && (madeThere.contains(variable) || belongsToPool(*variable))) return;
    AffinityLoss loss;
    loss.place = call.place, loss.name = call.name, loss.why = call.why;
    loss.hop = unit.place(hop.getBeginLoc()), loss.hopName = hopName(hop, unit);
    facts.affinityLosses.push_back(std::move(loss));
  }

  const SuspensionCfg &cfg;
  Function &facts;
  UnitContext &unit;
  std::vector<Whereabouts> starts;
  llvm::DenseMap<const clang::Stmt *, size_t> uses;
  llvm::DenseSet<const clang::Decl *> madeThere;
};

/// A member of `this` that an expression names.
const FieldDecl *memberOfThis(const Expr *expression) {
  const auto *member = dyn_cast<clang::MemberExpr>(unwrap(expression));
  const auto *field = member ? dyn_cast<FieldDecl>(member->getMemberDecl()) : nullptr;
  return field && llvm::isa<clang::CXXThisExpr>(unwrap(member->getBase())) ? field : nullptr;
}

/// The member of `this` that this element writes as a whole, when another thread would see it half written.
const FieldDecl *writtenMember(const clang::Stmt *statement) {
  const Expr *target = nullptr;
  if (const auto *assignment = llvm::dyn_cast_or_null<clang::BinaryOperator>(statement))
    target = assignment->isAssignmentOp() ? assignment->getLHS() : nullptr;
  else if (const auto *unary = llvm::dyn_cast_or_null<clang::UnaryOperator>(statement))
    target = unary->isIncrementDecrementOp() ? unary->getSubExpr() : nullptr;
  else if (const auto *op = llvm::dyn_cast_or_null<clang::CXXOperatorCallExpr>(statement))
    target = op->isAssignmentOp() ? op->getArg(0) : nullptr;
  const FieldDecl *field = target ? memberOfThis(target) : nullptr;
  return field && !isAtomic(field->getType()) ? field : nullptr;
}

/// Writes to members before the first hop, which leads to the loop, and uses of the same members behind it.
class WritesBeforeHop {
public:
  WritesBeforeHop(const SuspensionCfg &cfg, Function &facts, UnitContext &unit) : cfg(cfg), facts(facts), unit(unit) {}

  void find() {
    collectWrites();
    if (writes.empty()) return;
    auto merge = [](State &into, const State &from, EdgeKind) { into.join(from); };
    auto transfer = [this](State &state, const FlowElement &element) { step(state, element); };
    auto starts = solveForward<State>(cfg, {}, merge, transfer);
    for (size_t node = 0; node < starts.size(); ++node) {
      State state = starts[node];
      for (const FlowElement &element : cfg.nodes()[node].elements) {
        use(state, element);
        step(state, element);
      }
    }
  }

private:
  /// The writes that some path has behind it: before any hop, and before the hop to the loop.
  struct State {
    std::set<const clang::Stmt *> written;
    std::set<std::pair<const clang::Stmt *, const clang::CallExpr *>> hopped;
    void join(const State &from) {
      written.insert(from.written.begin(), from.written.end());
      hopped.insert(from.hopped.begin(), from.hopped.end());
    }
    bool operator==(const State &) const = default;
  };

  /// Only where no path has hopped yet, and without a lock.
  void collectWrites() {
    std::vector<Whereabouts> whereabouts = solveWhereabouts(cfg, OtherAwaits::Stay, unit);
    std::vector<HeldLocks> locks = solveHeldLocks(cfg, unit);
    for (size_t node = 0; node < whereabouts.size(); ++node) {
      HeldLocks held = locks[node];
      for (const FlowElement &element : cfg.nodes()[node].elements) {
        if (!whereabouts[node].isAtStart()) break; // a hop ends its node
        if (const FieldDecl *field = writtenMember(element.statement); field && held.locks.empty())
          writes.try_emplace(element.statement, field);
        stepLocks(held, element, unit);
      }
    }
  }

  void step(State &state, const FlowElement &element) {
    if (writes.contains(element.statement)) state.written.insert(element.statement);
    std::optional<AwaitedHop> hop = awaitedHop(element, unit);
    if (!hop) return;
    if (hop->model->runs == RunsOn::Loop && hop->destination.hop)
      for (const clang::Stmt *write : state.written) state.hopped.emplace(write, hop->destination.hop);
    state.written.clear();
  }

  void use(const State &state, const FlowElement &element) {
    const auto *member = llvm::dyn_cast_or_null<clang::MemberExpr>(element.statement);
    if (!member) return;
    for (auto [write, hop] : state.hopped) {
      if (writes.lookup(write) != member->getMemberDecl() || !reported.insert(write).second) continue;
      AffinityLoss loss;
      loss.beforeHop = true;
      loss.place = unit.place(write->getBeginLoc());
      loss.name = unit.string(member->getMemberDecl()->getName());
      loss.hop = unit.place(hop->getBeginLoc()), loss.hopName = hopName(*hop, unit);
      facts.affinityLosses.push_back(std::move(loss));
    }
  }

  const SuspensionCfg &cfg;
  Function &facts;
  UnitContext &unit;
  llvm::DenseMap<const clang::Stmt *, const FieldDecl *> writes;
  llvm::DenseSet<const clang::Stmt *> reported;
};

} // namespace

void findAffinityLosses(FunctionFlow &flow, const CallsByExpression &calls, Function &facts) {
  const SuspensionCfg *cfg = flow.cfg();
  if (!cfg) return;
  UsesBehindHops(*cfg, calls, facts, flow.unit).find();
  WritesBeforeHop(*cfg, facts, flow.unit).find();
}

} // namespace coroguard
