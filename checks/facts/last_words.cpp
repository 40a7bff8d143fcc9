#include "facts/last_words.h"
#include "facts/inner_statements.h"
#include "facts/unit_context.h"

namespace coroguard {
namespace {

using clang::Expr;
using clang::FunctionDecl;
using clang::Stmt;
using llvm::dyn_cast;

constexpr unsigned deepest = 3;

bool endsProcess(const Stmt *last, unsigned depth);

/// One without a body is the C library's, or a prototype that says so: what serves for ever has a loop to show.
bool endsProcess(const FunctionDecl &callee, unsigned depth) {
  if (!callee.isNoReturn()) return false;
  const auto *body = llvm::dyn_cast_or_null<clang::CompoundStmt>(callee.getBody());
  if (!body) return !callee.hasBody();
  return depth < deepest && !body->body_empty() && endsProcess(body->body_back(), depth + 1);
}

bool endsProcess(const Stmt *last, unsigned depth) {
  const auto *expression = dyn_cast<Expr>(last);
  const auto *call = expression ? dyn_cast<clang::CallExpr>(unwrap(expression->IgnoreImplicit())) : nullptr;
  const FunctionDecl *callee = call ? call->getDirectCallee() : nullptr;
  return callee && endsProcess(*callee, depth);
}

/// A break of a loop inside of the block is taken for one that leaves the block.
bool leaves(const Stmt &part) {
  return llvm::isa<clang::ReturnStmt, clang::CoreturnStmt, clang::BreakStmt, clang::ContinueStmt, clang::GotoStmt, clang::CXXThrowExpr,
                   clang::CoroutineSuspendExpr>(part);
}

} // namespace

bool endsProcess(const Expr &call) { return endsProcess(&call, 0); }

bool endsProcess(const clang::CompoundStmt &block) {
  if (block.body_empty() || !endsProcess(block.body_back(), 0)) return false;
  return !findInner<Stmt>(&block, leaves);
}

} // namespace coroguard
