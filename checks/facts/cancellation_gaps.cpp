#include "facts/cancellation_gaps.h"
#include "facts/failed_try.h"
#include "facts/inner_statements.h"
#include "facts/loop_view.h"
#include "facts/readable_body.h"
#include "facts/real_suspension.h"
#include "language/callee.h"
#include "language/name_words.h"

namespace coroguard {
namespace {

using clang::CXXCatchStmt;
using clang::CXXRecordDecl;
using clang::CXXTryStmt;
using clang::Expr;
using clang::Stmt;
using llvm::dyn_cast;
using llvm::isa;

/// The class of that complete name, if this unit has seen it.
const CXXRecordDecl *findRecord(const clang::ASTContext &ast, llvm::StringRef name) {
  const clang::DeclContext *scope = ast.getTranslationUnitDecl();
  while (scope) {
    auto [first, rest] = name.split("::");
    const clang::DeclContext *next = nullptr;
    for (const clang::NamedDecl *decl : scope->lookup(&ast.Idents.get(first))) {
      const clang::NamedDecl *found = decl->getUnderlyingDecl();
      const auto *record = dyn_cast<CXXRecordDecl>(found);
      if (rest.empty() && record) return record->getDefinition();
      next = record ? static_cast<const clang::DeclContext *>(record) : dyn_cast<clang::NamespaceDecl>(found);
    }
    if (rest.empty()) return nullptr;
    scope = next, name = rest;
  }
  return nullptr;
}

enum class Catches { Not, Exactly, AsAnother };

Catches catches(const CXXCatchStmt &handler, const CXXRecordDecl *cancellation) {
  if (!handler.getExceptionDecl()) return Catches::AsAnother;
  const CXXRecordDecl *caught = handler.getCaughtType().getNonReferenceType()->getAsCXXRecordDecl();
  if (!caught || !cancellation || !caught->hasDefinition()) return Catches::Not;
  if (caught->getCanonicalDecl() == cancellation->getCanonicalDecl()) return Catches::Exactly;
  return cancellation->isDerivedFrom(caught) ? Catches::AsAnother : Catches::Not;
}

/// An exception that carries a code stands for other errors, too: catching it need not mean the cancellation.
bool hasCode(const CXXRecordDecl &exception, const clang::ASTContext &ast) {
  return !exception.lookup(&ast.Idents.get("code")).empty();
}

/// Words by which code shows that it knows it may have been asked to end.
bool speaksOfTheEnd(llvm::StringRef name) {
  return hasWord(name, {"cancel",     "cancelled",  "canceled",   "cancellation", "abort",      "aborted",     "aborting",
                        "stop",       "stopped",    "stopping",   "stopper",      "shut",       "shutdown",    "shutting",
                        "close",      "closed",     "closing",    "terminate",    "terminated", "terminating", "interrupt",
                        "interrupted", "interruption", "exit",      "exiting",    "exited",       "quit",       "quitting",    "running",
                        "alive",      "done",       "finish",     "finished",     "finishing",  "ending",      "ended",
                        "leaving"});
}

const clang::ValueDecl *declOf(const Stmt &statement) {
  const auto *name = dyn_cast<clang::DeclRefExpr>(&statement);
  const auto *member = dyn_cast<clang::MemberExpr>(&statement);
  return name ? name->getDecl() : member ? member->getMemberDecl() : nullptr;
}

bool callsNamed(const Stmt *statement, llvm::StringRef name) {
  return findInner<Expr>(statement, [&](const Expr &inner) {
    const auto *callee = llvm::dyn_cast_or_null<clang::FunctionDecl>(declOf(inner));
    return callee && callee->getIdentifier() && callee->getName() == name;
  });
}

/// Is it asked for by a name, or by a variable that such a name was put into?
bool asks(const Stmt *question, int depth = 0) {
  return findInner<Expr>(question, [&](const Expr &inner) {
    const clang::ValueDecl *decl = declOf(inner);
    if (decl && decl->getIdentifier() && speaksOfTheEnd(decl->getName())) return true;
    const auto *variable = llvm::dyn_cast_or_null<clang::VarDecl>(decl);
    return depth == 0 && variable && variable->isLocalVarDecl() && variable->getInit() && asks(variable->getInit(), 1);
  });
}

/// The conditions that a statement decides by, and what it returns.
const Stmt *questionOf(const Stmt &statement) {
  if (const auto *branch = dyn_cast<clang::IfStmt>(&statement)) return branch->getCond();
  if (const auto *choice = dyn_cast<clang::SwitchStmt>(&statement)) return choice->getCond();
  if (const auto *choice = dyn_cast<clang::ConditionalOperator>(&statement)) return choice->getCond();
  if (std::optional<LoopView> loop = loopView(statement)) return loop->condition;
  const auto *result = dyn_cast<clang::ReturnStmt>(&statement);
  return result ? result->getRetValue() : nullptr;
}

/// Does a condition in the statement ask for the end, or is a function called that throws when it has been asked for?
bool asksForTheEnd(const Stmt *statement) {
  return findInner<Stmt>(statement, [](const Stmt &inner) {
    const Stmt *question = questionOf(inner);
    if (question && asks(question)) return true;
    const auto *call = dyn_cast<clang::CallExpr>(&inner);
    const clang::FunctionDecl *callee = call ? call->getDirectCallee() : nullptr;
    return callee && callee->getIdentifier() && speaksOfTheEnd(callee->getName()) &&
           hasWord(callee->getName(), {"throw", "check", "cancelled", "canceled", "cancellation", "interrupted", "interruption"});
  });
}

/// Is the jump one that leaves what is around the handler, and not only a switch or loop within it?
bool leavesHandler(const Stmt &handler, const Stmt &jump) {
  for (const Stmt *outer : writtenAround(&handler, jump))
    if (isa<clang::SwitchStmt, clang::ForStmt, clang::WhileStmt, clang::DoStmt, clang::CXXForRangeStmt>(outer)) return false;
  return true;
}

/// Does the statement, or a function that it calls, throw?
bool mayThrow(const Stmt *statement, UnitContext &unit, int depth = 0) {
  return findInner<Expr>(statement, [&](const Expr &inner) {
    if (isa<clang::CXXThrowExpr>(inner)) return true;
    const auto *call = dyn_cast<clang::CallExpr>(&inner);
    const clang::FunctionDecl *callee = call ? call->getDirectCallee() : nullptr;
    if (!callee) return false;
    bool isNamed = callee->getIdentifier() && callee->getName().contains_insensitive("rethrow");
    const Stmt *body = depth < 2 ? readableBody(callee, unit) : nullptr;
    return isNamed || callee->isNoReturn() || (body && !isa<clang::CoroutineBodyStmt>(body) && mayThrow(body, unit, depth + 1));
  });
}

/// Does it look at the exception: is it kept, is a code compared, a type asked for?
bool looks(const Stmt *handler) {
  bool asksCode = findInner<Stmt>(handler, [](const Stmt &inner) {
    const auto *binary = dyn_cast<clang::BinaryOperator>(&inner);
    const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(&inner);
    bool compares = (binary && binary->isComparisonOp()) || (op && op->isComparisonOp());
    const Stmt *question = compares ? &inner : questionOf(inner);
    return question && callsNamed(question, "code");
  });
  return asksCode || callsNamed(handler, "current_exception") || findInner<clang::CXXDynamicCastExpr>(handler);
}

/// `running = false;`
bool saysThatItEnds(const Stmt *handler) {
  return findInner<Expr>(handler, [](const Expr &inner) {
    const auto *binary = dyn_cast<clang::BinaryOperator>(&inner);
    const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(&inner);
    const Expr *target = binary && binary->isAssignmentOp() ? binary->getLHS() : op && op->isAssignmentOp() ? op->getArg(0) : nullptr;
    const clang::ValueDecl *decl = target ? declOf(*unwrap(target)) : nullptr;
    return decl && decl->getIdentifier() && speaksOfTheEnd(decl->getName());
  });
}

/// Does the handler, somewhere, leave, or keep the exception, or look which one it is?
bool dealsWithIt(const CXXCatchStmt &handler, UnitContext &unit) {
  const Stmt *block = handler.getHandlerBlock();
  bool leaves = findInner<Stmt>(block, [&](const Stmt &inner) {
    if (isa<clang::ReturnStmt, clang::CoreturnStmt, clang::GotoStmt>(inner)) return true;
    return isa<clang::BreakStmt>(inner) && leavesHandler(*block, inner);
  });
  return leaves || mayThrow(block, unit) || looks(block) || saysThatItEnds(block) || asksForTheEnd(block);
}

/// Does it leave a mark in a variable that the rest of the loop looks at?
bool marks(const CXXCatchStmt &handler, const Stmt *loop) {
  llvm::DenseSet<const clang::Decl *> changed;
  llvm::DenseSet<const Stmt *> own;
  forEachInner(handler.getHandlerBlock(), [&](const Stmt &inner) {
    own.insert(&inner);
    const Expr *target = nullptr;
    if (const auto *binary = dyn_cast<clang::BinaryOperator>(&inner); binary && binary->isAssignmentOp()) target = binary->getLHS();
    if (const auto *unary = dyn_cast<clang::UnaryOperator>(&inner); unary && unary->isIncrementDecrementOp()) target = unary->getSubExpr();
    if (const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(&inner); op && op->isAssignmentOp()) target = op->getArg(0);
    const auto *name = target ? dyn_cast<clang::DeclRefExpr>(unwrap(target)) : nullptr;
    const auto *member = target ? dyn_cast<clang::MemberExpr>(unwrap(target)) : nullptr;
    if (name) changed.insert(name->getDecl());
    if (member) changed.insert(member->getMemberDecl());
  });
  return findInner<Expr>(loop, [&](const Expr &inner) {
    const auto *name = dyn_cast<clang::DeclRefExpr>(&inner);
    const auto *member = dyn_cast<clang::MemberExpr>(&inner);
    return !own.contains(&inner) && ((name && changed.contains(name->getDecl())) || (member && changed.contains(member->getMemberDecl())));
  });
}

class SwallowFinder {
public:
  SwallowFinder(const TaskType &task, Function &facts, UnitContext &unit) : task(task), facts(facts), unit(unit) {}

