// A view of the disk that names files as they are reached. Clang would name a file by its real path: in a sandbox, whose
// files are links, that is a path outside of it.
#pragma once
#include <llvm/ADT/IntrusiveRefCntPtr.h>
#include <llvm/Support/VirtualFileSystem.h>

namespace coroguard {

llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> withUnresolvedLinks(llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> files);

} // namespace coroguard
