// Which headers of other people a unit includes, itself or through headers of the project, found without parsing.
#pragma once
#include "facts/scope.h"
#include "tool/share/include_lines.h"
#include <map>
#include <optional>
#include <set>
#include <unordered_map>

namespace coroguard {

/// Where a command looks for headers: `folders` from `firstAngled` on for <name>, all of them for "name".
struct SearchPath {
  std::vector<std::string> folders;
  size_t firstAngled = 0;
  bool operator<(const SearchPath &other) const {
    return std::tie(firstAngled, folders) < std::tie(other.firstAngled, other.folders);
  }
};

struct ForeignInclude {
  std::string directive; // as the front end takes it: <name> or "name"
  std::string file;      // what it leads to
};

/// Each file is read once, however many units include it. The file system must not change meanwhile; when it does, less
/// can be shared.
class IncludeScan {
public:
  IncludeScan(const ProjectScope &scope, SearchPath path) : scope(scope), path(std::move(path)) {}

  /// In the order of the unit's text, each once. Ends before anything that cannot be read for sure.
  std::vector<ForeignInclude> foreignIncludes(const std::string &file);

  /// What these headers surely lead to, in the order of the text, as far as others may include it: <name>.
  std::vector<ForeignInclude> ledTo(const std::vector<std::string> &files);

  /// How much text these files lead to, if all conditionals were true. Roughly what parsing them costs.
  uint64_t weight(const std::vector<std::string> &files);

private:
  struct Read {
    IncludeLines surely;
    bool isOfProject = false;
  };
  struct Weighed {
    uint64_t bytes = 0;
    std::vector<std::string> next;
  };

  bool walk(const std::string &file, std::vector<ForeignInclude> &found, std::set<std::string> &seen);
  void follow(const std::string &file, std::vector<ForeignInclude> &found, std::set<std::string> &seen);
  std::optional<std::string> resolve(const IncludeLine &line, llvm::StringRef includer, bool *isBeside = nullptr);
  const Read &read(const std::string &file);
  const Weighed &weigh(const std::string &file);

  const ProjectScope &scope;
  SearchPath path;
  std::unordered_map<std::string, Read> known;
  std::unordered_map<std::string, Weighed> weighed;
  std::unordered_map<std::string, std::optional<std::string>> resolved; // <name>
};

} // namespace coroguard