  void walk(const Stmt *statement, const Stmt *loop) {
    if (!statement || isa<clang::LambdaExpr>(statement)) return;
    if (const auto *block = dyn_cast<CXXTryStmt>(statement); block && loop) judge(*block, *loop);
    bool isLoop = isa<clang::WhileStmt, clang::DoStmt, clang::ForStmt>(statement);
    bool isInEndless = loop && loopView(*loop)->isEndless(unit.ast);
    if (isa<clang::CXXForRangeStmt>(statement) && !isInEndless) loop = nullptr; // it ends
    if (isLoop) loop = statement;
    for (const Stmt *child : statement->children()) walk(child, loop);
  }

private:
  /// Endless, or one that is left when the try block has succeeded, so that the handler means "once more".
  bool goesOn(const CXXTryStmt &block, const Stmt &loop) {
    LoopView view = *loopView(loop);
    if (failureLeaves(block, view, unit.ast)) return false;
    if (view.isEndless(unit.ast)) return true;
    const Expr *condition = view.condition;
    bool counts = !findInner<clang::CallExpr>(condition) && dyn_cast<clang::BinaryOperator>(condition->IgnoreParenImpCasts());
    return counts && findInner<Stmt>(block.getTryBlock(), [](const Stmt &inner) { return isa<clang::BreakStmt, clang::CoreturnStmt>(inner); });
  }

