#include "facts/published_frame.h"
#include "facts/feasible_path.h"
#include "facts/frame_agreements.h"
#include "facts/inner_statements.h"
#include "facts/loop_view.h"
#include "facts/publication.h"
#include "facts/readable_body.h"
#include "language/coroutine.h"
#include "language/locking.h"
#include "language/name_words.h"
#include <map>

namespace coroguard {
namespace {

using clang::Expr;
using clang::Stmt;
using llvm::dyn_cast;
using llvm::isa;
using Form = AuthorMistake::Form;
using When = Publication::When;

/// What a path has done with the coroutine.
struct Given {
  const Stmt *by = nullptr;               // the step that gave it away
  const clang::ValueDecl *until = nullptr; // whoever takes it waits for this lock
  bool isStored = false;                  // something that this thread resumes may resume it in turn
  bool mayBeBack = false;                 // a condition has asked something since
  auto operator<=>(const Given &) const = default;
};

bool isIn(const Stmt *inner, const Stmt *outer) {
  return outer && findInner<Stmt>(outer, [&](const Stmt &each) { return &each == inner; });
}

/// Is it the result of this step, or the variable that holds it?
bool isResult(const Expr *expression, const Stmt *step) {
  expression = unwrap(expression);
  if (expression == step) return true;
  const auto *name = dyn_cast<clang::DeclRefExpr>(expression);
  const auto *variable = name ? dyn_cast<clang::VarDecl>(name->getDecl()) : nullptr;
  return variable && variable->getInit() && unwrap(variable->getInit()) == step;
}

/// What a condition says of the step's result.
enum class Says : uint8_t { Nothing, True, False, Something };
Says saysOf(const Expr *condition, bool isTrue, const Stmt *step) {
  const Expr *asked = condition->IgnoreParenImpCasts();
  while (const auto *negation = dyn_cast<clang::UnaryOperator>(asked)) {
    if (negation->getOpcode() != clang::UO_LNot) break;
    isTrue = !isTrue;
    asked = negation->getSubExpr()->IgnoreParenImpCasts();
  }
  if (isResult(asked, step) && asked->getType()->isBooleanType()) return isTrue ? Says::True : Says::False;
  bool mentions = findInner<Expr>(condition, [&](const Expr &inner) { return isResult(&inner, step); });
  return mentions ? Says::Something : Says::Nothing;
}

bool asksSomething(const Expr &condition) {
  return findInner<Expr>(&condition, [](const Expr &inner) {
    const auto *name = dyn_cast<clang::DeclRefExpr>(&inner);
    const auto *variable = name ? dyn_cast<clang::VarDecl>(name->getDecl()) : nullptr;
    bool isAnswer = variable && variable->isLocalVarDecl() && variable->getInit() && findInner<clang::CallExpr>(variable->getInit());
    return isAnswer || isa<clang::CallExpr>(inner);
  });
}

/// Is locking the mutex the first thing that the body does?
bool locksFirst(const Stmt *body, const clang::FieldDecl &mutex) {
  const auto *block = llvm::dyn_cast_or_null<clang::CompoundStmt>(body);
  while (block && !block->body_empty() && isa<clang::CompoundStmt>(block->body_front()))
    block = llvm::cast<clang::CompoundStmt>(block->body_front());
  const Stmt *first = block && !block->body_empty() ? block->body_front() : nullptr;
  auto names = [&](const Expr *expression) {
    const auto *member = dyn_cast<clang::MemberExpr>(unwrap(expression));
    return member && member->getMemberDecl() == &mutex && isa<clang::CXXThisExpr>(unwrap(member->getBase()));
  };
  return findInner<Expr>(first, [&](const Expr &inner) {
    if (const auto *guard = dyn_cast<clang::CXXConstructExpr>(&inner))
      return guard->getNumArgs() > 0 && names(guard->getArg(0)) && constructsLocked(*guard);
    const auto *call = dyn_cast<clang::CXXMemberCallExpr>(&inner);
    const clang::CXXMethodDecl *method = call ? call->getMethodDecl() : nullptr;
    return method && lockChange(*method) == LockChange::Locks && names(call->getImplicitObjectArgument());
  });
}

/// The class of a local object that is made with this member: a guard, if it is one.
const clang::CXXRecordDecl *madeWith(const Stmt &statement, const clang::FieldDecl *&member) {
  const auto *declared = dyn_cast<clang::DeclStmt>(&statement);
  const auto *variable = declared && declared->isSingleDecl() ? dyn_cast<clang::VarDecl>(declared->getSingleDecl()) : nullptr;
  const Expr *init = variable && variable->getInit() ? variable->getInit()->IgnoreImplicit() : nullptr;
  const auto *made = llvm::dyn_cast_or_null<clang::CXXConstructExpr>(init);
  const auto *given = made && made->getNumArgs() == 1 ? dyn_cast<clang::MemberExpr>(unwrap(made->getArg(0))) : nullptr;
  if (!given || !isa<clang::CXXThisExpr>(unwrap(given->getBase()))) return nullptr;
  member = dyn_cast<clang::FieldDecl>(given->getMemberDecl());
  return member ? variable->getType()->getAsCXXRecordDecl() : nullptr;
}

/// Does the function begin with the very object that the awaiter's destructor begins with: a guard of a kind that nobody
/// knows, on the same member? The awaiter then lives until the function has ended.
bool beginsLikeDestructor(const HandleScope &scope, UnitContext &unit) {
  const auto *method = dyn_cast<clang::CXXMethodDecl>(&scope.function());
  const clang::CXXDestructorDecl *end = scope.isInAwaiter() && method ? method->getParent()->getDestructor() : nullptr;
  const auto *here = llvm::dyn_cast_or_null<clang::CompoundStmt>(scope.function().getBody());
  const auto *there = llvm::dyn_cast_or_null<clang::CompoundStmt>(end ? readableBody(end, unit) : nullptr);
  if (!here || !there || here->body_empty() || there->body_empty()) return false;
  const clang::FieldDecl *own = nullptr, *awaited = nullptr;
  const clang::CXXRecordDecl *guard = madeWith(*here->body_front(), own);
  return guard && guard->hasDefinition() && !guard->hasTrivialDestructor() && guard == madeWith(*there->body_front(), awaited) &&
         own == awaited;
}

class Search {
public:
  /// `answers`: what the function returns is what await_suspend returns. `owners`: who is not the last to lower this
  /// count leaves the awaiter to the others, and nothing else gives it away.
  Search(const HandleScope &scope, UnitContext &unit, unsigned depth, bool answers = false,
         const clang::FieldDecl *owners = nullptr)
      : scope(scope), unit(unit), depth(depth), answers(answers), owners(owners) {
    graph = SuspensionCfg::build(scope.function(), unit.ast);
    if (!graph) return;
    std::vector<HeldLocks> starts(graph->nodes().size(), HeldLocks{true, {}});
    if (mayLock(scope.function(), unit)) starts = solveHeldLocks(*graph, unit);
    for (size_t i = 0; i < starts.size(); ++i)
      for (const FlowElement &element : graph->nodes()[i].elements) {
        heldBefore[&element] = starts[i];
        stepLocks(starts[i], element, unit);
      }
  }

