#include "facts/loops.h"
#include "facts/accesses.h"
#include "facts/busy_waits.h"
#include "facts/idle_expressions.h"
#include "facts/inner_statements.h"
#include "facts/retries.h"
#include "facts/whereabouts.h"
#include "language/callee.h"

namespace coroguard {
namespace {

using clang::Expr;
using clang::Stmt;
using llvm::dyn_cast;
using llvm::isa;

class LoopFinder {
public:
  LoopFinder(FunctionFlow &flow, const CallsByExpression &calls, bool hops, Function &facts)
      : flow(flow), unit(flow.unit), facts(facts), hops(hops) {
    for (auto [expression, index] : calls)
      if (holdsUp(facts.calls[index].meaning)) meaningful.insert(expression);
  }

  void find() {
    forEachInner(flow.function.getBody(), [this](const Stmt &statement) {
      if (std::optional<LoopView> loop = loopView(statement)) judge(*loop);
    });
  }

private:
  static bool holdsUp(Meaning meaning) { return meaning == Meaning::Blocks || meaning == Meaning::RunsLoop; }

  void judge(const LoopView &loop) {
    auto matters = [this](const Expr &call) { return meaningful.contains(&call) || isModelled(call); };
    if (!suspends(loop.statement)) {
      if (std::optional<BusyWait> wait = busyWait(loop, flow.function, unit, matters)) {
        coroguard::Loop fact = make(loop, coroguard::Loop::Form::BusyWait);
        fact.subject = unit.string(wait->subject);
        fact.takesLock = wait->takesLock;
        return facts.loops.push_back(std::move(fact));
      }
    }
    if (!facts.isCoroutine) return;
    for (const Retry &retry : retriesAtOnce(loop, unit, matters)) {
      coroguard::Loop fact = make(loop, coroguard::Loop::Form::RetriesAtOnce);
      Callee callee = resolveCallee(*unwrap(retry.tried));
      fact.subject = callee.function ? unit.name(*callee.function) : StringId{};
      fact.through = unit.place(retry.handler->getBeginLoc());
      facts.loops.push_back(std::move(fact));
    }
    bool sleeps = findInner<Stmt>(loop.statement, [this](const Stmt &inner) { return meaningful.contains(&inner); });
    if (!sleeps && isUnbounded(loop) && goesAroundUnsuspended(loop))
      facts.loops.push_back(make(loop, coroguard::Loop::Form::NoSuspension));
  }

  static bool suspends(const Stmt *statement) { return findInner<clang::CoroutineSuspendExpr>(statement); }

  bool isModelled(const Expr &expression) {
    const auto *call = dyn_cast<clang::CallExpr>(&expression);
    const clang::FunctionDecl *callee = call ? call->getDirectCallee() : nullptr;
    return callee && (unit.lookup.hop(*callee) || unit.lookup.sink(*callee));
  }

  coroguard::Loop make(const LoopView &loop, coroguard::Loop::Form form) {
    coroguard::Loop fact;
    fact.place = unit.place(loop.statement->getBeginLoc());
    fact.form = form;
    fact.offLoop = hops && isOffLoop(loop);
    return fact;
  }

  llvm::DenseSet<const Stmt *> partsOf(const LoopView &loop) {
    llvm::DenseSet<const Stmt *> parts;
    for (const Stmt *part : {static_cast<const Stmt *>(loop.condition), loop.body, static_cast<const Stmt *>(loop.step)})
      forEachInner(part, [&](const Stmt &inner) { parts.insert(&inner); });
    return parts;
  }

  bool isOffLoop(const LoopView &loop) {
    const SuspensionCfg *cfg = flow.cfg();
    if (!cfg) return false;
    llvm::DenseSet<const Stmt *> parts = partsOf(loop);
    std::vector<Whereabouts> starts = solveWhereabouts(*cfg, OtherAwaits::Stay, unit);
    bool any = false;
    for (size_t node = 0; node < starts.size(); ++node) {
      if (starts[node].where == Whereabouts::Where::Unreached) continue;
      if (llvm::none_of(cfg->nodes()[node].elements, [&](auto &element) { return parts.contains(element.statement); })) continue;
      if (starts[node].where != Whereabouts::Where::Offload) return false;
      any = true;
    }
    return any;
  }

