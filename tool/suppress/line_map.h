// The lines of a source text, and where a comment can be put without changing what the text means.
#pragma once
#include <llvm/ADT/StringRef.h>
#include <vector>

namespace coroguard {

class LineMap {
public:
  struct Line {
    size_t begin = 0, end = 0;    // end: before the line's end mark
    size_t indent = 0;            // where the first thing that is no space stands
    bool startsInToken = false;   // a string, comment or continued line comes from above
    bool endsInToken = false;     // and goes on below
    bool isOnlyComment = false;   // one // comment
    bool endsWithComment = false; // a // comment behind code, or alone
    llvm::StringRef comment = {}; // that one
  };

  explicit LineMap(llvm::StringRef text);

  size_t size() const { return lines.size(); }
  const Line &line(size_t number) const { return lines[number - 1]; } // counted from 1
  llvm::StringRef lineEnd() const { return windows ? "\r\n" : "\n"; }

private:
  size_t lineAt(size_t offset) const; // index, from 0

  llvm::StringRef text;
  std::vector<Line> lines;
  bool windows = false;
};

} // namespace coroguard
