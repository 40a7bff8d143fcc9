#include "facts/stale_uses.h"
#include "facts/checked_state.h"
#include "facts/feasible_path.h"
#include "facts/function_flow.h"
#include "facts/inner_statements.h"
#include "facts/serialised_by.h"
#include "facts/taken_references.h"

namespace coroguard {
namespace {

using clang::FunctionDecl;
using clang::Stmt;
using llvm::dyn_cast;
using Root = ReferredObject::Root;

/// Who can change an object during a suspension, and which one of those that hold what is referred to.
struct Changer {
  const clang::ValueDecl *object = nullptr;
  const FunctionDecl *by = nullptr; // null: code that this unit does not show
};

class StaleFinder {
public:
  StaleFinder(FunctionFlow &flow, const ObjectChanges &changes, Function &facts)
      : flow(flow), unit(flow.unit), changes(changes), facts(facts), locks(locksHeldBy(flow.function)) {}

  void checks(llvm::ArrayRef<CheckedState> states) {
    for (const CheckedState &state : states) {
      std::optional<Changer> changer = emptierOf(state);
      const SuspensionCfg *cfg = changer ? flow.cfg() : nullptr;
      std::optional<Path> path = cfg ? staleCheck(state, *cfg) : std::nullopt;
      if (path) report(state, *changer, *path);
    }
  }

  void references(llvm::ArrayRef<TakenReference> references) {
    llvm::DenseSet<const Stmt *> reportedLoops;
    for (const TakenReference &reference : references) {
      if (reference.loop && reportedLoops.contains(reference.loop)) continue;
      std::optional<Changer> changer = changerOf(reference);
      const SuspensionCfg *cfg = changer ? flow.cfg() : nullptr;
      std::optional<Path> path = cfg ? staleUse(reference, *cfg) : std::nullopt;
      if (!path) continue;
      if (reference.loop) reportedLoops.insert(reference.loop);
      report(reference, *changer, *path);
    }
  }

private:
  struct Path {
    const Stmt *taken = nullptr;
    const Stmt *across = nullptr;
    const Stmt *used = nullptr;
    auto operator<=>(const Path &) const = default;
  };

  // --- Who changes it -----------------------------------------------------------------------------------------------

  std::optional<Changer> changerOf(const TakenReference &reference) const {
    for (const ReferredObject &object : reference.objects)
      for (const Holder &holder : object.holders)
        if (auto changer = changerOf(holder, object)) return changer;
    return std::nullopt;
  }

  std::optional<Changer> changerOf(const Holder &holder, const ReferredObject &object) const {
    for (const ObjectChange &change : changes.during(flow.function, *holder.decl))
      if (isOfSameObject(change, object) && invalidates(change.kind, holder) && changes.isRepeated(change, *holder.decl) &&
          !isSerialised(*change.by))
        return Changer{holder.decl, change.by};
    bool isContainer = replaceableKind(holder.decl->getType()) == Replaceable::Container;
    if (object.isInserted && isContainer && invalidates(ElementChange::Inserts, holder)) return Changer{holder.decl, &flow.function};
    if (isContainer && !holder.isAround && changes.changesUnseen(*holder.decl)) return Changer{holder.decl, nullptr};
    return std::nullopt;
  }

  /// Objects of a class that everybody makes for himself change without meaning ours.
  static bool isOfSameObject(const ObjectChange &change, const ReferredObject &object) {
    return change.root == Root::This || change.root == Root::Global || object.root == Root::This;
  }

  static bool invalidates(ElementChange kind, const Holder &holder) {
    if (kind == ElementChange::Replaces || kind == ElementChange::Empties) return true;
    if (holder.isAround) return false;
    return kind == ElementChange::Erases || !survivesInsertion(holder.decl->getType(), holder.byIterator);
  }

  bool isSerialised(const FunctionDecl &changer) const {
    return llvm::any_of(locks, [&](const clang::ValueDecl *lock) { return changes.uses(changer, *lock); });
  }

  /// A check becomes wrong only when somebody empties what was checked.
  std::optional<Changer> emptierOf(const CheckedState &state) const {
    if (state.isWeak) return Changer{state.decl, nullptr};
    bool isContainer = replaceableKind(state.decl->getType()) == Replaceable::Container;
    for (const ObjectChange &change : changes.during(flow.function, *state.decl)) {
      bool empties = change.kind == ElementChange::Empties || (isContainer && change.kind != ElementChange::Inserts);
      if (empties && change.root != Root::Other && !isSerialised(*change.by)) return Changer{state.decl, change.by};
    }
    return std::nullopt;
  }

  // --- Where it is used ---------------------------------------------------------------------------------------------