  /// Does nothing in the loop bring its end nearer? A condition that calls something may do so by itself.
  bool isUnbounded(const LoopView &loop) {
    Accesses changes, way;
    for (const Stmt *part : {static_cast<const Stmt *>(loop.condition), loop.body, static_cast<const Stmt *>(loop.step)})
      addAccesses(part, changes);
    for (const ExitCondition &exit : exitConditions(loop, unit.ast)) {
      Idleness idle = idlenessOf(*exit.expression, flow.function, unit, [](const Expr &) { return false; });
      if (!idle.isIdle && !suspends(exit.expression)) return false;
      addAccesses(exit.expression, way);
    }
    return !changes.disturbs(way);
  }

  /// Is there a way around the loop, and not only around one inside it, that passes no suspension?
  bool goesAroundUnsuspended(const LoopView &loop) {
    const SuspensionCfg *cfg = flow.cfg();
    if (!cfg || !loop.body) return false;
    llvm::DenseSet<const Stmt *> parts = partsOf(loop), own = parts;
    forEachInner(loop.body, [&](const Stmt &inner) {
      if (loopView(inner) || isa<clang::CXXForRangeStmt>(inner))
        forEachInner(&inner, [&](const Stmt &nested) { own.erase(&nested); });
    });
    for (unsigned node = 0; node < cfg->nodes().size(); ++node)
      if (holds(cfg->nodes()[node], own) && returnsTo(*cfg, node, parts)) return true;
    return isEmpty(*loop.body) && loop.isEndless(unit.ast) && !suspends(loop.step); // for (;;);
  }

  static bool isEmpty(const Stmt &body) {
    const auto *block = dyn_cast<clang::CompoundStmt>(&body);
    return isa<clang::NullStmt>(body) || (block && block->body_empty());
  }

  static bool holds(const FlowNode &node, const llvm::DenseSet<const Stmt *> &parts) {
    return llvm::any_of(node.elements, [&](const FlowElement &element) { return parts.contains(element.statement); });
  }

  /// Along ordinary flow inside the loop. A suspension ends its node, so it cannot be passed.
  static bool returnsTo(const SuspensionCfg &cfg, unsigned start, const llvm::DenseSet<const Stmt *> &parts) {
    auto isOutside = [&](const FlowNode &node) {
      return llvm::any_of(node.elements, [&](const FlowElement &element) {
        return element.statement && element.kind != FlowElement::Kind::Destructor && !parts.contains(element.statement);
      });
    };
    auto suspendsHere = [](const FlowNode &node) {
      return !node.elements.empty() && node.elements.back().kind == FlowElement::Kind::Suspension;
    };
    std::vector<unsigned> work{start};
    llvm::DenseSet<unsigned> seen;
    while (!work.empty()) {
      const FlowNode &node = cfg.nodes()[work.back()];
      work.pop_back();
      if (suspendsHere(node)) continue;
      for (const FlowEdge &edge : node.successors) {
        if (edge.kind != EdgeKind::Flow || isOutside(cfg.nodes()[edge.target])) continue;
        if (edge.target == start) return true;
        if (seen.insert(edge.target).second) work.push_back(edge.target);
      }
    }
    return false;
  }

  FunctionFlow &flow;
  UnitContext &unit;
  Function &facts;
  bool hops;
  llvm::DenseSet<const Stmt *> meaningful; // calls that block, run a loop, resume something
};

} // namespace

void findLoops(FunctionFlow &flow, const CallsByExpression &calls, bool hops, Function &facts) {
  LoopFinder(flow, calls, hops, facts).find();
}

} // namespace coroguard
