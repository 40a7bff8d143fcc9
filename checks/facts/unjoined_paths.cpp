#include "facts/unjoined_paths.h"
#include "facts/feasible_path.h"
#include "facts/inner_statements.h"
#include "facts/loop_view.h"
#include "facts/named_object.h"
#include "facts/real_suspension.h"
#include "language/callee.h"
#include "language/element_owner.h"
#include "language/name_words.h"
#include <clang/Basic/SourceManager.h>

namespace coroguard {
namespace {

using clang::Expr;
using clang::Stmt;
using clang::ValueDecl;
using clang::VarDecl;
using llvm::dyn_cast;
using llvm::isa;

const ValueDecl *canonical(const ValueDecl *decl) {
  return decl ? llvm::cast<ValueDecl>(decl->getCanonicalDecl()) : nullptr;
}

class PathFinder {
public:
  PathFinder(const VarDecl &object, const Expr &made, const TaskFate &fate, bool isRunning, FunctionFlow &flow)
      : object(object), fate(fate), start(fate.given ? fate.given : &made), flow(flow), unit(flow.unit) {
    addNamedObjects(&made, nullptr, lent);
    findChangeable(made);
    forEachInner(flow.function.getBody(), [&](const Stmt &inner) { findPolled(inner); });
    isEager = unit.valueType(made.getType()).start == Start::Eager;
    survives = fate.kind != TaskFate::Kind::Kept || (isRunning && !ownsWork(*fate.variable));
    givenTo = fate.given ? resolveCallee(*fate.given).function : nullptr;
  }

  std::optional<UnjoinedPath> find() {
    const SuspensionCfg *cfg = flow.cfg();
    if (!cfg) return std::nullopt;
    if (std::optional<State> path = search(*cfg, false)) return UnjoinedPath{path->left, false, joinSeen};
    if (!survives || !joinSeen || isJoinedByDestructor()) return std::nullopt;
    if (std::optional<State> path = search(*cfg, true)) return UnjoinedPath{path->left, true, true};
    return std::nullopt;
  }

private:
  struct State {
    bool started = false;
    bool ended = false;   // the object
    bool throws = false;  // the last step, when it was an await or a throw: nobody expects more of plain calls
    bool isInTry = false; // that await
    const Stmt *left = nullptr;
    auto operator<=>(const State &) const = default;
  };

  std::optional<State> search(const SuspensionCfg &cfg, bool throwing) {
    auto step = [&](State &state, const FlowElement &element, std::vector<State> &) {
      return this->step(state, element, throwing);
    };
    auto follows = [&](const State &state, EdgeKind kind) {
      if (kind == EdgeKind::Flow || !state.started) return kind != EdgeKind::Destroyed;
      return state.throws && (kind == EdgeKind::Unwind || (throwing && !state.isInTry));
    };
    auto leaves = [&](const State &state) { return state.started && survives; };
    return findPath(cfg, unit.ast, State{}, step, follows, leaves);
  }

  OnPath step(State &state, const FlowElement &element, bool throwing) {
    if (element.variable) return lifeEnds(state, *element.variable);
    const Stmt *statement = element.statement;
    if (!statement || element.kind == FlowElement::Kind::Destructor) return OnPath::Goes;
    bool isAwait = element.kind == FlowElement::Kind::Suspension;
    state.throws = (isAwait && mayThrow(*statement)) || isa<clang::CXXThrowExpr>(statement);
    if (statement == start) {
      state = {.started = true};
      return OnPath::Goes;
    }
    if (!state.started) return OnPath::Goes;
    if (joins(element)) {
      if (state.ended) return OnPath::Arrives; // used when the object has gone
      joinSeen = true;
      return OnPath::Ends;
    }
    bool leaves = isa<clang::ReturnStmt, clang::CoreturnStmt, clang::CXXThrowExpr>(statement);
    if (leaves || isAwait) state.left = statement;
    if (!leaves && !isAwait && !throwing) state.left = nullptr; // it went on
    if (isAwait && throwing) state.isInTry = isTried(*statement);
    return OnPath::Goes;
  }

