// A file system that writes down what it is asked and what it answers.
#pragma once
#include "tool/cache/recording.h"
#include <llvm/Support/VirtualFileSystem.h>

namespace coroguard {

/// Everything that goes through the result is added to `recording`, which must live longer.
llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> recordingFileSystem(llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> below,
                                                                    Recording &recording);

} // namespace coroguard
