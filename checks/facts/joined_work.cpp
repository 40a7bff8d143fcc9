#include "facts/joined_work.h"
#include "facts/inner_statements.h"
#include "facts/waits.h"
#include "language/callee.h"
#include "language/name_words.h"
#include <clang/Basic/SourceManager.h>

namespace coroguard {

using clang::Stmt;
using llvm::dyn_cast;
using llvm::isa;

bool waits(const clang::CallExpr &call, UnitContext &unit) {
  Callee callee = resolveCallee(call);
  if (callee.isIndirect()) return false;
  if (unit.lookup.loopRunner(*callee.function)) return true;
  const BlockingCall *blocking = unit.lookup.blocking(*callee.function);
  if (blocking && (blocking->family == "wait" || blocking->family == "sync" || blocking->family == "sleep"))
    return true;
  const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&call);
  const clang::Expr *object = member ? member->getImplicitObjectArgument() : nullptr;
  llvm::ArrayRef<const clang::Expr *> arguments(call.getArgs(), call.getNumArgs());
  return waitsByShape(*callee.function, object, arguments, unit) || mayRunToEnd(*callee.function, object, unit) ||
         goesOnUntilDone(*callee.function, unit);
}

/// A member that is named for waiting or for running what is there: join(), sync_wait(), runAll(), stop().
static bool isNamedLikeWait(const clang::CallExpr &call) {
  const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&call);
  const clang::CXXMethodDecl *method = member ? member->getMethodDecl() : nullptr;
  if (!method || !method->getIdentifier()) return false;
  return hasWord(method->getName(), {"join", "wait", "await", "run", "poll", "stop", "close", "shutdown", "drain", "get", "exec", "loop"});
}

bool mayBeJoinedBehind(const clang::FunctionDecl &function, const Stmt &started, UnitContext &unit) {
  const clang::SourceManager &sources = unit.ast.getSourceManager();
  clang::SourceLocation from = sources.getExpansionLoc(started.getEndLoc());
  for (const Stmt *outer : writtenAround(function.getBody(), started))
    if (isa<clang::ForStmt, clang::WhileStmt, clang::DoStmt, clang::CXXForRangeStmt>(outer))
      from = sources.getExpansionLoc(outer->getBeginLoc());
  return findInner<clang::Expr>(function.getBody(), [&](const clang::Expr &inner) {
    if (!sources.isBeforeInTranslationUnit(from, sources.getExpansionLoc(inner.getEndLoc()))) return false;
    const auto *call = dyn_cast<clang::CallExpr>(&inner);
    return isa<clang::CoawaitExpr, clang::CoyieldExpr>(inner) ||
           (call && (waits(*call, unit) || isNamedLikeWait(*call)));
  });
}

} // namespace coroguard
