// The results of earlier front end runs. A unit's result is taken from here when the command line, this program, the
// models and the project are the same and the file system would answer everything as it did then.
#pragma once
#include "facts/extract.h"
#include "tool/cache/entry_store.h"
#include "tool/cache/file_states.h"
#include "tool/intake/units.h"

namespace coroguard {

class UnitCache {
public:
  /// `excluded`: the folders that the scope of `options` leaves out.
  UnitCache(const std::string &folder, uint64_t mostBytes, const ExtractOptions &options,
            const std::vector<std::string> &excluded);

  /// What `store` was given for this unit when nothing has changed since.
  std::optional<std::string> find(const Unit &unit);

  /// Would `find` find something?
  bool knows(const Unit &unit);

  /// Keeps the result of a run, also from a worker's process. Returns why that was not possible, or nothing; a recording
  /// that is of no use is not kept and is no fault.
  std::string store(const Unit &unit, const Recording &recording, std::string_view result) const;

  /// At the end of a run in which `stored` units were stored: remembers what was hashed, and keeps the folder small.
  /// Returns what `store` returns.
  std::string finish(size_t stored);

  const std::string &folder() const { return entries.path(); }

private:
  std::string nameOf(const Unit &unit) const;
  bool holds(std::string_view dependencies);

  EntryStore entries;
  uint64_t mostBytes;
  Digest common; // what the keys of all units share
  FileStates files;
};

} // namespace coroguard
