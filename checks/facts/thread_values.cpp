#include "facts/thread_values.h"
#include "facts/inner_statements.h"
#include "facts/kept_arguments.h"
#include "facts/readable_body.h"
#include "facts/real_suspension.h"
#include "facts/whereabouts.h"
#include "language/callee.h"
#include "language/std_functions.h"
#include <set>

namespace coroguard {
namespace {

using clang::Expr;
using clang::Stmt;
using clang::VarDecl;
using llvm::dyn_cast;
using llvm::isa;

/// What belongs to the thread: a variable of it, or the function that tells which thread it is.
struct ThreadSource {
  const VarDecl *variable = nullptr;
  const clang::FunctionDecl *identity = nullptr;
  explicit operator bool() const { return variable || identity; }
};

class SourceFinder {
public:
  explicit SourceFinder(UnitContext &unit) : unit(unit) {}

  /// What a variable refers to that is made from the expression: also through other variables that refer.
  ThreadSource behind(const Expr *expression) {
    followsLocals = true;
    ThreadSource source = of(expression);
    followsLocals = false;
    return source;
  }

  /// What an expression leads into, through members, elements, pointers and accessors whose body shows what they return.
  ThreadSource of(const Expr *expression, unsigned steps = 0) {
    if (!expression || steps > 16) return {};
    expression = unwrap(expression);
    if (const auto *name = dyn_cast<clang::DeclRefExpr>(expression)) return ofName(*name, steps);
    if (const auto *member = dyn_cast<clang::MemberExpr>(expression)) {
      ThreadSource own = ofVariable(dyn_cast<VarDecl>(member->getMemberDecl()));
      return own ? own : of(member->getBase(), steps + 1);
    }
    if (const auto *unary = dyn_cast<clang::UnaryOperator>(expression)) return of(unary->getSubExpr(), steps + 1);
    if (const auto *index = dyn_cast<clang::ArraySubscriptExpr>(expression)) return of(index->getBase(), steps + 1);
    if (const auto *cast = dyn_cast<clang::ExplicitCastExpr>(expression)) return of(cast->getSubExpr(), steps + 1);
    if (const auto *choice = dyn_cast<clang::AbstractConditionalOperator>(expression)) {
      ThreadSource first = of(choice->getTrueExpr(), steps + 1);
      return first ? first : of(choice->getFalseExpr(), steps + 1);
    }
    if (const auto *value = dyn_cast<clang::OpaqueValueExpr>(expression)) return of(value->getSourceExpr(), steps + 1);
    if (const auto *construct = dyn_cast<clang::CXXConstructExpr>(expression)) // a view of it
      return construct->getNumArgs() > 0 && isView(construct->getType()) ? of(construct->getArg(0), steps + 1) : ThreadSource{};
    const auto *call = dyn_cast<clang::CallExpr>(expression);
    return call ? ofCall(*call, steps) : ThreadSource{};
  }

private:
  static ThreadSource ofVariable(const VarDecl *variable) {
    return variable && variable->getTLSKind() != VarDecl::TLS_None ? ThreadSource{variable, nullptr} : ThreadSource{};
  }

  ThreadSource ofName(const clang::DeclRefExpr &name, unsigned steps) {
    const auto *variable = dyn_cast<VarDecl>(name.getDecl());
    if (ThreadSource own = ofVariable(variable); own || !followsLocals || !variable) return own;
    if (ownsTemporary(*variable)) return {};
    bool isFixed = variable->getType()->isReferenceType() || variable->isImplicit() || (refers(variable->getType()) && !isSetAgain(*variable));
    return isFixed && variable->hasLocalStorage() ? of(variable->getInit(), steps + 1) : ThreadSource{};
  }

  /// Is it a reference to an object made for it, which may be a copy?
  static bool ownsTemporary(const VarDecl &variable) {
    const Expr *init = variable.getType()->isReferenceType() ? variable.getInit() : nullptr;
    if (const auto *full = llvm::dyn_cast_or_null<clang::FullExpr>(init)) init = full->getSubExpr();
    while (const auto *cast = llvm::dyn_cast_or_null<clang::ImplicitCastExpr>(init)) init = cast->getSubExpr();
    return init && isa<clang::MaterializeTemporaryExpr>(init) && !isView(init->getType());
  }

