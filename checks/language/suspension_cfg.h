// The control flow of a function as a coroutine runs it: clang::CFG of the written body, cut at the suspension points,
// with the edges that clang::CFG does not have.
#pragma once
#include <memory>
#include <optional>
#include <vector>

namespace clang {
class ASTContext;
class CFG;
class Expr;
class FunctionDecl;
class Stmt;
class VarDecl;
} // namespace clang

namespace coroguard {

enum class EdgeKind : unsigned char {
  Flow,      // clang::CFG's own
  Destroyed, // the frame is destroyed while suspended here: to the exit
  Unwind,    // an exception leaves this node: through the destructors of what it unwinds, to the handlers of the
             // enclosing try blocks, innermost first; for an uncaught throw, to the exit
};

/// One step inside a node, in the order of execution. Every expression is a step of its own, after its operands: there
/// is no need to look into a statement's children.
struct FlowElement {
  enum class Kind : unsigned char { Statement, Suspension, Destructor, LifetimeEnd } kind = Kind::Statement;
  const clang::Stmt *statement = nullptr;   // Statement: an expression or declaration; Suspension: the written one
  const clang::VarDecl *variable = nullptr; // Destructor and LifetimeEnd: whose. Null for a temporary's destructor,
                                            // whose CXXBindTemporaryExpr is the statement then
};

struct FlowEdge {
  unsigned target = 0;
  EdgeKind kind = EdgeKind::Flow;
  const clang::Expr *condition = nullptr; // what decides to go here: of an if, ?:, && or ||, never of a loop
  const clang::Stmt *loop = nullptr;      // of a loop that asks before its first round: the one it goes around or leaves
  bool whenTrue = false;                  // with either: into the branch or the loop's body
};

/// A run of elements without a branch in it. A suspension is always the last element of its node.
struct FlowNode {
  std::vector<FlowElement> elements;
  std::vector<FlowEdge> successors;
};

class SuspensionCfg {
public:
  /// The graph of a function definition, coroutine or not. Nothing when Clang cannot build one (a body with errors).
  static std::optional<SuspensionCfg> build(const clang::FunctionDecl &function, clang::ASTContext &context);

  SuspensionCfg(SuspensionCfg &&) noexcept;
  SuspensionCfg &operator=(SuspensionCfg &&) noexcept;
  ~SuspensionCfg();

  const std::vector<FlowNode> &nodes() const { return graph; }
  unsigned entry() const { return entryNode; }
  unsigned exit() const { return exitNode; }

private:
  SuspensionCfg();
  std::unique_ptr<clang::CFG> cfg; // owns the elements' statements that Clang synthesised
  std::vector<FlowNode> graph;
  unsigned entryNode = 0;
  unsigned exitNode = 0;
};

} // namespace coroguard
