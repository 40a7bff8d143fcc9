#include "facts/cross_uses.h"

namespace coroguard {

void findCrossUses(const SinkCall &sink, StringId sinkName, const clang::Expr &call,
                   llvm::ArrayRef<const clang::Expr *> arguments, Function &facts, UnitContext &unit) {}

} // namespace coroguard