  bool isSetAgain(const VarDecl &variable) {
    const auto *function = dyn_cast<clang::FunctionDecl>(variable.getDeclContext());
    auto [known, isNew] = setAgain.try_emplace(&variable, true);
    if (!isNew || !function) return known->second;
    auto names = [&](const Expr *target) {
      const auto *name = dyn_cast<clang::DeclRefExpr>(target->IgnoreParenImpCasts());
      return name && name->getDecl() == &variable;
    };
    return known->second = findInner<Expr>(function->getBody(), [&](const Expr &inner) {
      const auto *binary = dyn_cast<clang::BinaryOperator>(&inner);
      const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(&inner);
      return (binary && binary->getOpcode() == clang::BO_Assign && names(binary->getLHS())) ||
             (op && op->getOperator() == clang::OO_Equal && names(op->getArg(0)));
    }) != nullptr;
  }

  static bool refers(clang::QualType type) { return type->isReferenceType() || type->isPointerType() || isView(type); }

  ThreadSource ofCall(const clang::CallExpr &call, unsigned steps) {
    const clang::FunctionDecl *callee = call.getDirectCallee();
    if (!callee) return {};
    if (const ThreadValue *value = unit.lookup.threadValue(*callee))
      return value->of == ThreadValue::Of::Identity ? ThreadSource{nullptr, callee} : ThreadSource{};
    if (!refers(callee->getReturnType())) return {};
    const auto *method = dyn_cast<clang::CXXMethodDecl>(callee);
    if (method && !method->isStatic() && isStdFunction(*callee)) { // from a container or owner into it
      const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&call);
      return of(member ? member->getImplicitObjectArgument() : call.getArg(0), steps + 1);
    }
    return ofAccessor(*callee, steps);
  }

  ThreadSource ofAccessor(const clang::FunctionDecl &callee, unsigned steps) {
    const auto *body = llvm::dyn_cast_or_null<clang::CompoundStmt>(readableBody(&callee, unit));
    if (!body || body->size() > 3) return {}; // an accessor is short
    ThreadSource found;
    bool others = false;
    forEachInner(body, [&](const Stmt &inner) {
      const auto *result = dyn_cast<clang::ReturnStmt>(&inner);
      if (!result || !result->getRetValue()) return;
      ThreadSource source = of(result->getRetValue(), steps + 4);
      source.variable ? void(found = source) : void(others = true);
    });
    return others ? ThreadSource{} : found;
  }

  UnitContext &unit;
  bool followsLocals = false;
  llvm::DenseMap<const VarDecl *, bool> setAgain;
};

struct Kept {
  const VarDecl *variable = nullptr;
  const Stmt *taken = nullptr;
  const Stmt *across = nullptr; // null: not yet
  auto operator<=>(const Kept &) const = default;
};
using KeptValues = std::set<Kept>;

class ThreadStateFinder {
public:
  ThreadStateFinder(FunctionFlow &flow, Function &facts) : flow(flow), unit(flow.unit), facts(facts), sources(flow.unit) {
    const TaskType *task = unit.lookup.taskType(flow.function.getReturnType());
    stays = task && task->staysOnThread;
  }

  void find() {
    if (!collect()) return;
    const SuspensionCfg *cfg = flow.cfg();
    if (!cfg) return;
    auto merge = [](KeptValues &into, const KeptValues &from, EdgeKind) { into.insert(from.begin(), from.end()); };
    auto transfer = [this](KeptValues &kept, const FlowElement &element) { step(kept, element); };
    std::vector<KeptValues> starts = solveForward<KeptValues>(*cfg, {}, merge, transfer);
    for (size_t node = 0; node < starts.size(); ++node) {
      KeptValues kept = starts[node];
      for (const FlowElement &element : cfg->nodes()[node].elements) {
        use(kept, element);
        step(kept, element);
      }
    }
  }

private:
  /// May the variable still refer to the thread's own when its value is kept? A copy of plain data does not.
  ThreadSource keptBy(const VarDecl &variable, const Expr *value) {
    if (!variable.hasLocalStorage() || !value || variable.isInitCapture()) return {};
    if (variable.isImplicit() && !begins.contains(&variable)) return {}; // of a range-for, where it begins is enough
    ThreadSource source = sources.behind(value);
    if (source.identity) return source;
    clang::QualType type = variable.getType();
    return type->isReferenceType() || type->isPointerType() || isView(type) ? source : ThreadSource{};
  }

