// coroguard config: what holds for a file and why; the profiles; the schema.
#include "tool/commands/command.h"
#include "tool/config/folder_settings.h"
#include "tool/config/json_schema.h"
#include "tool/config/print.h"
#include "tool/config/profiles.h"
#include "tool/run/problems.h"
#include "tool/run/project.h"
#include <llvm/ADT/SmallString.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>
#include <memory>
#include <set>

namespace coroguard {
namespace {

struct Options {
  std::string path;
  std::string config;
  std::string profile;
  std::string format = "yaml";
  bool schema = false;
};

/// Facts name files by their real paths. The file need not exist, its folder must.
std::string realName(const std::string &name, std::vector<Problem> &problems) {
  llvm::SmallString<256> full(name), real;
  llvm::sys::fs::make_absolute(full);
  llvm::sys::path::remove_dots(full, /*remove_dot_dot=*/true);
  if (!llvm::sys::fs::real_path(full, real)) return std::string(real);
  if (llvm::sys::fs::real_path(llvm::sys::path::parent_path(full), real)) {
    problems.push_back({{name}, "no such file or folder", "check the spelling; paths are relative to the current folder"});
    return std::string(full);
  }
  llvm::sys::path::append(real, llvm::sys::path::filename(full));
  return std::string(real);
}

void print(const Options &options, std::vector<Problem> &problems) {
  std::string file = options.path.empty() ? "" : realName(options.path, problems);
  std::string around = file.empty() ? "." : file;
  ProjectOptions project;
  project.config = options.config;
  std::string name = configFileOf(project, {around});
  Config config = name.empty() ? Config{} : readConfig(name, problems);
  FolderSettings settings(std::move(config), ProjectScope::findRoot(around), options.config.empty());
  bool isFolder = file.empty() || llvm::sys::fs::is_directory(file);
  std::string inside = isFolder ? realName(around, problems) + "/." : file;
  settings.visit({inside}, problems);
  const Config &chosen = settings.configOf(inside);
  if (isFolder) file.clear();
  (options.format == "json" ? printJson : printYaml)(chosen, settingsFor(chosen, file), file, llvm::outs());
}

int run(const Options &options) {
  std::vector<Problem> problems;
  if (options.schema) llvm::outs() << configSchema();
  else if (!options.profile.empty()) llvm::outs() << profileText(options.profile);
  else print(options, problems);
  printProblems(problems);
  return problems.empty() ? Clean : NotAnalysed;
}

std::function<int()> declare(CLI::App &app, const TrailingFlags &) {
  auto options = std::make_shared<Options>();
  std::set<std::string> names;
  for (const Profile &profile : allProfiles()) names.insert(profile.name);
  app.add_option("path", options->path, "File or folder (default: the current one)");
  app.add_option("--config", options->config, "Configuration file (default: the project's, and those of its folders)");
  app.add_option("--format", options->format, "How to print it")->check(CLI::IsMember({"yaml", "json"}));
  auto *profile = app.add_option("--profile", options->profile, "Print this profile instead")->check(CLI::IsMember(names));
  app.add_flag("--schema", options->schema, "Print the JSON Schema of configuration files instead")->excludes(profile);
  return [options] { return run(*options); };
}

} // namespace

Command configCommand() { return {"config", "Print the configuration of a file and where each value comes from", declare}; }

} // namespace coroguard
