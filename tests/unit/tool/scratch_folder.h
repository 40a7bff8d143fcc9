// A folder of its own for a test, gone afterwards.
#pragma once
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace coroguard::test {

class ScratchFolder {
public:
  ScratchFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "coroguard-test-XXXXXX").string();
    if (mkdtemp(pattern.data())) folder = std::filesystem::canonical(pattern).string();
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }
  ScratchFolder(const ScratchFolder &) = delete;
  ScratchFolder &operator=(const ScratchFolder &) = delete;

  const std::string &path() const { return folder; }
  std::string path(std::string_view name) const { return folder + "/" + std::string(name); }

  /// Writes a file, with the folders it needs, and returns its absolute path.
  std::string write(std::string_view name, std::string_view text) const {
    std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
    std::ofstream(path(name), std::ios::binary) << text;
    return path(name);
  }

private:
  std::string folder;
};

/// The current folder while it lives.
class CurrentFolder {
public:
  explicit CurrentFolder(const std::string &folder) : before(std::filesystem::current_path()) {
    std::filesystem::current_path(folder);
  }
  ~CurrentFolder() { std::filesystem::current_path(before); }
  CurrentFolder(const CurrentFolder &) = delete;
  CurrentFolder &operator=(const CurrentFolder &) = delete;

private:
  std::filesystem::path before;
};

} // namespace coroguard::test