  /// Looks at every way; `uses` and `leavesWithout` say what there was.
  void run() {
    if (!graph) return;
    auto step = [this](Given &given, const FlowElement &element, std::vector<Given> &) { return this->step(given, element); };
    findPath(*graph, unit.ast, Given{}, step, [this](Given &given, const FlowEdge &edge) { return follow(given, edge); });
  }

  struct Use {
    Form form = Form::TouchesPublished;
    clang::SourceLocation place;
    std::string subject;
    const Stmt *by = nullptr;
    StringId through;
  };
  std::vector<Use> uses;
  std::vector<const Stmt *> ownCalls; // of members of the awaiter that can be read
  bool leavesWithout = false;         // on some way the coroutine has not been given away
  bool isBuilt() const { return graph.has_value(); }

private:
  OnPath step(Given &given, const FlowElement &element) {
    const HeldLocks &held = heldBefore[&element];
    if (given.until && llvm::none_of(held.locks, [&](const HeldLock &lock) { return lock.holder == given.until; }))
      given.until = nullptr;
    if (element.variable) return isGone(given) ? leaveScope(given, *element.variable, held) : OnPath::Goes;
    const Stmt &statement = *element.statement;
    if (const auto *result = dyn_cast<clang::ReturnStmt>(&statement)) return leave(given, *result);
    if (isGone(given)) return use(given, statement);
    if (given.by && takesOut(statement)) given = {};
    if (!given.by && !owners) giveAway(given, statement, held);
    return OnPath::Goes;
  }

  static bool isGone(const Given &given) { return given.by && !given.until; }

  OnPath use(const Given &given, const Stmt &statement) {
    std::string subject = scope.touched(statement);
    if (subject.empty() || isUnlocked(statement)) return OnPath::Goes;
    if (!isInOwnLoop(given.by, statement)) report(Form::TouchesPublished, llvm::cast<Expr>(statement).getExprLoc(), subject, given.by);
    return OnPath::Ends;
  }

  /// A lock of tasks that the coroutine holds: who resumes it takes that first. Of threads' locks see HeldLocks.
  bool isUnlocked(const Stmt &statement) const {
    return findInner<clang::CXXMemberCallExpr>(scope.function().getBody(), [&](const clang::CXXMemberCallExpr &call) {
      const clang::CXXMethodDecl *method = call.getMethodDecl();
      if (!method || !method->getIdentifier() || !hasWord(method->getName(), {"unlock"})) return false;
      const Expr *object = call.getImplicitObjectArgument();
      const clang::CXXRecordDecl *record = object->getType().getNonReferenceType()->getAsCXXRecordDecl();
      bool isThreads = record && record->isInStdNamespace();
      return !isThreads && isIn(&statement, &call);
    });
  }

