#include "frameworks/shipped.h"
#include <algorithm>
#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/SmallString.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

namespace coroguard {
namespace {

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

/// PREFIX of the innermost PREFIX/include that this is or lies in (PREFIX/include/x86_64-linux-gnu); empty when there is
/// none.
llvm::StringRef prefixOf(llvm::StringRef folder) {
  while (!folder.empty() && path::filename(folder) != "include") folder = path::parent_path(folder);
  return path::parent_path(folder);
}

std::vector<std::string> modelFilesIn(const std::string &folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; entry != end && !error; entry.increment(error))
    if (path::extension(entry->path()) == ".yaml") files.push_back(entry->path());
  // A folder that is there and cannot be read is not "no models": reading it says so.
  if (error && error != std::errc::no_such_file_or_directory && error != std::errc::not_a_directory)
    files.push_back(folder);
  llvm::sort(files); // the file system's order is nobody's
  return files;
}

std::string realPath(llvm::StringRef file) {
  llvm::SmallString<256> real;
  return std::string(fs::real_path(file, real) ? file : llvm::StringRef(real));
}

} // namespace

std::vector<std::string> shippedModelFolders(const std::vector<std::string> &includeFolders) {
  std::vector<std::string> folders;
  for (const std::string &folder : includeFolders) {
    for (const std::string &name : {folder, realPath(folder)}) { // an include folder may be a link into its prefix
      llvm::StringRef prefix = prefixOf(name);
      if (prefix.empty()) continue;
      llvm::SmallString<256> models(prefix);
      path::append(models, "share", "coroguard", "models");
      if (!llvm::is_contained(folders, models.str())) folders.emplace_back(models);
    }
  }
  return folders;
}

std::vector<std::string> shippedModelFiles(const std::vector<std::string> &includeFolders) {
  std::vector<std::string> files;
  for (const std::string &folder : shippedModelFolders(includeFolders))
    for (const std::string &file : modelFilesIn(folder))
      if (!llvm::is_contained(files, realPath(file))) files.push_back(realPath(file));
  return files;
}

Models withShipped(const Models &models, const std::vector<std::string> &files, std::vector<Problem> &problems) {
  auto isUsers = [&](const std::string &file) {
    return std::any_of(models.libraries.begin(), models.libraries.begin() + static_cast<ptrdiff_t>(models.userModels),
                       [&](const Model &model) { return realPath(model.file) == file; });
  };
  Models all = models;
  auto place = all.libraries.begin() + static_cast<ptrdiff_t>(all.userModels);
  for (const std::string &file : files) {
    if (isUsers(file)) continue;
    if (std::optional<Model> model = readModelFile(file, problems))
      place = std::next(all.libraries.insert(place, std::move(*model)));
  }
  return all;
}

std::shared_ptr<const ModelCache::Loaded> ModelCache::get(const std::vector<std::string> &userFiles,
                                                          const std::vector<std::string> &includeFolders) {
  Files files{userFiles, shippedModelFiles(includeFolders)};
  std::shared_ptr<const Loaded> &loaded = known[files];
  if (!loaded) {
    auto made = std::make_shared<Loaded>();
    made->models = withShipped(loadModels(userFiles, made->problems), files.second, made->problems);
    loaded = std::move(made);
  }
  return loaded;
}

} // namespace coroguard
