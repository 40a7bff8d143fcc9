// One function's control flow, built when the first flow fact asks for it and shared by all of them.
#pragma once
#include "facts/flow.h"
#include "facts/unit_context.h"

namespace coroguard {

/// The calls of a function by their expressions, with their indices in Function::calls; several for an expression whose
/// callee runs what it is given.
using CallsByExpression = std::vector<std::pair<const clang::Expr *, size_t>>;

class FunctionFlow {
public:
  FunctionFlow(const clang::FunctionDecl &function, UnitContext &unit) : function(function), unit(unit) {}

  /// Null when Clang cannot build one.
  const SuspensionCfg *cfg() {
    if (!built) graph = SuspensionCfg::build(function, unit.ast);
    built = true;
    return graph ? &*graph : nullptr;
  }

  const clang::FunctionDecl &function;
  UnitContext &unit;

private:
  bool built = false;
  std::optional<SuspensionCfg> graph;
};

} // namespace coroguard
