#include "facts/fix_spots.h"
#include "facts/inner_statements.h"
#include <clang/AST/TypeLoc.h>
#include <clang/Lex/Lexer.h>

namespace coroguard {
namespace {

using clang::SourceLocation;
using clang::Stmt;
using llvm::dyn_cast;
using llvm::isa;

/// Behind the statement and its semicolon.
SourceLocation behind(const Stmt &statement, const clang::ASTContext &ast) {
  const clang::SourceManager &sources = ast.getSourceManager();
  SourceLocation last = statement.getEndLoc();
  auto next = clang::Lexer::findNextToken(last, sources, ast.getLangOpts());
  if (!isa<clang::DeclStmt>(statement) && next && next->is(clang::tok::semi)) last = next->getLocation();
  return clang::Lexer::getLocForEndOfToken(last, 0, sources, ast.getLangOpts());
}

/// A block, and where in it a guard is declared and a later statement suspends.
struct GuardedBlock {
  llvm::SmallVector<const Stmt *, 16> statements;
  size_t guard = 0, suspending = 0;

  llvm::ArrayRef<const Stmt *> inside() const {
    return llvm::ArrayRef(statements).slice(guard, suspending - guard);
  }
  llvm::ArrayRef<const Stmt *> rest() const { return llvm::ArrayRef(statements).drop_front(suspending); }
};

bool declaresOnly(const Stmt &statement, const clang::VarDecl &variable) {
  const auto *declared = dyn_cast<clang::DeclStmt>(&statement);
  return declared && declared->isSingleDecl() && declared->getSingleDecl() == &variable;
}

std::optional<GuardedBlock> blockOf(const clang::VarDecl &guard, const clang::Expr &suspension, const Stmt *body) {
  std::vector<const Stmt *> around = writtenAround(body, suspension);
  for (size_t i = 0; i + 1 < around.size(); ++i) {
    const auto *block = dyn_cast<clang::CompoundStmt>(around[i]);
    if (!block) continue;
    GuardedBlock found{{block->body_begin(), block->body_end()}};
    auto index = [&](auto predicate) -> size_t { return llvm::find_if(found.statements, predicate) - found.statements.begin(); };
    found.guard = index([&](const Stmt *each) { return declaresOnly(*each, guard); });
    found.suspending = index([&](const Stmt *each) { return each == around[i + 1]; });
    if (found.suspending < found.statements.size() && found.guard + 1 < found.suspending) return found;
  }
  return std::nullopt;
}

/// Does what comes behind name something that is declared here, or jump here?
bool isNeededBehind(const Stmt &statement, llvm::ArrayRef<const Stmt *> rest) {
  if (isa<clang::SwitchCase, clang::LabelStmt>(statement)) return true;
  const auto *declared = dyn_cast<clang::DeclStmt>(&statement);
  return declared && llvm::any_of(declared->decls(), [&](const clang::Decl *decl) {
    const auto *value = dyn_cast<clang::VarDecl>(decl);
    if (!value || isa<clang::DecompositionDecl>(value)) return true; // a type, several names
    return llvm::any_of(rest, [&](const Stmt *later) { return mentions(later, *value); });
  });
}

} // namespace

BraceSpot bracesAround(const clang::VarDecl &guard, const clang::Expr &suspension, const clang::FunctionDecl &function,
                       UnitContext &unit) {
  auto block = blockOf(guard, suspension, function.getBody());
  if (!block) return {};
  for (const Stmt *statement : block->inside()) {
    if (statement->getBeginLoc().isMacroID() || statement->getEndLoc().isMacroID()) return {};
    if (isNeededBehind(*statement, block->rest())) return {};
    if (findInner<clang::CoroutineSuspendExpr>(statement)) return {};
  }
  const Stmt &last = *block->inside().back();
  return {unit.place(block->inside().front()->getBeginLoc()), unit.place(behind(last, unit.ast))};
}

OwnClosureSpot ownClosure(const clang::LambdaExpr &closure, UnitContext &unit) {
  const clang::CXXMethodDecl *callOperator = closure.getCallOperator();
  bool hasObject = callOperator->isStatic() || callOperator->isExplicitObjectMemberFunction() || closure.isMutable();
  SourceLocation introduced = closure.getIntroducerRange().getEnd();
  if (!unit.ast.getLangOpts().CPlusPlus23 || hasObject || introduced.isMacroID()) return {};
  auto behindToken = [&](SourceLocation token) {
    return unit.place(clang::Lexer::getLocForEndOfToken(token, 0, unit.ast.getSourceManager(), unit.ast.getLangOpts()));
  };
  using Form = OwnClosureSpot::Form;
  if (!closure.hasExplicitParameters())
    return closure.getTemplateParameterList() ? OwnClosureSpot{} : OwnClosureSpot{behindToken(introduced), Form::List};
  const clang::TypeSourceInfo *written = callOperator->getTypeSourceInfo();
  auto type = written ? written->getTypeLoc().getAsAdjusted<clang::FunctionTypeLoc>() : clang::FunctionTypeLoc();
  if (!type || type.getLParenLoc().isMacroID()) return {};
  return {behindToken(type.getLParenLoc()), callOperator->param_empty() ? Form::Only : Form::First};
}

} // namespace coroguard
