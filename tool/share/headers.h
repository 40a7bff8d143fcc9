// Headers of other people, parsed once, and what must be known of them to tell whether a unit may stand on them.
#pragma once
#include "tool/cache/recording.h"
#include <llvm/ADT/StringMap.h>
#include <llvm/ADT/StringSet.h>
#include <llvm/Support/FileSystem.h>
#include <map>

namespace coroguard {

struct SharedHeaders {
  /// A file that was read for them.
  struct Header {
    unsigned include = 0;       // which of the shared includes led to it first
    bool isLookedFor = false;   // a macro that it defines was looked at by another file before
    std::vector<size_t> next;   // what it includes
  };

  std::string file; // the precompiled header
  std::vector<Dependency> dependencies;
  std::vector<llvm::sys::fs::UniqueID> included; // by number: the files that the shared includes name
  std::vector<Header> headers;
  std::map<llvm::sys::fs::UniqueID, size_t> headerOf;
  llvm::StringSet<> names;             // every identifier that was looked at, macros or not
  llvm::StringMap<size_t> macros;      // of which the definition changed: which header changed it first
  llvm::StringSet<> lookedFor;         // macros that another file looked at before they were defined
  bool isGuarded = false;              // including one of them a second time adds nothing

  /// Is a header whose macros somebody looked for before among `file` and what it leads to, as far as they come in
  /// include `from` or later?
  bool mattersEarly(size_t header, unsigned from) const;
};

/// For the way from the process that precompiled them. The file's name is not part of it.
std::string encode(const SharedHeaders &headers);
std::optional<SharedHeaders> decodeSharedHeaders(std::string_view bytes);

} // namespace coroguard
