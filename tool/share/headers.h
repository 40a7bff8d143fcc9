// Headers of other people, parsed once, and what must be known of them to tell whether a unit may stand on them.
#pragma once
#include "tool/cache/recording.h"
#include <llvm/ADT/StringMap.h>
#include <llvm/ADT/StringSet.h>
#include <llvm/Support/FileSystem.h>
#include <map>
#include <set>

namespace coroguard {

struct SharedHeaders {
  /// A file that was read for them.
  struct Header {
    unsigned include = 0;       // which of the shared includes led to it first
    bool isLookedFor = false;   // a macro that it defines was looked at by another file before
    std::vector<size_t> next;   // what it includes
    std::set<size_t> looksAt;   // the definitions of macros that it looks at
  };

  std::string file; // the precompiled header
  std::vector<Dependency> dependencies;
  std::vector<llvm::sys::fs::UniqueID> included; // by number: the files that the shared includes name
  std::vector<Header> headers;
  std::map<llvm::sys::fs::UniqueID, size_t> headerOf;
  std::vector<std::vector<size_t>> definitions;          // of a macro: all headers that define it just so
  llvm::StringSet<> names;             // every identifier that was looked at, macros or not
  llvm::StringMap<std::vector<size_t>> macros; // by name: its definitions, and where it was undefined, in their order
  llvm::StringSet<> lookedFor;         // macros that another file looked at before they were defined
  bool isGuarded = false;              // including one of them a second time adds nothing

  /// The header and all that it leads to.
  std::vector<size_t> closure(size_t header) const;
};

/// For the way from the process that precompiled them. The file's name is not part of it.
std::string encode(const SharedHeaders &headers);
std::optional<SharedHeaders> decodeSharedHeaders(std::string_view bytes);

} // namespace coroguard
