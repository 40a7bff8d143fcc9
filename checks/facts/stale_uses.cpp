#include "facts/stale_uses.h"
#include "facts/asynchronous_loops.h"
#include "facts/checked_state.h"
#include "facts/feasible_path.h"
#include "facts/function_flow.h"
#include "facts/inner_statements.h"
#include "facts/readable_body.h"
#include "facts/real_suspension.h"
#include "facts/taken_references.h"
#include "language/locking.h"
#include <clang/AST/DeclTemplate.h>

namespace coroguard {
namespace {

using clang::FunctionDecl;
using clang::Stmt;
using llvm::dyn_cast;
using Root = ReferredObject::Root;

/// Something small that says whether another object is still there.
bool isFlag(const clang::ValueDecl &decl) {
  clang::QualType type = decl.getType().getNonReferenceType();
  return type->isScalarType() || isAtomic(type) || replaceableKind(type) == Replaceable::Cell;
}

/// Does a caller learn something from it: a number, a truth, a pointer, or a task of one?
bool givesAnswer(const FunctionDecl &callee) {
  const clang::CXXRecordDecl *record = callee.getReturnType()->getAsCXXRecordDecl();
  const auto *made = llvm::dyn_cast_or_null<clang::ClassTemplateSpecializationDecl>(record);
  if (!made || made->getTemplateArgs().size() == 0) return callee.getReturnType()->isScalarType();
  const clang::TemplateArgument &first = made->getTemplateArgs()[0];
  return first.getKind() == clang::TemplateArgument::Type && first.getAsType()->isScalarType();
}

/// The branch or loop condition that decides to take this edge: of && and ||, the side that was asked last.
const clang::Expr *conditionOf(const FlowEdge &edge) {
  const clang::Expr *condition = edge.condition;
  if (const auto *loop = llvm::dyn_cast_or_null<clang::WhileStmt>(edge.loop)) condition = loop->getCond();
  if (const auto *loop = llvm::dyn_cast_or_null<clang::ForStmt>(edge.loop)) condition = loop->getCond();
  while (condition) {
    const auto *binary = dyn_cast<clang::BinaryOperator>(condition->IgnoreParenImpCasts());
    if (!binary || !binary->isLogicalOp()) break;
    condition = binary->getRHS();
  }
  return condition;
}

class StaleFinder {
public:
  StaleFinder(FunctionFlow &flow, const ObjectChanges &changes, Function &facts)
      : flow(flow), unit(flow.unit), changes(changes), facts(facts), meanwhile(flow.function, changes),
        flags(askedFlags(flow.function)) {}

  void checks(llvm::ArrayRef<CheckedState> states) {
    for (const CheckedState &found : states) {
      std::vector<Changer> changers = emptiersOf(found);
      const SuspensionCfg *cfg = changers.empty() ? nullptr : flow.cfg();
      if (!cfg) continue;
      CheckedState state = withCalls(found);
      for (const Changer &changer : changers)
        if (std::optional<Path> path = staleCheck(state, changer, *cfg)) {
          report(state, changer, *path);
          break;
        }
    }
  }

  void references(llvm::ArrayRef<TakenReference> references) {
    llvm::DenseSet<const Stmt *> reportedLoops;
    for (const TakenReference &reference : references) {
      if (reference.loop && reportedLoops.contains(reference.loop)) continue;
      std::vector<Changer> changers = changersOf(reference);
      const SuspensionCfg *cfg = changers.empty() ? nullptr : flow.cfg();
      for (const Changer &changer : changers) {
        std::optional<Path> path = cfg ? staleUse(reference, changer, *cfg) : std::nullopt;
        if (!path) continue;
        if (reference.loop) reportedLoops.insert(reference.loop);
        report(reference, changer, *path);
        break;
      }
    }
  }

private:
  struct Path {
    const Stmt *taken = nullptr;
    const Stmt *across = nullptr;
    const Stmt *used = nullptr;
    const Stmt *asked = nullptr; // a check whose answer no branch has used yet
    const Stmt *askedAcross = nullptr;
    auto operator<=>(const Path &) const = default;
  };

  // --- Who changes it -----------------------------------------------------------------------------------------------

  std::vector<Changer> changersOf(const TakenReference &reference) const {
    std::vector<Changer> result;
    for (const ReferredObject &object : reference.objects) {
      llvm::append_range(result, meanwhile.changersOf(object));
      if (isLookedUpByParameter(reference)) llvm::append_range(result, meanwhile.otherCalls(object));
    }
    return result;
  }