  /// `while (!queue.try_push(handle)) { ... }`: behind the push that succeeds, the loop is over.
  bool isInOwnLoop(const Stmt *by, const Stmt &statement) const {
    return findInner<Stmt>(scope.function().getBody(), [&](const Stmt &inner) {
      std::optional<LoopView> loop = loopView(inner);
      return loop && loop->condition && isIn(by, loop->condition) && isIn(&statement, &inner);
    });
  }

  /// A guard of the awaiter's own mutex unlocks what may be gone, another one calls what uses it.
  OnPath leaveScope(const Given &given, const clang::VarDecl &variable, const HeldLocks &held) {
    if (scope.touchedAtEnd(variable)) {
      report(Form::TouchesPublished, variable.getLocation(), variable.getNameAsString(), given.by);
      return OnPath::Ends;
    }
    for (const HeldLock &lock : held.locks) {
      const auto *mutex = llvm::dyn_cast_or_null<clang::FieldDecl>(lock.mutex);
      if (lock.holder != &variable || !mutex || !isOwn(*mutex)) continue;
      report(Form::TouchesPublished, variable.getLocation(), mutex->getNameAsString(), given.by);
      return OnPath::Ends;
    }
    return OnPath::Goes;
  }

  OnPath leave(const Given &given, const clang::ReturnStmt &result) {
    const Expr *value = result.getRetValue();
    if (!answers || !given.by || given.mayBeBack || !value) return OnPath::Goes;
    const auto *literal = dyn_cast<clang::CXXBoolLiteralExpr>(value->IgnoreParenImpCasts());
    bool resumesAtOnce = (literal && !literal->getValue()) || scope.isHandle(value);
    if (resumesAtOnce) report(Form::PublishedAndFalse, result.getReturnLoc(), literal ? "false" : std::string(textOf(*value)), given.by);
    return OnPath::Goes;
  }

  std::string_view textOf(const Expr &expression) { return unit.facts.text(unit.text(expression.getSourceRange())); }

  static bool takesOut(const Stmt &statement) {
    const auto *call = dyn_cast<clang::CXXMemberCallExpr>(&statement);
    const clang::CXXMethodDecl *method = call ? call->getMethodDecl() : nullptr;
    if (!method || !method->getIdentifier()) return false;
    llvm::StringRef name = method->getName();
    return name.starts_with("pop") || name.starts_with("erase") || name.starts_with("remove") || name == "clear" || name == "unlink";
  }

  void giveAway(Given &given, const Stmt &statement, const HeldLocks &held) {
    if (calledScope(statement, scope, unit) && depth > 0) ownCalls.push_back(&statement);
    Publication found = publication(statement, scope, held, unit, depth);
    if (found.when == When::Never && given.isStored && resumesOther(statement)) found = {When::AtOnce, unit.string("resume"), nullptr};
    if (found.when == When::AtOnce && goesIntoOwnObject(statement)) found.when = When::Stored;
    if (found.when == When::Stored) given.isStored = true;
    if (found.when != When::AtOnce && found.when != When::AtUnlock) return;
    given.by = &statement;
    given.until = found.lock ? found.lock : awaitedByDestructor(held);
    through[&statement] = found.through;
  }

  /// The awaiter puts itself into a part of something that has been made here and that nobody else knows yet:
  /// `signal made; subscribe(made.state->chain);`
  static bool goesIntoOwnObject(const Stmt &statement) {
    const auto *call = dyn_cast<clang::CXXMemberCallExpr>(&statement);
    if (!call || !isa<clang::CXXThisExpr>(unwrap(call->getImplicitObjectArgument()))) return false;
    return llvm::any_of(call->arguments(), [](const Expr *argument) {
      const Expr *part = argument->isLValue() ? unwrap(argument) : nullptr;
      bool isPart = part && isa<clang::MemberExpr>(part);
      for (unsigned steps = 0; part && steps < 8; ++steps) {
        const auto *member = dyn_cast<clang::MemberExpr>(part);
        const auto *arrow = dyn_cast<clang::CXXOperatorCallExpr>(part);
        if (!member && !arrow) break;
        part = unwrap(member ? member->getBase() : arrow->getArg(0));
      }
      const auto *name = llvm::dyn_cast_or_null<clang::DeclRefExpr>(part);
      const auto *variable = name ? dyn_cast<clang::VarDecl>(name->getDecl()) : nullptr;
      const auto *made = variable && variable->isLocalVarDecl() ? llvm::dyn_cast_or_null<clang::CXXConstructExpr>(variable->getInit()) : nullptr;
      return isPart && made && made->getNumArgs() == 0;
    });
  }

