// The source lines and file names that reporters print. A file that cannot be read has no lines; that is no
// failure. Header only: every .cpp of this folder is a report format.
#pragma once
#include "diagnostic.h"
#include <llvm/ADT/SmallVector.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>
#include <map>
#include <memory>
#include <string>

namespace coroguard {

class SourceText {
public:
  SourceText() {
    llvm::SmallString<256> folder;
    if (!llvm::sys::fs::current_path(folder)) current = std::string(folder);
  }

  /// The text of a line without its end, or empty.
  llvm::StringRef line(const Location &location) {
    const Lines &lines = linesOf(location.file);
    if (location.line == 0 || location.line > lines.starts.size()) return {};
    return lines.starts[location.line - 1].rtrim('\r');
  }

  /// The current folder, where relative names start.
  const std::string &folder() const { return current; }

  /// Relative to the current folder when the file is below it, else as it is.
  llvm::StringRef displayName(llvm::StringRef file) const {
    llvm::StringRef rest = file;
    bool isBelow =
        !current.empty() && rest.consume_front(current) && rest.consume_front("/") && !rest.empty();
    return isBelow ? rest : file;
  }

private:
  struct Lines {
    std::unique_ptr<llvm::MemoryBuffer> buffer;
    llvm::SmallVector<llvm::StringRef, 0> starts;
  };

  const Lines &linesOf(const std::string &file) {
    auto [entry, isNew] = files.try_emplace(file);
    if (!isNew) return entry->second;
    if (auto buffer = llvm::MemoryBuffer::getFile(file)) {
      entry->second.buffer = std::move(*buffer);
      entry->second.buffer->getBuffer().split(entry->second.starts, '\n');
    }
    return entry->second;
  }

  std::string current;
  std::map<std::string, Lines> files;
};

} // namespace coroguard
