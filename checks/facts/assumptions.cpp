#include "facts/assumptions.h"
#include <clang/AST/ExprCXX.h>
#include <llvm/ADT/STLExtras.h>

namespace coroguard {
namespace {

using clang::Expr;
using clang::VarDecl;
using llvm::dyn_cast;

const VarDecl *namedVariable(const Expr *expression) {
  const auto *name = dyn_cast<clang::DeclRefExpr>(expression->IgnoreParenImpCasts());
  return name ? dyn_cast<VarDecl>(name->getDecl()) : nullptr;
}

void addVariables(const clang::Stmt *statement, llvm::SmallVectorImpl<const VarDecl *> &into) {
  if (!statement) return;
  if (const auto *name = dyn_cast<clang::DeclRefExpr>(statement))
    if (const auto *variable = dyn_cast<VarDecl>(name->getDecl())) into.push_back(variable);
  for (const clang::Stmt *child : statement->children()) addVariables(child, into);
}

/// A constant that is false as a condition (false, 0, nullptr) or true; nothing for what is no constant.
std::optional<bool> constantTruth(const Expr *expression, const clang::ASTContext &ast) {
  expression = expression->IgnoreParenImpCasts();
  if (llvm::isa<clang::CXXNullPtrLiteralExpr, clang::GNUNullExpr>(expression)) return false;
  if (const auto *truth = dyn_cast<clang::CXXBoolLiteralExpr>(expression)) return truth->getValue();
  if (!expression->getType()->isIntegralOrEnumerationType() || expression->isValueDependent()) return std::nullopt;
  if (auto number = expression->getIntegerConstantExpr(ast)) return !number->isZero();
  return std::nullopt;
}

/// What `==` and `!=` compare with a constant truth; null for every other expression.
const Expr *comparedWithTruth(const clang::BinaryOperator &comparison, const clang::ASTContext &ast, bool &value) {
  if (!comparison.isEqualityOp()) return nullptr;
  auto truth = [&](const Expr *side) -> std::optional<bool> {
    const Expr *plain = side->IgnoreParenImpCasts();
    bool isTruth = llvm::isa<clang::CXXBoolLiteralExpr, clang::CXXNullPtrLiteralExpr, clang::GNUNullExpr>(plain);
    return isTruth ? constantTruth(side, ast) : std::nullopt;
  };
  const Expr *other = comparison.getLHS();
  std::optional<bool> constant = truth(comparison.getRHS());
  if (!constant) constant = truth(comparison.getLHS()), other = comparison.getRHS();
  if (!constant) return nullptr;
  bool equal = comparison.getOpcode() == clang::BO_EQ;
  if (equal != *constant) value = !value;
  return other;
}

} // namespace

ConditionTable::Literal ConditionTable::literal(const Expr *condition, bool value) {
  while (true) {
    condition = condition->IgnoreParenImpCasts();
    if (const auto *negation = dyn_cast<clang::UnaryOperator>(condition); negation && negation->getOpcode() == clang::UO_LNot) {
      condition = negation->getSubExpr(), value = !value;
      continue;
    }
    const auto *comparison = dyn_cast<clang::BinaryOperator>(condition);
    const Expr *other = comparison ? comparedWithTruth(*comparison, ast, value) : nullptr;
    if (!other) break;
    condition = other;
  }
  if (const VarDecl *variable = namedVariable(condition)) return {ofVariable(*variable), value};
  auto [slot, isNew] = known.try_emplace(condition, 0U);
  if (isNew) slot->second = numberOf(*condition);
  return {slot->second, value};
}

unsigned ConditionTable::numberOf(const Expr &condition) {
  Entry entry;
  condition.Profile(entry.profile, ast, /*Canonical=*/true);
  for (unsigned i = 0; i < entries.size(); ++i)
    if (entries[i].profile == entry.profile) return i;
  addVariables(&condition, entry.variables);
  entries.push_back(std::move(entry));
  return entries.size() - 1;
}

unsigned ConditionTable::ofVariable(const VarDecl &variable) {
  auto [slot, isNew] = ofName.try_emplace(&variable, entries.size());
  if (isNew) entries.emplace_back().variables.push_back(&variable);
  return slot->second;
}

bool ConditionTable::mentions(unsigned condition, const VarDecl &variable) const {
  return llvm::is_contained(entries[condition].variables, &variable);
}

bool Assumptions::assume(const FlowEdge &edge, ConditionTable &table) {
  if (edge.loop && edge.whenTrue) entered.insert(edge.loop);
  if (edge.loop && !edge.whenTrue) return entered.contains(edge.loop);
  if (!edge.condition) return true;
  ConditionTable::Literal literal = table.literal(edge.condition, edge.whenTrue);
  auto [slot, isNew] = decided.try_emplace(literal.condition, literal.value);
  return isNew || slot->second == literal.value;
}

void Assumptions::forget(const VarDecl &variable, const ConditionTable &table) {
  std::erase_if(decided, [&](const auto &entry) { return table.mentions(entry.first, variable); });
}

void Assumptions::assign(const VarDecl *variable, const Expr *value, ConditionTable &table, const clang::ASTContext &ast) {
  if (!variable) return;
  forget(*variable, table);
  if (std::optional<bool> truth = value ? constantTruth(value, ast) : std::nullopt)
    decided[table.ofVariable(*variable)] = *truth;
}

void Assumptions::step(const FlowElement &element, ConditionTable &table, const clang::ASTContext &ast) {
  if (element.kind != FlowElement::Kind::Statement) return;
  if (const auto *assignment = dyn_cast<clang::BinaryOperator>(element.statement)) {
    if (!assignment->isAssignmentOp()) return;
    assign(namedVariable(assignment->getLHS()), assignment->isCompoundAssignmentOp() ? nullptr : assignment->getRHS(), table, ast);
  } else if (const auto *unary = dyn_cast<clang::UnaryOperator>(element.statement)) {
    if (unary->isIncrementDecrementOp()) assign(namedVariable(unary->getSubExpr()), nullptr, table, ast);
  } else if (const auto *declared = dyn_cast<clang::DeclStmt>(element.statement)) {
    for (const clang::Decl *decl : declared->decls())
      if (const auto *variable = dyn_cast<VarDecl>(decl)) assign(variable, variable->getInit(), table, ast);
  }
}

} // namespace coroguard