  /// Not one that is ready at once, nor one whose result says whether it failed: an error code, alone or in a tuple.
  bool mayThrow(const Stmt &statement) const {
    const auto *await = dyn_cast<clang::CoroutineSuspendExpr>(&statement);
    return await && maySuspend(*await, unit) && !holdsError(await->getType(), 1);
  }
  static bool holdsError(clang::QualType type, unsigned depth) {
    const clang::CXXRecordDecl *record = type.getNonReferenceType()->getAsCXXRecordDecl();
    if (!record || !record->getIdentifier()) return false;
    if (llvm::is_contained({"error_code", "exception_ptr", "expected"}, record->getName())) return true;
    const auto *made = dyn_cast<clang::ClassTemplateSpecializationDecl>(record);
    if (!made || depth == 0) return false;
    return llvm::any_of(made->getTemplateArgs().asArray(), [&](const clang::TemplateArgument &argument) {
      llvm::ArrayRef<clang::TemplateArgument> parts(argument);
      if (argument.getKind() == clang::TemplateArgument::Pack) parts = argument.pack_elements();
      return llvm::any_of(parts, [&](const clang::TemplateArgument &part) {
        return part.getKind() == clang::TemplateArgument::Type && holdsError(part.getAsType(), depth - 1);
      });
    });
  }

  bool isTried(const Stmt &await) const {
    std::vector<const Stmt *> around = writtenAround(flow.function.getBody(), await);
    for (size_t i = 0; i + 1 < around.size(); ++i)
      if (const auto *block = dyn_cast<clang::CXXTryStmt>(around[i])) return block->getTryBlock() == around[i + 1];
    return false;
  }

  OnPath lifeEnds(State &state, const VarDecl &variable) {
    if (!state.started) return OnPath::Goes;
    if (&variable == &object) {
      if (survives) return OnPath::Arrives;
      state.ended = true;
    } else if (&variable == fate.variable) {
      return survives ? OnPath::Goes : OnPath::Ends;
    } else if (fate.kind == TaskFate::Kind::Given && fate.around.contains(canonical(&variable)) && ownsWork(variable)) {
      return OnPath::Ends;
    }
    return OnPath::Goes;
  }

  bool joins(const FlowElement &element) {
    if (const auto *closure = dyn_cast<clang::LambdaExpr>(element.statement)) return captures(*closure);
    if (const auto *await = dyn_cast<clang::CoroutineSuspendExpr>(element.statement)) {
      NamedObjects named;
      addNamedObjects(await->getOperand(), nullptr, named);
      return llvm::any_of(named, [&](const ValueDecl *decl) { return concerns(decl) || lent.contains(decl); });
    }
    if (const auto *name = dyn_cast<clang::DeclRefExpr>(element.statement))
      return polled.contains(name) || (fate.kind == TaskFate::Kind::Kept && canonical(name->getDecl()) == canonical(fate.variable)) ||
             (lent.contains(canonical(name->getDecl())) && tellsOthers(name->getDecl()->getType()));
    if (const auto *read = dyn_cast<clang::ImplicitCastExpr>(element.statement)) return asksForResult(*read);
    const auto *call = dyn_cast<clang::CallExpr>(element.statement);
    if (!call) return false;
    const auto *member = dyn_cast<clang::CXXMemberCallExpr>(call);
    if (finishesTasks(*call, unit) || (member && waitsWith(*member))) return true;
    const clang::FunctionDecl *callee = call->getDirectCallee();
    if (fate.kind == TaskFate::Kind::Kept || (callee && callee == givenTo)) return false;
    const auto *method = llvm::dyn_cast_or_null<clang::CXXMethodDecl>(callee);
    if (method && method->isConst()) return false; // only looks
    if (member && concerns(namedObject(member->getImplicitObjectArgument()))) return true;
    return llvm::any_of(call->arguments(), [&](const Expr *argument) { return concerns(namedObject(argument)); });
  }

  /// Whoever reads the number or pointer that an eager task was to change knows that it has.
  bool asksForResult(const clang::ImplicitCastExpr &read) const {
    if (!isEager || read.getCastKind() != clang::CK_LValueToRValue) return false;
    const ValueDecl *decl = canonical(namedObject(&read));
    return decl == canonical(&object) && changeable.contains(decl);
  }

  /// What the task can change, so that its end can be seen by it.
  void findChangeable(const Expr &made) {
    const auto *call = dyn_cast<clang::CallExpr>(&made);
    Callee callee = call ? resolveCallee(*call) : Callee{};
    if (callee.isIndirect()) return;
    unsigned skipped = isa<clang::CXXOperatorCallExpr>(call) && isa<clang::CXXMethodDecl>(callee.function);
    for (unsigned i = skipped; i < call->getNumArgs() && i - skipped < callee.function->getNumParams(); ++i) {
      clang::QualType type = callee.function->getParamDecl(i - skipped)->getType();
      const clang::CXXRecordDecl *record = type->getAsCXXRecordDecl();
      bool isWrapper = record && record->getIdentifier() && record->getName() == "reference_wrapper";
      bool refers = type->isPointerType() || type->isReferenceType();
      if (isWrapper || (refers && !type->getPointeeType().isConstQualified())) addNamedObjects(call->getArg(i), nullptr, changeable);
    }
  }

