// What differs between a commit and the files on the disk, as git sees it.
#pragma once
#include "diagnostic.h"
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace coroguard {

/// Lines of a file as it is now, first and last.
using LineRanges = std::vector<std::pair<unsigned, unsigned>>;

struct Changes {
  std::string root;   // the repository's folder
  std::string commit; // where the line of history of the revision and ours part

  std::map<std::string, LineRanges> lines;        // by absolute path; no range: nothing but deletions
  std::vector<std::string> folders;               // changed as a whole: submodules
  std::map<std::string, std::string> before;      // absolute path -> its path in the commit; empty: it was not there
  std::map<std::string, std::string> renamed;     // absolute path in the commit -> now

  /// Does this place lie on a changed line?
  bool touches(const Location &location) const;
  /// What the commit has at a path of `before`. Nothing when git cannot tell, or it was not there.
  std::optional<std::string> contentBefore(const std::string &file) const;
};

/// Everything since the merge base of `revision` and HEAD: commits, what is staged, what is not, files that git does not
/// know yet. Nothing, and one problem, when it cannot be told.
std::optional<Changes> changesSince(const std::string &revision, const std::string &folder,
                                    std::vector<Problem> &problems);

/// Reads `git diff --unified=0` into `changes.lines`. Apart, for tests.
void addChangedLines(const std::string &patch, Changes &changes);

} // namespace coroguard