  static const VarDecl *assigned(const Stmt &statement, const Expr *&value) {
    const Expr *target = nullptr;
    if (const auto *assignment = dyn_cast<clang::BinaryOperator>(&statement); assignment && assignment->getOpcode() == clang::BO_Assign)
      target = assignment->getLHS(), value = assignment->getRHS();
    if (const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(&statement); op && op->getOperator() == clang::OO_Equal && op->getNumArgs() == 2)
      target = op->getArg(0), value = op->getArg(1);
    const auto *name = target ? dyn_cast<clang::DeclRefExpr>(target->IgnoreParenImpCasts()) : nullptr;
    const auto *variable = name ? dyn_cast<VarDecl>(name->getDecl()) : nullptr;
    return variable && !variable->getType()->isReferenceType() ? variable : nullptr;
  }

  /// The statements that keep something, and the mentions that are no use of it. False when there is nothing to look for.
  bool collect() {
    forEachInner(flow.function.getBody(), [&](const Stmt &inner) {
      const Expr *value = nullptr;
      if (const auto *loop = dyn_cast<clang::CXXForRangeStmt>(&inner); loop && loop->getBeginStmt())
        begins[dyn_cast<VarDecl>(loop->getBeginStmt()->getSingleDecl())] = loop;
      if (const auto *declared = dyn_cast<clang::DeclStmt>(&inner)) {
        for (const clang::Decl *decl : declared->decls())
          if (const auto *variable = dyn_cast<VarDecl>(decl))
            if (ThreadSource source = keptBy(*variable, variable->getInit())) takes[{&inner, variable}] = source;
      } else if (const VarDecl *variable = assigned(inner, value)) {
        if (ThreadSource source = keptBy(*variable, value)) takes[{&inner, variable}] = source;
      }
      harmless(inner);
    });
    return !takes.empty();
  }

  void ignore(const Stmt *inside) {
    forEachInner(inside, [&](const Stmt &inner) {
      if (isa<clang::DeclRefExpr>(inner)) ignored.insert(&inner);
    });
  }

  /// A variable that is set anew, a value that is put back, a comparison with the thread one is on now; of a thread's id,
  /// saying which one it was.
  void harmless(const Stmt &inner) {
    const Expr *value = nullptr;
    if (assigned(inner, value)) {
      const auto *binary = dyn_cast<clang::BinaryOperator>(&inner);
      const Expr *target = binary ? binary->getLHS() : llvm::cast<clang::CXXOperatorCallExpr>(inner).getArg(0);
      ignored.insert(target->IgnoreParenImpCasts());
      if (sources.of(target).variable) ignore(value);
    }
    const auto *binary = dyn_cast<clang::BinaryOperator>(&inner);
    const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(&inner);
    bool compares = (binary && binary->isComparisonOp()) || (op && op->isComparisonOp() && op->getNumArgs() == 2);
    if (compares) {
      const Expr *left = binary ? binary->getLHS() : op->getArg(0), *right = binary ? binary->getRHS() : op->getArg(1);
      bool isOfNow = sources.of(left) || sources.of(right) || (tellsThread(left) && tellsThread(right));
      if (isOfNow) ignore(left), ignore(right);
    }
    if (op && op->getOperator() == clang::OO_LessLess && op->getNumArgs() == 2) tells(op->getArg(1));
    if (const auto *result = dyn_cast<clang::CoreturnStmt>(&inner)) tells(result->getOperand());
  }
  /// Is there the id of a thread in it: asked for, or kept in a variable?
  bool tellsThread(const Expr *side) {
    return findInner<Expr>(side, [&](const Expr &inner) {
      if (isa<clang::CallExpr>(inner) && sources.of(&inner).identity) return true;
      const auto *name = dyn_cast<clang::DeclRefExpr>(&inner);
      const auto *variable = name ? dyn_cast<VarDecl>(name->getDecl()) : nullptr;
      return variable && variable->hasLocalStorage() && variable->getInit() && sources.of(variable->getInit()).identity;
    });
  }
  void tells(const Expr *value) {
    const auto *name = value ? dyn_cast<clang::DeclRefExpr>(unwrap(value)) : nullptr;
    if (name) told.insert(name);
  }

