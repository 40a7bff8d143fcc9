#include "facts/fix_spots.h"
#include "facts/inner_statements.h"
#include <clang/AST/TypeLoc.h>
#include <clang/Basic/SourceManager.h>
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
  SourceLocation end;
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
    GuardedBlock found{{block->body_begin(), block->body_end()}, block->getRBracLoc()};
    auto index = [&](auto predicate) -> size_t { return llvm::find_if(found.statements, predicate) - found.statements.begin(); };
    found.guard = index([&](const Stmt *each) { return declaresOnly(*each, guard); });
    found.suspending = index([&](const Stmt *each) { return each == around[i + 1]; });
    if (found.suspending < found.statements.size() && found.guard + 1 < found.suspending) return found;
  }
  return std::nullopt;
}

/// Is the name, or a preprocessor's directive, written between the two places? Also where nothing is evaluated
/// (`decltype(name)`), and in code that this configuration leaves out.
bool isSpelled(llvm::StringRef name, SourceLocation from, SourceLocation to, const clang::ASTContext &ast) {
  const clang::SourceManager &sources = ast.getSourceManager();
  auto [file, begin] = sources.getDecomposedLoc(from);
  auto [lastFile, end] = sources.getDecomposedLoc(to);
  if (from.isMacroID() || to.isMacroID() || file != lastFile || end < begin) return true; // nobody knows
  llvm::StringRef text = sources.getBufferData(file);
  const char *first = text.begin() + begin;
  clang::Lexer lexer(sources.getLocForStartOfFile(file), ast.getLangOpts(), text.begin(), first, text.end());
  clang::Token token;
  while (!lexer.LexFromRawLexer(token) && sources.getFileOffset(token.getLocation()) < end) {
    if (token.is(clang::tok::hash) && token.isAtStartOfLine()) return true;
    if (token.is(clang::tok::raw_identifier) && token.getRawIdentifier() == name) return true;
  }
  return false;
}

/// Does the statement leave the values of its parts alone: `++count;`?
bool dropsParts(const Stmt &statement) {
  return !isa<clang::Expr, clang::DeclStmt, clang::ReturnStmt, clang::CoreturnStmt>(statement);
}

/// Is the variable nowhere named but to read its value, to write it in a statement of its own, or to call its members:
/// has nobody its address or a reference to it?
bool isNeverLent(const clang::VarDecl &variable, llvm::ArrayRef<const Stmt *> inside) {
  llvm::DenseSet<const Stmt *> dropped(inside.begin(), inside.end()), harmless;
  bool isLent = false;
  auto look = [&](const Stmt &inner) {
    if (dropsParts(inner)) dropped.insert(inner.child_begin(), inner.child_end());
    const auto *cast = dyn_cast<clang::ImplicitCastExpr>(&inner);
    const auto *member = dyn_cast<clang::MemberExpr>(&inner);
    const auto *binary = dyn_cast<clang::BinaryOperator>(&inner);
    const auto *unary = dyn_cast<clang::UnaryOperator>(&inner);
    bool isRead = cast && cast->getCastKind() == clang::CK_LValueToRValue;
    bool isCalled = member && isa<clang::CXXMethodDecl>(member->getMemberDecl());
    const clang::Expr *target = isRead ? cast->getSubExpr() : isCalled ? member->getBase() : nullptr;
    if (binary && binary->isAssignmentOp() && dropped.contains(&inner)) target = binary->getLHS();
    if (unary && unary->isIncrementDecrementOp() && dropped.contains(&inner)) target = unary->getSubExpr();
    if (target) harmless.insert(target->IgnoreParenImpCasts());
    const auto *name = dyn_cast<clang::DeclRefExpr>(&inner);
    isLent |= name && name->getDecl() == &variable && !harmless.contains(name);
  };
  for (const Stmt *statement : inside) forEachInner(statement, look);
  return !isLent;
}

/// Does nothing change for others when the variable ends earlier? Of a class: views of it, what its destructor does,
/// nobody knows.
bool mayEndEarlier(const clang::VarDecl &variable, llvm::ArrayRef<const Stmt *> inside) {
  if (!variable.getType()->isReferenceType()) return variable.getType()->isScalarType() && isNeverLent(variable, inside);
  return !findInner<clang::MaterializeTemporaryExpr>(variable.getInit(), [](const clang::MaterializeTemporaryExpr &made) {
    return made.getExtendingDecl() != nullptr;
  });
}

/// Can the statement be in a block that ends before the rest: is nothing that it declares needed there, and does nothing
/// jump to it?
bool canEndBefore(const Stmt &statement, const GuardedBlock &block, const clang::ASTContext &ast) {
  if (isa<clang::SwitchCase>(statement) || findInner<clang::LabelStmt>(&statement)) return false;
  const auto *declared = dyn_cast<clang::DeclStmt>(&statement);
  return !declared || llvm::all_of(declared->decls(), [&](const clang::Decl *decl) {
    const auto *value = dyn_cast<clang::VarDecl>(decl);
    if (!value || isa<clang::DecompositionDecl>(value)) return false; // a type, several names
    if (isSpelled(value->getName(), block.rest().front()->getBeginLoc(), block.end, ast)) return false;
    auto needs = [&](const Stmt *later) { return mentions(later, *value); }; // by a macro
    if (llvm::any_of(block.rest(), needs)) return false;
    bool isGuard = &statement == block.inside().front();
    return isGuard ? isNeverLent(*value, block.inside()) : mayEndEarlier(*value, block.inside());
  });
}

} // namespace

BraceSpot bracesAround(const clang::VarDecl &guard, const clang::Expr &suspension, const clang::FunctionDecl &function,
                       UnitContext &unit) {
  auto block = blockOf(guard, suspension, function.getBody());
  if (!block) return {};
  for (const Stmt *statement : block->inside()) {
    if (statement->getBeginLoc().isMacroID() || statement->getEndLoc().isMacroID()) return {};
    if (!canEndBefore(*statement, *block, unit.ast)) return {};
    if (findInner<clang::CoroutineSuspendExpr>(statement)) return {};
  }
  SourceLocation first = block->inside().front()->getBeginLoc(), last = behind(*block->inside().back(), unit.ast);
  if (isSpelled({}, first, last, unit.ast)) return {}; // braces in one configuration only
  return {unit.place(first), unit.place(last)};
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
  auto next = clang::Lexer::findNextToken(type.getLParenLoc(), unit.ast.getSourceManager(), unit.ast.getLangOpts());
  if (callOperator->param_empty() && (!next || next->isNot(clang::tok::r_paren))) return {}; // (void), (...)
  return {behindToken(type.getLParenLoc()), callOperator->param_empty() ? Form::Only : Form::First};
}

} // namespace coroguard
