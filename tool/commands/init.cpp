// coroguard init: a commented start of a configuration.
#include "tool/commands/command.h"
#include "facts/scope.h"
#include "tool/config/config.h"
#include "tool/config/json_schema.h"
#include "tool/config/template.h"
#include "tool/run/problems.h"
#include "tool/run/seen_libraries.h"
#include <fstream>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/raw_ostream.h>
#include <filesystem>
#include <memory>

namespace coroguard {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string folder = ".";
  bool force = false;
};

int fail(const std::string &file, std::string message, std::string remedy) {
  printProblems({{{file}, std::move(message), std::move(remedy)}});
  return NotAnalysed;
}

bool write(const fs::path &file, const std::string &text) {
  std::ofstream out(file, std::ios::binary);
  out << text;
  return bool(out.flush());
}

/// For editors: in the folder that belongs to this version of coroguard and ignores itself for git.
bool writeSchema(const fs::path &folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  return !error && write(folder / ".gitignore", "*\n") && write(folder / "schema.json", configSchema());
}

int run(const Options &options) {
  std::error_code error;
  fs::path folder = fs::canonical(options.folder, error);
  if (error || !fs::is_directory(folder)) return fail(options.folder, "no such folder", "make it first, or name another");
  fs::path file = folder / ".coroguard.yaml";
  if (!options.force && fs::exists(fs::symlink_status(file, error)))
    return fail(file.string(), "exists already", "edit it, or write a new one over it with --force");
  std::string outer = ProjectScope::findMarked(folder.parent_path().string());
  fs::path root = outer.empty() || !fs::exists(fs::path(outer) / ".coroguard.yaml") ? folder : fs::path(outer);
  fs::path schema = root / ".coroguard";
  if (!writeSchema(schema)) return fail(schema.string(), "the schema cannot be written there", "check its permissions");
  ConfigStart start{.schema = fs::relative(schema / "schema.json", folder).string(), .extends = {}, .libraries = {}};
  if (root != folder) start.extends = fs::relative(findConfig(folder.parent_path().string()), folder).string();
  start.libraries = seenLibraries(folder.string());
  if (!write(file, startOf(start))) return fail(file.string(), "cannot be written", "check its permissions");
  llvm::outs() << "wrote " << file.string() << ", which says the defaults; 'coroguard config' prints what holds\n";
  return Clean;
}

std::function<int()> declare(CLI::App &app, const TrailingFlags &) {
  auto options = std::make_shared<Options>();
  app.add_option("folder", options->folder, "Where to write .coroguard.yaml (default: here)");
  app.add_flag("--force", options->force, "Write over the one that is there");
  return [options] { return run(*options); };
}

} // namespace

Command initCommand() { return {"init", "Write a commented .coroguard.yaml", declare}; }

} // namespace coroguard