  bool mayLeaveThread(const FlowElement &element) {
    if (element.kind != FlowElement::Kind::Suspension) return false;
    if (stays) {
      std::optional<AwaitedHop> hop = awaitedHop(element, unit);
      return hop && hop->destination.where != Whereabouts::Where::Loop;
    }
    return maySuspend(*llvm::cast<clang::CoroutineSuspendExpr>(element.statement), unit);
  }

  void step(KeptValues &kept, const FlowElement &element) {
    auto forget = [&](const VarDecl *variable) { std::erase_if(kept, [&](const Kept &value) { return value.variable == variable; }); };
    if (element.variable) return forget(element.variable);
    if (mayLeaveThread(element)) {
      KeptValues crossed;
      for (Kept value : kept) {
        if (!value.across) value.across = element.statement;
        crossed.insert(value);
      }
      kept = std::move(crossed);
      return;
    }
    if (!element.statement || element.kind != FlowElement::Kind::Statement) return;
    auto take = [&](const VarDecl *variable) {
      forget(variable);
      if (takes.contains({element.statement, variable})) kept.insert({variable, element.statement, nullptr});
    };
    const Expr *value = nullptr;
    if (const auto *declared = dyn_cast<clang::DeclStmt>(element.statement)) {
      for (const clang::Decl *decl : declared->decls())
        if (const auto *variable = dyn_cast<VarDecl>(decl)) take(variable);
    } else if (const VarDecl *variable = assigned(*element.statement, value)) {
      take(variable);
    }
  }

  /// A range-for's own iterator as one would write it.
  StringId nameOf(const Kept &value, const clang::DeclRefExpr &used) {
    const clang::CXXForRangeStmt *loop = begins.lookup(value.variable);
    if (!loop) return unit.string(used.getDecl()->getName());
    return unit.string("begin(" + std::string(unit.facts.strings.text(unit.text(loop->getRangeInit()->getSourceRange()))) + ")");
  }

  void use(const KeptValues &kept, const FlowElement &element) {
    const auto *name = element.kind == FlowElement::Kind::Statement ? dyn_cast<clang::DeclRefExpr>(element.statement) : nullptr;
    if (!name || ignored.contains(name)) return;
    const auto *part = dyn_cast<clang::BindingDecl>(name->getDecl());
    const clang::ValueDecl *used = part ? part->getDecomposedDecl() : name->getDecl();
    for (const Kept &value : kept) {
      if (value.variable != used || !value.across) continue;
      ThreadSource source = takes[{value.taken, value.variable}];
      if ((source.identity && told.contains(name)) || !reported.insert(value.taken).second) continue;
      Crossing fact;
      fact.form = Crossing::Form::ThreadState;
      fact.place = unit.place(name->getBeginLoc());
      fact.subject = nameOf(value, *name);
      fact.source = source.variable ? unit.string(source.variable->getName()) : unit.string(qualifiedName(*source.identity) + "()");
      if (source.variable && value.variable->getType()->isReferenceType()) fact.type = unit.string("reference");
      else if (source.variable) fact.type = unit.string("pointer");
      fact.taken = unit.place(value.taken->getBeginLoc());
      fact.across = unit.place(value.across->getBeginLoc());
      facts.crossings.push_back(std::move(fact));
    }
  }

  FunctionFlow &flow;
  UnitContext &unit;
  Function &facts;
  SourceFinder sources;
  bool stays = false;
  std::map<std::pair<const Stmt *, const VarDecl *>, ThreadSource> takes;
  llvm::DenseMap<const VarDecl *, const clang::CXXForRangeStmt *> begins; // the hidden iterators
  llvm::DenseSet<const Stmt *> ignored, told, reported;
};

} // namespace

void findThreadStateCrossings(FunctionFlow &flow, Function &facts) {
  if (facts.suspensions.empty() || facts.isGenerator) return;
  ThreadStateFinder(flow, facts).find();
}

} // namespace coroguard
