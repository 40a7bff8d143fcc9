// Looks on while a unit is parsed on top of shared headers, and finds out whether it is the same without them: whether the
// unit does include all of them, in their order, and nothing that stands before the last one changes them or is changed by
// them.
#pragma once
#include "tool/share/headers.h"
#include <clang/Basic/SourceLocation.h>

namespace clang {
class ASTContext;
class CompilerInstance;
} // namespace clang

namespace coroguard {

class SharingWatch {
public:
  explicit SharingWatch(const SharedHeaders &headers) : headers(headers), visibleSince(headers.headers.size()) {}

  /// Before the preprocessor reads its first token. The watch must outlive the front end.
  void attach(clang::CompilerInstance &compiler);
  /// When the unit is parsed: looks for uses of what was not yet included where it is used.
  void inspect(clang::ASTContext &context);

  /// The first thing that may be different, for people; empty: nothing is.
  const std::string &difference() const { return found; }

private:
  friend class WatchingCallbacks;
  friend class EarlyUses;

  void differs(const llvm::Twine &what) {
    if (found.empty()) found = what.str();
  }
  bool isComplete() const { return reached == headers.included.size(); }
  const size_t *headerOf(llvm::sys::fs::UniqueID id) const {
    auto known = headers.headerOf.find(id);
    return known == headers.headerOf.end() ? nullptr : &known->second;
  }
  bool isVisible(size_t header) const { return visibleSince[header].isValid(); }

  const SharedHeaders &headers;
  std::vector<clang::SourceLocation> visibleSince; // by header: the directive through which the unit includes it
  clang::SourceLocation last;                      // ... and all of them
  size_t reached = 0;                              // of the shared includes
  std::string found;
};

} // namespace coroguard
