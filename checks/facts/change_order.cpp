#include "facts/change_order.h"
#include "facts/inner_statements.h"
#include <clang/Basic/SourceManager.h>

namespace coroguard {
namespace {

using clang::Expr;
using clang::FunctionDecl;
using clang::Stmt;
using llvm::dyn_cast;

using Members = llvm::SmallPtrSet<const clang::ValueDecl *, 4>;

bool isSame(const FunctionDecl *one, const FunctionDecl &other) {
  return one && one->getCanonicalDecl() == other.getCanonicalDecl();
}

const clang::CXXRecordDecl *closureOf(const FunctionDecl &function) {
  const auto *method = dyn_cast<clang::CXXMethodDecl>(&function);
  return method && method->getParent()->isLambda() ? method->getParent() : nullptr;
}

/// Is the coroutine called in there, or made in there if it is a lambda?
bool starts(const Stmt *statement, const FunctionDecl &coroutine) {
  return findInner<Expr>(statement, [&](const Expr &part) {
    const auto *call = dyn_cast<clang::CallExpr>(&part);
    const auto *made = dyn_cast<clang::LambdaExpr>(&part);
    return (call && isSame(call->getDirectCallee(), coroutine)) ||
           (made && made->getLambdaClass() == closureOf(coroutine));
  });
}

void addMembers(const Stmt *statement, Members &members) {
  forEachInner(statement, [&](const Stmt &part) {
    const auto *member = dyn_cast<clang::MemberExpr>(&part);
    if (member && llvm::isa<clang::FieldDecl>(member->getMemberDecl())) members.insert(member->getMemberDecl());
  });
}

bool mentionsOne(const Stmt *statement, const Members &members) {
  return findInner<clang::MemberExpr>(
      statement, [&](const clang::MemberExpr &member) { return members.contains(member.getMemberDecl()); });
}

/// scope.spawn(run()), task = run()
void addKeepers(const Stmt *body, const FunctionDecl &coroutine, Members &keepers) {
  forEachInner(body, [&](const Stmt &part) {
    const Expr *keeper = nullptr, *given = nullptr;
    if (const auto *assignment = dyn_cast<clang::BinaryOperator>(&part)) {
      if (assignment->getOpcode() == clang::BO_Assign) keeper = assignment->getLHS(), given = assignment->getRHS();
    } else if (const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(&part)) {
      if (op->getOperator() == clang::OO_Equal) keeper = op->getArg(0), given = op->getArg(1);
    } else if (const auto *call = dyn_cast<clang::CXXMemberCallExpr>(&part)) {
      bool isGiven = llvm::any_of(call->arguments(), [&](const Expr *argument) { return starts(argument, coroutine); });
      if (isGiven) addMembers(call->getImplicitObjectArgument(), keepers);
    }
    if (keeper && starts(given, coroutine)) addMembers(keeper, keepers);
  });
}

/// The members that run the coroutine, itself or as what a lambda does that calls it.
Members keepersOf(const FunctionDecl &coroutine, const ObjectChanges &changes, unsigned depth = 0) {
  Members keepers;
  if (const clang::CXXRecordDecl *closure = closureOf(coroutine)) {
    const clang::DeclContext *context = closure->getParent();
    const auto *outer = llvm::dyn_cast_or_null<FunctionDecl>(context);
    if (outer) addKeepers(outer->getBody(), coroutine, keepers);
  }
  const ObjectChanges::Functions *callers = changes.knownCallers(coroutine);
  if (!callers) return keepers;
  for (const FunctionDecl *caller : *callers) {
    addKeepers(caller->getBody(), coroutine, keepers);
    if (!closureOf(*caller) || depth > 0) continue;
    Members around = keepersOf(*caller, changes, depth + 1);
    keepers.insert(around.begin(), around.end());
  }
  return keepers;
}

/// co_await scope.join(), co_await std::move(task): not what starts something else there.
bool waitsFor(const Stmt &part, const Members &keepers) {
  const auto *await = dyn_cast<clang::CoawaitExpr>(&part);
  if (const auto *loop = dyn_cast<clang::CXXForRangeStmt>(&part))
    return mentionsOne(loop->getRangeInit(), keepers) && findInner<clang::CoawaitExpr>(loop->getBody());
  const auto *call = llvm::dyn_cast_or_null<clang::CXXMemberCallExpr>(await ? unwrap(await->getOperand())
                                                                            : llvm::dyn_cast<Expr>(&part));
  if (call && call->getNumArgs() == 0) {
    const clang::CXXMethodDecl *method = call->getMethodDecl();
    bool joins =
        await || (method && method->getIdentifier() && llvm::is_contained({"join", "wait", "get"}, method->getName()));
    return joins && mentionsOne(call->getImplicitObjectArgument(), keepers);
  }
  return await && !call && mentionsOne(await->getOperand(), keepers);
}

/// Is every mention of the callee in there the operand of an await?
bool isAwaitedIn(const FunctionDecl &caller, const FunctionDecl &callee) {
  unsigned mentioned = 0, awaited = 0;
  forEachInner(caller.getBody(), [&](const Stmt &part) {
    const auto *member = dyn_cast<clang::MemberExpr>(&part);
    const auto *name = dyn_cast<clang::DeclRefExpr>(&part);
    const clang::ValueDecl *decl = member ? member->getMemberDecl() : name ? name->getDecl() : nullptr;
    mentioned += isSame(llvm::dyn_cast_or_null<FunctionDecl>(decl), callee);
    const auto *await = dyn_cast<clang::CoawaitExpr>(&part);
    const auto *call = await ? dyn_cast<clang::CallExpr>(unwrap(await->getOperand())) : nullptr;
    awaited += call && isSame(call->getDirectCallee(), callee);
  });
  return mentioned == awaited;
}

} // namespace

bool waitsFirst(const ObjectChange &change, const FunctionDecl &coroutine, const ObjectChanges &changes,
                UnitContext &unit) {
  const clang::SourceManager &sources = unit.ast.getSourceManager();
  Members keepers = keepersOf(coroutine, changes);
  return !keepers.empty() && findInner<Stmt>(change.by->getBody(), [&](const Stmt &part) {
    return sources.isBeforeInTranslationUnit(part.getBeginLoc(), change.at->getBeginLoc()) && waitsFor(part, keepers);
  });
}

bool takesTurns(const FunctionDecl &changer, const FunctionDecl &coroutine, const ObjectChanges &changes) {
  const ObjectChanges::Functions *ours = changes.onlyCallers(coroutine);
  const FunctionDecl *theirs = &changer;
  for (unsigned calls = 0; ours && calls < 3; ++calls) {
    const ObjectChanges::Functions *callers = changes.onlyCallers(*theirs);
    if (!callers || callers->size() != 1) return false;
    const FunctionDecl &caller = **callers->begin();
    bool isPlain = !llvm::isa_and_nonnull<clang::CoroutineBodyStmt>(theirs->getBody());
    if (!isPlain && !isAwaitedIn(caller, *theirs)) return false;
    if (ours->contains(&caller)) return isAwaitedIn(caller, coroutine);
    theirs = &caller;
  }
  return false;
}

} // namespace coroguard
