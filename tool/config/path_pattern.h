// The patterns of overrides, as in .gitignore.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace coroguard {

/// Segments between slashes; "**" is any number of them, and within one "*", "?", "[a-z]" and "{a,b}" are as in a shell.
/// A pattern with no slash but a last one stands for the name at any depth. One that matches a folder matches all below.
class PathPattern {
public:
  /// What is wrong with a pattern, or empty.
  static std::string fault(std::string_view text);

  explicit PathPattern(std::string_view text);

  /// For a path relative to the pattern's folder.
  bool matches(std::string_view path) const;
  const std::string &text() const { return written; }

private:
  std::string written;
  std::vector<std::string> segments;
  bool isFolder = false; // ends in a slash: never a file itself
};

} // namespace coroguard
