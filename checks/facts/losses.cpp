#include "facts/losses.h"
#include "facts/await_spot.h"
#include "facts/feasible_path.h"
#include "facts/task_uses.h"
#include "language/callee.h"
#include <clang/Basic/SourceManager.h>

namespace coroguard {
namespace {

using llvm::dyn_cast;
using llvm::isa;
using Origins = uint64_t; // a set of origins, by their numbers
using EventKind = TaskEvent::Kind;

/// What may be waiting, at a point of the function.
struct Pending {
  std::vector<Origins> in; // by variable
  Origins kept = 0;        // those that others have run beside of
  bool operator==(const Pending &) const = default;
};

/// What became of the origins, over all paths.
struct Fates {
  Origins consumed = 0, ended = 0, overwritten = 0, overwrittenByItself = 0, shut = 0, kept = 0;
  llvm::DenseMap<unsigned, const clang::Stmt *> overwriters; // by origin
};

class LossFinder {
public:
  LossFinder(const TaskUses &uses, const SuspensionCfg &cfg, FunctionFlow &flow, Function &facts)
      : uses(uses), cfg(cfg), flow(flow), unit(flow.unit), facts(facts) {}

  void run() {
    Pending none;
    none.in.resize(uses.variables.size());
    auto merge = [&](Pending &into, const Pending &from, EdgeKind kind) {
      if (into.in.empty()) into = none;
      if (kind != EdgeKind::Flow) return; // what an exception loses is the exception's doing
      for (size_t i = 0; i < into.in.size(); ++i) into.in[i] |= from.in[i];
      into.kept |= from.kept;
    };
    auto transfer = [&](Pending &state, const FlowElement &element) { step(state, element, nullptr); };
    std::vector<Pending> starts = solveForward<Pending>(cfg, none, merge, transfer);
    for (size_t node = 0; node < starts.size(); ++node) {
      if (starts[node].in.empty()) continue; // no path leads here
      Pending state = starts[node];
      for (const FlowElement &element : cfg.nodes()[node].elements) step(state, element, &fates);
    }
    for (unsigned origin = 0; origin < uses.origins.size(); ++origin) report(origin);
  }

private:
  static Origins bit(unsigned origin) { return Origins(1) << origin; }

  void step(Pending &state, const FlowElement &element, Fates *seen) {
    if (std::optional<unsigned> variable = uses.ended(element)) end(*variable, state, seen);
    if (othersRun(element))
      for (Origins pending : state.in) state.kept |= pending;
    uses.at(element, [&](const TaskEvent &event) { apply(event, state, element, seen); });
  }

  void end(unsigned variable, Pending &state, Fates *seen) {
    Origins lost = std::exchange(state.in[variable], 0);
    if (seen) (uses.variables[variable].escapes ? seen->consumed : seen->ended) |= lost, seen->kept |= lost & state.kept;
  }

  void apply(const TaskEvent &event, Pending &state, const FlowElement &element, Fates *seen) {
    Origins &in = state.in[event.variable];
    auto replace = [&](Origins by) {
      if (seen && uses.variables[event.variable].escapes) seen->consumed |= in;
      else if (seen) recordOverwritten(in, by, state, *element.statement, *seen);
      in = by;
    };
    switch (event.kind) {
    case EventKind::Make: replace(bit(event.origin)), state.kept &= ~bit(event.origin); break;
    case EventKind::Put: in |= bit(event.origin), state.kept &= ~bit(event.origin); break;
    case EventKind::Take: replace(std::exchange(state.in[event.from], 0)); break;
    case EventKind::TakeIn: in |= std::exchange(state.in[event.from], 0); break;
    case EventKind::Consume:
      if (seen) seen->consumed |= in;
      in = 0;
      break;
    case EventKind::Clear: end(event.variable, state, seen); break;
    case EventKind::Shut:
      if (seen) seen->shut |= in;
      in = 0;
      break;
    }
  }

  void recordOverwritten(Origins lost, Origins by, const Pending &state, const clang::Stmt &where, Fates &seen) {
    seen.overwritten |= lost, seen.overwrittenByItself |= lost & by, seen.kept |= lost & state.kept;
    for (unsigned origin = 0; origin < uses.origins.size(); ++origin)
      if (lost & bit(origin)) seen.overwriters.try_emplace(origin, &where);
  }

  /// A suspension; in a plain function any call that could run what has been started.
  bool othersRun(const FlowElement &element) const {
    if (element.kind == FlowElement::Kind::Suspension) return true;
    return !facts.isCoroutine && element.kind == FlowElement::Kind::Statement && isa<clang::CallExpr>(element.statement) &&
           !dyn_cast<clang::CallExpr>(element.statement)->isCallToStdMove();
  }

  // --- Judging one origin ------------------------------------------------------------------------------------------

  void report(unsigned origin) {
    Origins self = bit(origin);
    const TaskVariable &variable = uses.variables[uses.origins[origin].variable];
    bool consumed = fates.consumed & self;
    if (fates.shut & self) {
      if (!consumed) add(origin, Loss::Form::InClosure, {});
    } else if (!((fates.ended | fates.overwritten) & self)) {
      return;
    } else if (!consumed) {
      neverConsumed(origin, variable);
    } else if (!variable.isAsked) {
      consumedElsewhere(origin, variable);
    }
  }

  void neverConsumed(unsigned origin, const TaskVariable &variable) {
    bool onlyOverwritten = !(fates.ended & bit(origin));
    if (variable.kind == TaskVariable::Kind::Owner) return addOnce(origin, Loss::Form::InContainer, {});
    if (variable.kind == TaskVariable::Kind::Aggregate) return addOnce(origin, Loss::Form::InAggregate, {});
    if (onlyOverwritten) add(origin, Loss::Form::Overwritten, unit.place(fates.overwriters[origin]->getBeginLoc()));
    else add(origin, Loss::Form::Never, {});
  }