  const Expr *suspensionIn(const Stmt *statement, const Stmt *except = nullptr) {
    llvm::DenseSet<const Stmt *> left;
    if (except) forEachInner(except, [&](const Stmt &inner) { left.insert(&inner); });
    return findInner<clang::CoroutineSuspendExpr>(statement, [&](const clang::CoroutineSuspendExpr &inner) {
      return !left.contains(&inner) && maySuspend(inner, unit);
    });
  }

  /// In a library where every later await throws as well, one outside the try block ends the loop.
  bool endsAnyway(const CXXTryStmt &block, const Stmt &loop) {
    return task.cancels != TaskType::Cancels::Once && suspensionIn(&loop, &block);
  }

  void judge(const CXXTryStmt &block, const Stmt &loop) {
    const Expr *await = suspensionIn(block.getTryBlock());
    if (!await || !goesOn(block, loop) || endsAnyway(block, loop) || asksForTheEnd(&loop)) return;
    for (const std::string &name : task.cancelledBy) {
      const CXXRecordDecl *cancellation = findRecord(unit.ast, name);
      if (!cancellation) continue;
      for (unsigned i = 0; i < block.getNumHandlers(); ++i) {
        const CXXCatchStmt &handler = *block.getHandler(i);
        Catches how = catches(handler, cancellation);
        if (how == Catches::Not) continue;
        bool isMeant = how == Catches::Exactly && !hasCode(*cancellation, unit.ast);
        if (!isMeant && !dealsWithIt(handler, unit) && !marks(handler, &loop)) return add(handler, *cancellation, name, *await);
        break;
      }
    }
  }

  void add(const CXXCatchStmt &handler, const CXXRecordDecl &exception, llvm::StringRef cancellation, const Expr &await) {
    CancellationGap gap;
    gap.form = CancellationGap::Form::Swallowed;
    gap.place = unit.place(handler.getCatchLoc());
    if (handler.getExceptionDecl()) gap.subject = unit.name(*handler.getCaughtType().getNonReferenceType()->getAsCXXRecordDecl());
    gap.name = unit.string(cancellation);
    gap.other = unit.place(await.getBeginLoc());
    bool canPass = !hasCode(exception, unit.ast) && !handler.getCatchLoc().isMacroID();
    if (canPass) gap.fix = unit.place(handler.getCatchLoc());
    facts.cancellationGaps.push_back(std::move(gap));
  }