  /// A check becomes wrong only when somebody empties what was checked.
  std::vector<Changer> emptiersOf(const CheckedState &state) const {
    if (state.isWeak) return {{state.decl, nullptr}};
    std::vector<Changer> result;
    bool isContainer = replaceableKind(state.decl->getType()) == Replaceable::Container;
    for (const ObjectChange &change : changes.during(flow.function, *state.decl)) {
      bool empties = change.kind == ElementChange::Empties || (isContainer && change.kind != ElementChange::Inserts);
      bool isOurs = change.root == Root::This || change.root == Root::Global;
      if (empties && isOurs && meanwhile.isPossible(change)) result.push_back({state.decl, change.by});
    }
    return result;
  }

  /// auto found = entries.find(key): the coroutine runs for one key after the other, or for several at a time.
  bool isLookedUpByParameter(const TakenReference &reference) const {
    const auto *variable = llvm::dyn_cast_or_null<clang::VarDecl>(reference.declared);
    const clang::Expr *init = variable && !reference.loop ? variable->getInit() : nullptr;
    return llvm::any_of(flow.function.parameters(), [&](const clang::ParmVarDecl *parameter) { return mentions(init, *parameter); });
  }

  // --- What the coroutine asks in between -----------------------------------------------------------------------------

  /// The flags, counters and owners that its conditions read, by where they do, and the calls in these.
  static llvm::DenseSet<const Stmt *> askedFlags(const FunctionDecl &coroutine) {
    llvm::DenseSet<const Stmt *> result;
    auto addAll = [&](const Stmt *condition) {
      forEachInner(condition, [&](const Stmt &part) { result.insert(&part); });
    };
    forEachInner(coroutine.getBody(), [&](const Stmt &part) {
      if (const auto *branch = dyn_cast<clang::IfStmt>(&part)) addAll(branch->getCond());
      if (const auto *loop = dyn_cast<clang::WhileStmt>(&part)) addAll(loop->getCond());
      if (const auto *loop = dyn_cast<clang::ForStmt>(&part)) addAll(loop->getCond());
      if (const auto *choice = dyn_cast<clang::AbstractConditionalOperator>(&part)) addAll(choice->getCond());
      if (const auto *binary = dyn_cast<clang::BinaryOperator>(&part); binary && binary->isLogicalOp()) addAll(binary);
    });
    return result;
  }

  /// Is this a condition that the changer has made turn out differently: `if (closed) co_return`?
  bool asksChanger(const Stmt &statement, const Changer &changer) const {
    if (!changer.by || !flags.contains(&statement)) return false;
    const auto *call = dyn_cast<clang::CallExpr>(&statement);
    const Stmt *getter = call ? readableBody(call->getDirectCallee(), unit) : nullptr;
    return isSetBy(statement, changer) ||
           (getter && findInner<Stmt>(getter, [&](const Stmt &part) { return isSetBy(part, changer); }));
  }

  bool isSetBy(const Stmt &named, const Changer &changer) const {
    const auto *member = dyn_cast<clang::MemberExpr>(&named);
    const auto *name = dyn_cast<clang::DeclRefExpr>(&named);
    const clang::ValueDecl *flag = member ? member->getMemberDecl() : name ? name->getDecl() : nullptr;
    return flag && flag != changer.object && isFlag(*flag) && changes.sets(*changer.by, *flag);
  }

  /// The calls in the coroutine that ask for the state, or fill it.
  CheckedState withCalls(CheckedState state) const {
    forEachInner(flow.function.getBody(), [&](const Stmt &part) {
      const auto *call = dyn_cast<clang::CallExpr>(&part);
      const FunctionDecl *callee = call ? call->getDirectCallee() : nullptr;
      if (!callee || callee->getCanonicalDecl() == flow.function.getCanonicalDecl() || callee->isInStdNamespace())
        return;
      if (changes.refills(*callee, *state.decl))
        state.events.try_emplace(call, CheckEvent::Set);
      else if (givesAnswer(*callee) && changes.asks(*callee, *state.decl))
        state.events.try_emplace(call, CheckEvent::Check);
    });
    return state;
  }

  // --- Where it is used ---------------------------------------------------------------------------------------------

