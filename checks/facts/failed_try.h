// What becomes of a loop when the try block in it has failed and its handler has not left.
#pragma once
#include "facts/loop_view.h"

namespace coroguard {

/// Does what comes behind the try block leave the loop: always, or because a flag that the block would have set is not
/// set: `if (!done) break;`?
bool failureLeaves(const clang::CXXTryStmt &block, const LoopView &loop, const clang::ASTContext &ast);

} // namespace coroguard