  /// The lock that the awaiter's destructor takes first: until it is given up here, the awaiter lives.
  const clang::ValueDecl *awaitedByDestructor(const HeldLocks &held) const {
    if (!scope.isInAwaiter()) return nullptr;
    for (const HeldLock &lock : held.locks) {
      const auto *mutex = llvm::dyn_cast_or_null<clang::FieldDecl>(lock.mutex);
      const auto *record = mutex ? dyn_cast<clang::CXXRecordDecl>(mutex->getParent()) : nullptr;
      const clang::CXXDestructorDecl *destructor = record ? record->getDestructor() : nullptr;
      if (destructor && isOwn(*mutex) && locksFirst(readableBody(destructor, unit), *mutex)) return lock.holder;
    }
    return nullptr;
  }

  bool isOwn(const clang::FieldDecl &field) const {
    const auto *method = dyn_cast<clang::CXXMethodDecl>(&scope.function());
    bool isOfClass = method && field.getParent()->getCanonicalDecl() == method->getParent()->getCanonicalDecl();
    return scope.isInAwaiter() && isOfClass && !field.getType()->isReferenceType() && !field.getType()->isPointerType();
  }

  /// The coroutine that is resumed goes on with this one when it has ended. Who returns a bool may have arranged with it
  /// that it does not.
  bool resumesOther(const Stmt &statement) const {
    if (!scope.function().getReturnType()->isVoidType()) return false;
    const auto *call = dyn_cast<clang::CallExpr>(&statement);
    const clang::FunctionDecl *callee = call ? call->getDirectCallee() : nullptr;
    return callee && resumesHandle(*callee);
  }

  bool follow(Given &given, const FlowEdge &edge) {
    if (edge.kind == EdgeKind::Unwind) given = {}; // perhaps it is the giving that has failed
    if (given.by && edge.condition) {
      Says says = saysOf(edge.condition, edge.whenTrue, given.by);
      if (says == Says::False || says == Says::Something) given = {};
      else if (says == Says::Nothing && asksSomething(*edge.condition)) given.mayBeBack = true;
    }
    if (const clang::CallExpr *dropped = owners ? leftToOthers(edge, *owners) : nullptr) {
      given = {.by = dropped};
      bool isMember = isa<clang::CXXMemberCallExpr>(dropped); // owners.fetch_sub, else --owners
      through[dropped] = unit.text((isMember ? dropped->getCallee() : dropped)->getSourceRange());
    }
    if (edge.target == graph->exit() && edge.kind == EdgeKind::Flow && !given.by) leavesWithout = true;
    return true;
  }

  void report(Form form, clang::SourceLocation place, std::string subject, const Stmt *by) {
    if (llvm::none_of(uses, [&](const Use &use) { return use.place == place; }))
      uses.push_back({form, place, std::move(subject), by, through[by]});
  }

  const HandleScope &scope;
  UnitContext &unit;
  unsigned depth;
  bool answers;
  const clang::FieldDecl *owners;
  std::optional<SuspensionCfg> graph;
  std::map<const FlowElement *, HeldLocks> heldBefore;
  std::map<const Stmt *, StringId> through;
};

/// `return start(handle);`
bool isReturned(const Stmt *call, const HandleScope &scope) {
  return findInner<clang::ReturnStmt>(scope.function().getBody(), [&](const clang::ReturnStmt &result) {
    return result.getRetValue() && isResult(result.getRetValue(), call);
  });
}

void findUses(const HandleScope &scope, UnitContext &unit, unsigned depth, bool answers) {
  const clang::FieldDecl *owners = ownerCount(scope);
  if (agreesWhoGoesOn(scope, unit, owners) || beginsLikeDestructor(scope, unit)) return;
  Search search(scope, unit, depth, answers, owners);
  search.run();
  for (const Search::Use &use : search.uses)
    unit.facts.authorMistakes.push_back({unit.place(use.place), use.form, unit.string(use.subject), use.through,
                                         unit.place(use.by->getBeginLoc()), {}});
  if (depth == 0) return;
  for (const Stmt *call : search.ownCalls) {
    std::optional<HandleScope> inner = calledScope(*call, scope, unit);
    if (inner && inner->isInAwaiter()) findUses(*inner, unit, depth - 1, answers && isReturned(call, scope));
  }
}

} // namespace

void findPublishedUses(const HandleScope &scope, UnitContext &unit) { findUses(scope, unit, 2, true); }

bool alwaysPublishes(const HandleScope &scope, UnitContext &unit, unsigned depth) {
  Search search(scope, unit, depth);
  search.run();
  return search.isBuilt() && !search.leavesWithout;
}

} // namespace coroguard