  const TaskType &task;
  Function &facts;
  UnitContext &unit;
};

/// Is something else put into the variable behind its declaration?
bool isChanged(const clang::VarDecl &variable) {
  const auto *function = dyn_cast<clang::FunctionDecl>(variable.getDeclContext());
  return function && findInner<Expr>(function->getBody(), [&](const Expr &inner) {
    const auto *binary = dyn_cast<clang::BinaryOperator>(&inner);
    const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(&inner);
    const auto *unary = dyn_cast<clang::UnaryOperator>(&inner);
    const Expr *target = binary && binary->isAssignmentOp()            ? binary->getLHS()
                         : op && op->isAssignmentOp()                  ? op->getArg(0)
                         : unary && unary->getOpcode() == clang::UO_AddrOf ? unary->getSubExpr()
                                                                       : nullptr;
    const auto *name = target ? dyn_cast<clang::DeclRefExpr>(unwrap(target)) : nullptr;
    return name && name->getDecl() == &variable;
  });
}

/// The function whose body the limit is for: a lambda, or the coroutine that is called.
const clang::FunctionDecl *limitedBody(const Expr *argument) {
  const Expr *value = unwrap(argument);
  if (const auto *closure = dyn_cast<clang::LambdaExpr>(value)) return closure->getCallOperator();
  if (const auto *name = dyn_cast<clang::DeclRefExpr>(value)) { // a lambda or a task kept in a variable
    const auto *variable = dyn_cast<clang::VarDecl>(name->getDecl());
    if (!variable || !variable->isLocalVarDecl() || !variable->getInit() || isChanged(*variable)) return nullptr;
    return isa<clang::DeclRefExpr>(unwrap(variable->getInit())) ? nullptr : limitedBody(variable->getInit());
  }
  const auto *call = dyn_cast<clang::CallExpr>(value);
  const clang::FunctionDecl *callee = call ? call->getDirectCallee() : nullptr;
  const auto *method = llvm::dyn_cast_or_null<clang::CXXMethodDecl>(callee);
  return method && method->isVirtual() ? nullptr : callee;
}

} // namespace

void findSwallowedCancellation(const clang::FunctionDecl &function, Function &facts, UnitContext &unit) {
  if (facts.suspensions.empty()) return;
  const TaskType *task = unit.lookup.taskType(function.getReturnType());
  const auto *body = llvm::dyn_cast_or_null<clang::CoroutineBodyStmt>(function.getBody());
  if (task && !task->cancelledBy.empty() && body) SwallowFinder(*task, facts, unit).walk(body->getBody(), nullptr);
}

void findIdleTimeLimit(const Expr &call, const clang::FunctionDecl &callee, llvm::ArrayRef<const Expr *> arguments,
                       Function &facts, UnitContext &unit) {
  const TimeLimit *limit = unit.lookup.timeLimit(callee);
  if (!limit || limit->body >= arguments.size()) return;
  const clang::FunctionDecl *body = limitedBody(arguments[limit->body]);
  if (!body || body->isDependentContext() || !readableBody(body, unit)) return;
  const clang::FunctionDecl *definition = body->getDefinition();
  auto view = CoroutineView::of(*definition);
  if (!view) return;
  bool suspends = llvm::any_of(view->suspensions(), [&](const SuspensionPoint &point) {
    const auto *expression = dyn_cast<clang::CoroutineSuspendExpr>(point.expression);
    return !expression || maySuspend(*expression, unit);
  });
  if (suspends) return;
  auto takesTime = [](const Stmt &inner) { return isa<clang::CallExpr, clang::ForStmt, clang::WhileStmt, clang::DoStmt, clang::CXXForRangeStmt>(inner); };
  if (!findInner<Stmt>(&view->writtenBody(), takesTime)) return; // a stub
  auto isForgotten = [&](const clang::CallExpr &inner) { return unit.valueType(inner.getType()).canBeAwaited(); };
  if (findInner<clang::CallExpr>(&view->writtenBody(), isForgotten)) return; // it means to await that
  CancellationGap gap;
  gap.form = CancellationGap::Form::NoSuspensionInside;
  gap.place = unit.place(call.getBeginLoc());
  gap.subject = unit.name(callee);
  gap.name = unit.name(*definition);
  gap.other = unit.place(definition->getLocation());
  facts.cancellationGaps.push_back(std::move(gap));
}

} // namespace coroguard
