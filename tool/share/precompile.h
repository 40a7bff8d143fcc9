// Parsing headers of other people once, without function bodies.
#pragma once
#include "facts/scope.h"
#include "tool/intake/units.h"
#include "tool/share/headers.h"
#include <llvm/Support/VirtualFileSystem.h>

namespace coroguard {

/// Is the unit's file named once, nothing read before its first line, and no precompiled header or module of its own?
bool isSimple(const Unit &unit);

/// The arguments without the input.
std::vector<std::string> commonArguments(const Unit &unit);

/// Parses `directives` (`#include` lines) as `first` would and writes the result to `output`. Nothing when it is not fit
/// to be shared: with an error, with a file of the project in it, or when a second inclusion would add something.
std::optional<SharedHeaders> precompile(const std::string &directives, const Unit &first, const ProjectScope &scope,
                                        const std::string &output, llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> files);

/// The unit on top of a precompiled header.
Unit onTopOf(const Unit &unit, const std::string &precompiled);

} // namespace coroguard