  std::optional<Path> staleUse(const TakenReference &reference, const Changer &changer,
                               const SuspensionCfg &cfg) const {
    auto step = [&](Path &path, const FlowElement &element, std::vector<Path> &) {
      using Kind = FlowElement::Kind;
      if (element.variable) return element.variable == reference.declared && path.taken ? OnPath::Ends : OnPath::Goes;
      if (!element.statement || element.kind == Kind::Destructor) return OnPath::Goes;
      if (path.across && asksChanger(*element.statement, changer)) path = {};
      if (auto fromOthers = reference.isTakenAt(*element.statement))
        path = {.taken = *fromOthers ? element.statement : nullptr};
      else if (path.taken && !path.across && suspends(element)) path.across = element.statement;
      else if (path.across && reference.isUsedAt(*element.statement)) {
        path.used = element.statement;
        return OnPath::Arrives;
      }
      return OnPath::Goes;
    };
    auto follows = [&](Path &path, const FlowEdge &edge) {
      if (edge.kind == EdgeKind::Unwind && path.across && isWaitedOn(reference, *path.across)) path.across = nullptr;
      return edge.kind != EdgeKind::Destroyed;
    };
    return findPath(cfg, unit.ast, Path{}, step, follows);
  }

  /// Does the suspension wait on the element itself: `co_await it->done`? Whoever takes it away lets the coroutine go on;
  /// where an exception ends the wait, it is still there.
  static bool isWaitedOn(const TakenReference &reference, const Stmt &suspension) {
    return findInner<Stmt>(&suspension, [&](const Stmt &part) { return reference.isUsedAt(part); });
  }

  std::optional<Path> staleCheck(const CheckedState &state, const Changer &changer, const SuspensionCfg &cfg) const {
    auto step = [&](Path &path, const FlowElement &element, std::vector<Path> &) {
      if (!element.statement || element.kind == FlowElement::Kind::Destructor) return OnPath::Goes;
      if (path.across && asksChanger(*element.statement, changer)) path = {};
      if (suspends(element)) suspend(path, *element.statement);
      auto event = state.events.find(element.statement);
      if (event == state.events.end()) return OnPath::Goes;
      if (event->second == CheckEvent::Check)
        path = {.asked = element.statement};
      else if (event->second == CheckEvent::Set)
        path = {};
      else if (path.across) {
        path.used = element.statement;
        return OnPath::Arrives;
      }
      return OnPath::Goes;
    };
    auto follows = [&](Path &path, const FlowEdge &edge) {
      const clang::Expr *condition = conditionOf(edge);
      if (std::optional<bool> present = condition ? state.presentWhen(*condition, edge.whenTrue) : std::nullopt) {
        path.taken = *present ? path.asked : nullptr;
        path.across = *present ? path.askedAcross : nullptr;
      }
      return edge.kind != EdgeKind::Destroyed;
    };
    return findPath(cfg, unit.ast, Path{}, step, follows);
  }

  bool suspends(const FlowElement &element) const {
    return element.kind == FlowElement::Kind::Suspension &&
           maySuspend(llvm::cast<clang::CoroutineSuspendExpr>(*element.statement), unit);
  }

  static void suspend(Path &path, const Stmt &suspension) {
    if (path.taken && !path.across) path.across = &suspension;
    if (path.asked && !path.askedAcross) path.askedAcross = &suspension;
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
  Meanwhile meanwhile;
  llvm::DenseSet<const Stmt *> flags;
};

/// A loop that a library runs suspends at its call.
void report(const AsynchronousLoop &loop, const Changer &changer, Function &facts, UnitContext &unit) {
  Crossing crossing;
  crossing.form = Crossing::Form::Range;
  crossing.kind = SuspensionKind::Await;
  crossing.place = crossing.across = crossing.taken = unit.place(loop.call->getExprLoc());
  crossing.subject = crossing.source = unit.string(changer.object->getName());
  if (changer.by) crossing.type = unit.name(*changer.by);
  facts.crossings.push_back(std::move(crossing));
}

} // namespace

void findStaleUses(llvm::ArrayRef<FunctionFacts> users, llvm::ArrayRef<const FunctionDecl *> functions,
                   UnitContext &unit) {
  std::optional<ObjectChanges> changes;
  auto allChanges = [&]() -> const ObjectChanges & {
    if (!changes) changes.emplace(functions, unit);
    return *changes;
  };
  for (const FunctionFacts &user : users) {
    const FunctionDecl &function = *user.function;
    Function &facts = unit.facts.functions[user.index];
    for (const AsynchronousLoop &loop : asynchronousLoops(function, unit))
      if (std::optional<Changer> changer = changerOf(loop, function, allChanges()))
        report(loop, *changer, facts, unit);
    if (!facts.isCoroutine || facts.suspensions.empty()) continue;
    std::vector<TakenReference> references = takenReferences(function, unit);
    std::vector<CheckedState> checks = checkedStates(function, unit);
    if (references.empty() && checks.empty()) continue;
    FunctionFlow flow(function, unit);
    StaleFinder finder(flow, allChanges(), facts);
    finder.references(references);
    finder.checks(checks);
  }
}

} // namespace coroguard