  /// `while (!done) yield();`
  void findPolled(const Stmt &statement) {
    std::optional<LoopView> loop = changeable.empty() ? std::nullopt : loopView(statement);
    if (!loop || !loop->condition) return;
    forEachInner(loop->condition, [&](const Stmt &inner) {
      const auto *name = dyn_cast<clang::DeclRefExpr>(&inner);
      if (name && changeable.contains(canonical(name->getDecl()))) polled.insert(name);
    });
  }

  /// A semaphore, a latch of the program's own: it is lent to the task, and this call waits for what the task does with it.
  bool waitsWith(const clang::CXXMemberCallExpr &call) const {
    const clang::CXXMethodDecl *method = call.getMethodDecl();
    return method && method->getIdentifier() && changeable.contains(canonical(namedObject(call.getImplicitObjectArgument()))) &&
           hasWord(method->getName(), {"wait", "acquire", "join", "await", "lock", "receive", "take", "run", "exec", "poll", "drain"});
  }

  /// Is it something that one waits with: a channel, an event? Who goes on with one may do so through others.
  bool tellsOthers(clang::QualType type) const {
    const clang::CXXRecordDecl *record = type.getNonReferenceType()->getAsCXXRecordDecl();
    return record && record->hasDefinition() &&
           llvm::any_of(record->getDefinition()->methods(), [&](const clang::CXXMethodDecl *method) {
             return unit.valueType(method->getReturnType()).canBeAwaited();
           });
  }

  /// Is it what has the task, or what the task was given to?
  bool concerns(const ValueDecl *decl) const {
    return decl &&
           (decl == canonical(fate.variable) || (fate.kind == TaskFate::Kind::Given && fate.around.contains(decl)));
  }

  bool captures(const clang::LambdaExpr &closure) const {
    return llvm::any_of(closure.captures(), [&](const clang::LambdaCapture &capture) {
      return capture.capturesVariable() && concerns(canonical(capture.getCapturedVar()));
    });
  }

  /// Could the destructor end or join the work? A handle from the standard library or of a modelled type lets it go.
  bool ownsWork(const VarDecl &variable) const {
    auto mayOwn = [&](clang::QualType type) {
      const ValueType &value = unit.valueType(type.getUnqualifiedType());
      if (value.canBeAwaited() && value.start == Start::Lazy) return !fate.isRunning;
      if (value.canBeAwaited()) return value.mayStopWhenDropped;
      const clang::CXXRecordDecl *record = type->getAsCXXRecordDecl();
      return record && record->hasDefinition() && !record->isInStdNamespace() && !record->hasTrivialDestructor();
    };
    clang::QualType type = variable.getType();
    if (type->isReferenceType() || type->isPointerType()) return false;
    return mayOwn(type) || ownsElement(type, mayOwn);
  }

  /// By one that was declared behind the object, so that it ends first.
  bool isJoinedByDestructor() const {
    const clang::SourceManager &sources = unit.ast.getSourceManager();
    auto joinsFirst = [&](const ValueDecl *decl) {
      const auto *variable = llvm::dyn_cast_or_null<VarDecl>(decl);
      return variable && variable->isLocalVarDecl() && ownsWork(*variable) &&
             sources.isBeforeInTranslationUnit(object.getLocation(), variable->getLocation());
    };
    return joinsFirst(fate.variable) || (fate.kind == TaskFate::Kind::Given && llvm::any_of(fate.around, joinsFirst));
  }

  const VarDecl &object;
  const TaskFate &fate;
  const Expr *start;
  FunctionFlow &flow;
  UnitContext &unit;
  NamedObjects lent; // named in the call that makes the task: what it can tell others by
  NamedObjects changeable; // those of them that the task may change
  llvm::SmallDenseSet<const clang::DeclRefExpr *, 4> polled; // asked in loops until they change
  const clang::FunctionDecl *givenTo = nullptr;
  bool survives = false; // its value
  bool isEager = false;  // it has begun in the call
  bool joinSeen = false;
};

} // namespace

std::optional<UnjoinedPath> endsBeforeJoin(const VarDecl &object, const Expr &made, const TaskFate &fate,
                                           bool isRunning, FunctionFlow &flow) {
  return PathFinder(object, made, fate, isRunning, flow).find();
}

} // namespace coroguard
