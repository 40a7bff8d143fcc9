// Models that libraries ship next to their headers: PREFIX/share/coroguard/models/*.yaml, found when PREFIX/include is on
// the include path.
#pragma once
#include "frameworks/load.h"
#include <map>
#include <memory>

namespace coroguard {

/// Where models that belong to these include folders may lie, whether there are any or not.
std::vector<std::string> shippedModelFolders(const std::vector<std::string> &includeFolders);

/// The model files that belong to these include folders, in their order, in each folder by name.
std::vector<std::string> shippedModelFiles(const std::vector<std::string> &includeFolders);

/// The models with those of these files behind the user's and before the embedded ones: of two entries for one name, the
/// library's own counts. A file with a mistake is left out and reported; one that the user gives too is the user's.
Models withShipped(const Models &models, const std::vector<std::string> &files, std::vector<Problem> &problems);

/// For a host that sees many units in one process: models are read once for each list of files.
class ModelCache {
public:
  struct Loaded {
    Models models;
    std::vector<Problem> problems;
  };
  std::shared_ptr<const Loaded> get(const std::vector<std::string> &userFiles, const std::vector<std::string> &includeFolders);

private:
  using Files = std::pair<std::vector<std::string>, std::vector<std::string>>; // the user's, the libraries'
  std::map<Files, std::shared_ptr<const Loaded>> known;
};

} // namespace coroguard
