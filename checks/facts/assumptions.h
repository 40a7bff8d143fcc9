// What a path through a function has decided so far, so that `if (x) ... if (!x)` is not taken for a way around both.
#pragma once
#include "language/suspension_cfg.h"
#include <clang/AST/ASTContext.h>
#include <llvm/ADT/FoldingSet.h>
#include <llvm/ADT/SmallVector.h>
#include <map>
#include <set>
#include <vector>

namespace coroguard {

/// Conditions of one function as numbers: two that are written alike are one. `!x`, `x == false` and `x != nullptr` are
/// the condition `x`.
class ConditionTable {
public:
  explicit ConditionTable(const clang::ASTContext &ast) : ast(ast) {}

  struct Literal {
    unsigned condition = 0;
    bool value = false;
  };
  Literal literal(const clang::Expr *condition, bool value);
  unsigned ofVariable(const clang::VarDecl &variable);

  /// Does the condition mention this variable?
  bool mentions(unsigned condition, const clang::VarDecl &variable) const;

private:
  struct Entry {
    llvm::FoldingSetNodeID profile;
    llvm::SmallVector<const clang::VarDecl *, 2> variables;
  };
  const clang::ASTContext &ast;
  std::vector<Entry> entries;
  unsigned numberOf(const clang::Expr &condition);

  std::map<const clang::Expr *, unsigned> known;
  std::map<const clang::VarDecl *, unsigned> ofName;
};

/// The decisions of one path, a value.
class Assumptions {
public:
  /// False when the path has decided the opposite, and for a loop that it leaves without a single round: whoever writes a
  /// loop has rounds in mind.
  bool assume(const FlowEdge &edge, ConditionTable &table);
  /// What an assignment settles or unsettles.
  void step(const FlowElement &element, ConditionTable &table, const clang::ASTContext &ast);

  auto operator<=>(const Assumptions &) const = default;

private:
  void forget(const clang::VarDecl &variable, const ConditionTable &table);
  void assign(const clang::VarDecl *variable, const clang::Expr *value, ConditionTable &table, const clang::ASTContext &ast);

  std::map<unsigned, bool> decided;
  std::set<const clang::Stmt *> entered; // loops
};

} // namespace coroguard
