// Watches while headers are precompiled, and notes what SharedHeaders holds of them.
#pragma once
#include "tool/share/headers.h"

namespace clang {
class CompilerInstance;
}

namespace coroguard {

/// Before the preprocessor reads its first token. `notes` must live until the front end has ended.
void watchPrecompiling(clang::CompilerInstance &compiler, SharedHeaders &notes);

} // namespace coroguard
