// What work sent to another loop, shard or thread uses of its sender's.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

/// Adds Function::crossUses for one call to a sink, at most one per callable: the first use.
void findCrossUses(const SinkCall &sink, StringId sinkName, const clang::Expr &call,
                   llvm::ArrayRef<const clang::Expr *> arguments, Function &facts, UnitContext &unit);

} // namespace coroguard