  void consumedElsewhere(unsigned origin, const TaskVariable &variable) {
    if (std::optional<Place> at = losingPath(origin)) {
      if (variable.kind == TaskVariable::Kind::Value) add(origin, Loss::Form::OnPath, *at);
      else addOnce(origin, variable.kind == TaskVariable::Kind::Owner ? Loss::Form::InContainer : Loss::Form::InAggregate, *at);
    } else if (fates.overwrittenByItself & bit(origin) && variable.kind == TaskVariable::Kind::Value) {
      add(origin, Loss::Form::Overwritten, unit.place(fates.overwriters[origin]->getBeginLoc()));
    }
  }

  /// The state of a path: has the value been made, who has it, and by which statement does the path leave.
  struct Holder {
    bool isMade = false;
    unsigned variable = 0;
    const clang::Stmt *leaves = nullptr;
    auto operator<=>(const Holder &) const = default;
  };

  /// Where a path ends the scope of a value that it has made and not consumed.
  std::optional<Place> losingPath(unsigned origin) {
    auto step = [&](Holder &state, const FlowElement &element, std::vector<Holder> &branches) {
      if (std::optional<unsigned> ended = uses.ended(element); state.isMade && ended == state.variable)
        return uses.variables[state.variable].escapes ? OnPath::Ends : OnPath::Arrives;
      if (state.isMade && isa_and_nonnull<clang::ReturnStmt, clang::CoreturnStmt>(element.statement)) state.leaves = element.statement;
      OnPath result = OnPath::Goes;
      uses.at(element, [&](const TaskEvent &event) {
        if (!state.isMade && isMaker(event, origin)) branches.push_back({true, event.variable, nullptr});
        if (!state.isMade || result != OnPath::Goes) return;
        bool moves = event.kind == EventKind::Take || event.kind == EventKind::TakeIn;
        if (moves && event.from == state.variable) state.variable = event.variable;
        else if (event.variable == state.variable && event.kind != EventKind::Put && event.kind != EventKind::TakeIn)
          result = OnPath::Ends;
      });
      return result;
    };
    auto follows = [](const Holder &state, EdgeKind kind) { return kind == EdgeKind::Flow || (kind == EdgeKind::Unwind && !state.isMade); };
    std::optional<Holder> lost = findPath(cfg, unit.ast, Holder{}, step, follows);
    if (!lost) return std::nullopt;
    return lost->leaves ? unit.place(lost->leaves->getBeginLoc()) : endOfScope(*uses.variables[lost->variable].decl);
  }

  static bool isMaker(const TaskEvent &event, unsigned origin) {
    return (event.kind == EventKind::Make || event.kind == EventKind::Put) && event.origin == origin;
  }

  /// The closing brace of the block around a declaration.
  Place endOfScope(const clang::VarDecl &variable) {
    const clang::Stmt *body = flow.function.getBody();
    if (const auto *coroutine = llvm::dyn_cast_or_null<clang::CoroutineBodyStmt>(body)) body = coroutine->getBody();
    clang::SourceLocation end = body->getEndLoc();
    for (const clang::Stmt *around = body; around;) {
      if (const auto *block = dyn_cast<clang::CompoundStmt>(around)) end = block->getRBracLoc();
      const clang::Stmt *inner = nullptr;
      for (const clang::Stmt *child : around->children())
        if (child && !isa<clang::LambdaExpr>(child) && contains(*child, variable.getLocation())) inner = child;
      around = inner;
    }
    return unit.place(end);
  }

  bool contains(const clang::Stmt &statement, clang::SourceLocation location) const {
    const clang::SourceManager &sources = unit.ast.getSourceManager();
    clang::SourceLocation place = sources.getExpansionLoc(location);
    clang::SourceLocation begin = sources.getExpansionLoc(statement.getBeginLoc()), end = sources.getExpansionLoc(statement.getEndLoc());
    return begin.isValid() && end.isValid() && !sources.isBeforeInTranslationUnit(place, begin) &&
           !sources.isBeforeInTranslationUnit(end, place);
  }

  /// One loss per variable: a container is lost as a whole.
  void addOnce(unsigned origin, Loss::Form form, Place at) {
    if (said.insert(uses.origins[origin].variable).second) add(origin, form, at);
  }

  void add(unsigned origin, Loss::Form form, Place at) {
    const TaskOrigin &made = uses.origins[origin];
    Loss loss;
    loss.place = unit.place(made.made->getExprLoc());
    loss.form = form;
    loss.value = made.value;
    loss.variable = unit.string(uses.variables[made.variable].decl->getName());
    loss.at = at;
    loss.keptWhileOthersRan = fates.kept & bit(origin);
    bool isForgotten = form == Loss::Form::Never && !uses.variables[made.variable].decl->isReferenced();
    if (isForgotten) loss.await = awaitSpot(*made.made, MadeFor::Variable, &flow.function, unit);
    facts.losses.push_back(std::move(loss));
  }

  const TaskUses &uses;
  const SuspensionCfg &cfg;
  FunctionFlow &flow;
  UnitContext &unit;
  Function &facts;
  Fates fates;
  llvm::DenseSet<unsigned> said;
};

} // namespace

void findLosses(FunctionFlow &flow, Function &facts) {
  TaskUses uses = findTaskUses(flow.function, flow.unit);
  if (uses.origins.empty()) return;
  if (const SuspensionCfg *cfg = flow.cfg()) LossFinder(uses, *cfg, flow, facts).run();
}

} // namespace coroguard
