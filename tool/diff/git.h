// Git, asked in a repository.
#pragma once
#include <string>
#include <vector>

namespace coroguard {

struct GitAnswer {
  bool isGood = false;
  std::string output; // bytes, as git wrote them
  std::string error;  // the first line of what it complained about
};

/// Runs `git -C folder arguments...`.
GitAnswer askGit(const std::string &folder, const std::vector<std::string> &arguments);

} // namespace coroguard