  std::optional<Path> staleUse(const TakenReference &reference, const SuspensionCfg &cfg) const {
    auto step = [&](Path &path, const FlowElement &element, std::vector<Path> &) {
      using Kind = FlowElement::Kind;
      if (element.variable) return element.variable == reference.declared && path.taken ? OnPath::Ends : OnPath::Goes;
      if (!element.statement || element.kind == Kind::Destructor) return OnPath::Goes;
      if (auto fromOthers = reference.isTakenAt(*element.statement)) path = {*fromOthers ? element.statement : nullptr, nullptr, nullptr};
      else if (element.kind == Kind::Suspension && path.taken && !path.across) path.across = element.statement;
      else if (path.across && reference.isUsedAt(*element.statement)) {
        path.used = element.statement;
        return OnPath::Arrives;
      }
      return OnPath::Goes;
    };
    auto follows = [](const Path &, EdgeKind kind) { return kind != EdgeKind::Destroyed; };
    return findPath(cfg, unit.ast, Path{}, step, follows);
  }

  std::optional<Path> staleCheck(const CheckedState &state, const SuspensionCfg &cfg) const {
    auto step = [&](Path &path, const FlowElement &element, std::vector<Path> &) {
      if (!element.statement || element.kind == FlowElement::Kind::Destructor) return OnPath::Goes;
      if (element.kind == FlowElement::Kind::Suspension && path.taken && !path.across) path.across = element.statement;
      auto event = state.events.find(element.statement);
      if (event == state.events.end()) return OnPath::Goes;
      if (event->second != CheckEvent::Rely) path = {event->second == CheckEvent::Check ? element.statement : nullptr, nullptr, nullptr};
      else if (path.across) {
        path.used = element.statement;
        return OnPath::Arrives;
      }
      return OnPath::Goes;
    };
    auto follows = [](const Path &, EdgeKind kind) { return kind != EdgeKind::Destroyed; };
    return findPath(cfg, unit.ast, Path{}, step, follows);
  }

  void report(const CheckedState &state, const Changer &changer, const Path &path) {
    Crossing crossing;
    crossing.form = Crossing::Form::Checked;
    crossing.kind = kindOf(path);
    crossing.place = unit.place(path.used->getBeginLoc());
    crossing.subject = crossing.source = unit.string(state.decl->getName());
    if (changer.by) crossing.type = unit.name(*changer.by);
    crossing.taken = unit.place(path.taken->getBeginLoc());
    crossing.across = unit.place(llvm::cast<clang::Expr>(path.across)->getExprLoc());
    facts.crossings.push_back(std::move(crossing));
  }

  static SuspensionKind kindOf(const Path &path) {
    return llvm::isa<clang::CoyieldExpr>(path.across) ? SuspensionKind::Yield : SuspensionKind::Await;
  }

  void report(const TakenReference &reference, const Changer &changer, const Path &path) {
    Crossing crossing;
    bool isRange = reference.isLoopIterator;
    crossing.form = isRange ? Crossing::Form::Range : Crossing::Form::Stale;
    crossing.kind = kindOf(path);
    crossing.across = unit.place(llvm::cast<clang::Expr>(path.across)->getExprLoc());
    crossing.place = isRange ? crossing.across : unit.place(path.used->getBeginLoc());
    crossing.subject = unit.string(isRange ? changer.object->getName() : reference.variable->getName());
    crossing.source = unit.string(changer.object->getName());
    if (changer.by) crossing.type = unit.name(*changer.by);
    crossing.taken = unit.place(isRange ? reference.loop->getForLoc() : path.taken->getBeginLoc());
    facts.crossings.push_back(std::move(crossing));
  }

  FunctionFlow &flow;
  UnitContext &unit;
  const ObjectChanges &changes;
  Function &facts;
  llvm::SmallVector<const clang::ValueDecl *, 2> locks;
};

} // namespace

void findStaleUses(llvm::ArrayRef<CoroutineFacts> coroutines, llvm::ArrayRef<const FunctionDecl *> functions, UnitContext &unit) {
  std::optional<ObjectChanges> changes;
  for (const CoroutineFacts &coroutine : coroutines) {
    Function &facts = unit.facts.functions[coroutine.index];
    if (facts.suspensions.empty()) continue;
    std::vector<TakenReference> references = takenReferences(*coroutine.function, unit);
    std::vector<CheckedState> checks = checkedStates(*coroutine.function, unit);
    if (references.empty() && checks.empty()) continue;
    if (!changes) changes.emplace(functions, unit);
    FunctionFlow flow(*coroutine.function, unit);
    StaleFinder finder(flow, *changes, facts);
    finder.references(references);
    finder.checks(checks);
  }
}

} // namespace coroguard
