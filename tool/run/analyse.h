// One translation unit through the front end, in this process.
#pragma once
#include "facts/extract.h"
#include "tool/cache/recording.h"
#include "tool/intake/units.h"
#include <llvm/Support/VirtualFileSystem.h>

namespace coroguard {

class SharingWatch;

struct UnitResult {
  Facts facts; // empty when the front end gave up
  std::vector<Problem> problems;
  std::vector<Problem> modelProblems; // in models that libraries ship: other units will have the same
};

/// The disk as the unit sees it.
llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> diskOf(const Unit &unit);

/// Parses and extracts. Errors of the code are problems at their places (the first few, then a count); facts of the
/// functions that parsed are kept. The models of `options` are joined by those that lie along the unit's include path.
/// With a `recording`, what the file system was asked is added to it. A `watch` looks on.
UnitResult analyse(const Unit &unit, const ExtractOptions &options, Recording *recording = nullptr,
                   SharingWatch *watch = nullptr);

/// The same over another file system.
UnitResult analyseOn(llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> fileSystem, const Unit &unit,
                     const ExtractOptions &options, Recording *recording = nullptr, SharingWatch *watch = nullptr);

} // namespace coroguard
