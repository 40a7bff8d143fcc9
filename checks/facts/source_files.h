// The files of one front end run: their paths, and which of them belong to the project.
#pragma once
#include "facts/scope.h"
#include <clang/Basic/SourceLocation.h>
#include <llvm/ADT/DenseMap.h>
#include <string>

namespace clang {
class SourceManager;
}

namespace coroguard {

class SourceFiles {
public:
  SourceFiles(const clang::SourceManager &sources, const ProjectScope &scope) : sources(&sources), scope(&scope) {}

  struct File {
    std::string path; // absolute; empty for the compiler's own buffers
    bool inProject = false;
  };
  const File &of(clang::FileID id);

  /// Is this location, where its macro is expanded, in a file of the project?
  bool inProject(clang::SourceLocation location);

private:
  const clang::SourceManager *sources;
  const ProjectScope *scope;
  llvm::DenseMap<clang::FileID, File> files;
};

} // namespace coroguard
