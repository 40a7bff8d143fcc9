// .coroguard.yaml -> Config: each file below those that it extends, one layer for each profile, file and override.
#include "tool/config/config.h"
#include "tool/config/profiles.h"
#include "tool/config/value.h"
#include <algorithm>
#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/SmallString.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>

namespace coroguard {
namespace {

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;
using llvm::StringRef;

constexpr size_t mostFiles = 64;             // two files that each extend the next twice would be read 2^n times
constexpr uint64_t mostBytes = 1024 * 1024;

std::string normal(StringRef folder, StringRef name) {
  llvm::SmallString<256> result;
  if (path::is_relative(name)) result = folder;
  path::append(result, name);
  fs::make_absolute(result); // the file itself may be named relative to the current folder
  path::remove_dots(result, /*remove_dot_dot=*/true);
  return StringRef(result).rtrim('/').str();
}

std::string identity(const std::string &file) {
  llvm::SmallString<256> real;
  return fs::real_path(file, real) ? file : std::string(real);
}

bool isBelow(StringRef file, StringRef folder) {
  return file.consume_front(folder.rtrim('/')) && file.starts_with("/");
}

/// The file's text; or why there is none.
llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> load(const std::string &file) {
  if (fs::is_directory(file)) return std::make_error_code(std::errc::is_a_directory);
  uint64_t size = 0;
  if (!fs::file_size(file, size) && size > mostBytes) return std::make_error_code(std::errc::file_too_large);
  return llvm::MemoryBuffer::getFile(file);
}

OptionValue optionValue(const Value &value) {
  switch (value.type) {
  case Shape::Type::Truth:
    return value.text == "true";
  case Shape::Type::Number: {
    long number = 0;
    StringRef(value.text).getAsInteger(10, number); // the shape has seen that it is one
    return number;
  }
  case Shape::Type::List: {
    std::vector<std::string> words;
    for (const Value &item : value.items) words.push_back(item.text);
    return words;
  }
  default:
    return value.text;
  }
}

class ConfigReader {
public:
  ConfigReader(const std::string &file, std::vector<Problem> &problems) : problems(problems) {
    config.file = file;
    folder = path::parent_path(normal("", file)).str();
  }

  Config run() {
    auto text = load(config.file);
    if (!text) problems.push_back(unreadable({config.file}, "the configuration", text.getError(), "check its path and permissions"));
    else readFile(config.file, (*text)->getBuffer());
    finish();
    return std::move(config);
  }

  Config runProfile(const std::string &name) {
    applyProfile(name, {}, {});
    return std::move(config);
  }

private:
  static Problem unreadable(Location at, const std::string &what, std::error_code error, std::string remedy) {
    if (error == std::errc::file_too_large)
      return {std::move(at), what + " is larger than 1 MB", "name a file of settings"};
    return {std::move(at), what + " cannot be read: " + error.message(), std::move(remedy)};
  }

  void readFile(const std::string &file, StringRef text);
  void extend(const std::string &file, const Value &name);
  void readSettings(const Value &value, Layer pattern, const std::string &profile);
  void readRule(Layer &layer, const std::string &id, const Value &value, const std::string &profile);
  void readOverride(const Value &value, const std::string &fileFolder);
  void applyProfile(const std::string &name, Layer pattern, const Location &at);
  std::string baseFolder(const std::string &fileFolder) const { return fileFolder == folder || isBelow(folder, fileFolder) ? fileFolder : folder; }
  void readPaths(const Value *value, const std::string &fileFolder, std::vector<ConfiguredPath> &into);
  void refusePatterns();
  void finish();
  ValueOrigin originOf(const Value &value, const std::string &profile) const {
    return profile.empty() ? ValueOrigin{value.at, {}} : ValueOrigin{profileAt, profile};
  }

  Config config;
  std::string folder;              // of the configuration itself
  std::vector<std::string> opened; // the file being read, and those that extend it
  Location profileAt;              // where the profile being read was named
  std::vector<Problem> &problems;
};

void ConfigReader::readFile(const std::string &file, StringRef text) {
  opened.push_back(identity(file));
  Value value = readValue(std::string_view(text), file, configShape(), problems);
  std::string fileFolder = path::parent_path(normal("", file)).str();
  if (const Value *extends = value.find("extends")) {
    if (extends->items.empty() && !extends->text.empty()) extend(file, *extends);
    for (const Value &name : extends->items) extend(file, name);
  }
  config.files.push_back(file);
  readSettings(value, {}, {});
  if (const Value *overrides = value.find("overrides"))
    for (const Value &item : overrides->items) readOverride(item, fileFolder);
  readPaths(value.find("models"), fileFolder, config.models);
  readPaths(value.find("exclude"), baseFolder(fileFolder), config.excluded);
  refusePatterns();
  opened.pop_back();
}

void ConfigReader::extend(const std::string &file, const Value &name) {
  std::string other = normal(path::parent_path(normal("", file)), name.text);
  std::string quoted = "'" + name.text + "'";
  auto known = llvm::find(opened, identity(other));
  if (known != opened.end()) {
    std::vector<std::string> circle;
    for (const std::string &step : llvm::make_range(known, opened.end())) circle.push_back(path::filename(step).str());
    circle.push_back(path::filename(*known).str());
    problems.push_back({name.at, "the configuration extends itself: " + llvm::join(circle, " -> "), "take one of the steps out"});
    return;
  }
  if (config.files.size() + opened.size() >= mostFiles) {
    problems.push_back({name.at, "more than " + std::to_string(mostFiles) + " files extend each other", "extend each once"});
    return;
  }
  auto text = load(other);
  if (!text) problems.push_back(unreadable(name.at, quoted, text.getError(), "paths are relative to this file"));
  else readFile(other, (*text)->getBuffer());
}

/// `pattern` brings the paths that the settings are for.
void ConfigReader::readSettings(const Value &value, Layer pattern, const std::string &profile) {
  const Value *named = value.find("profile");
  if (named && !named->text.empty()) applyProfile(named->text, pattern, named->at);
  Layer layer = std::move(pattern);
  if (const Value *rules = value.find("rules"))
    for (const auto &[id, rule] : rules->entries) readRule(layer, id, rule, profile);
  if (const Value *suppressions = value.find("suppressions"))
    for (const auto &[key, level] : suppressions->entries)
      layer.suppressions[key] = {level.text, originOf(level, profile)};
  config.layers.push_back(std::move(layer));
}

void ConfigReader::readRule(Layer &layer, const std::string &id, const Value &value, const std::string &profile) {
  Layer::RuleValues &into = layer.rules[id];
  into.origin = originOf(value, profile);
  into.word = value.text;
  if (const Value *severity = value.find("severity")) {
    into.word = severity->text;
    into.origin = originOf(*severity, profile);
  }
  if (const Value *options = value.find("options"))
    for (const auto &[name, option] : options->entries)
      into.options[name] = {optionValue(option), originOf(option, profile)};
}

void ConfigReader::readOverride(const Value &value, const std::string &fileFolder) {
  Layer pattern;
  pattern.folder = baseFolder(fileFolder);
  pattern.origin = {value.at, {}};
  const Value *paths = value.find("paths");
  if (!paths) return; // a problem was reported
  for (const Value &item : paths->items) {
    std::string fault = PathPattern::fault(item.text);
    if (fault.empty()) pattern.paths.emplace_back(item.text);
    else problems.push_back({item.at, fault, "write what the override is for, such as tests/**"});
  }
  if (!pattern.paths.empty()) readSettings(value, std::move(pattern), {});
  else if (paths->items.empty()) problems.push_back({paths->at, "'paths' is empty", "write what the override is for, such as tests/**"});
}

void ConfigReader::applyProfile(const std::string &name, Layer pattern, const Location &at) {
  profileAt = at;
  Value value = readValue(profileText(name), "profile " + name, configShape(), problems);
  readSettings(value, std::move(pattern), name);
}

void ConfigReader::readPaths(const Value *value, const std::string &fileFolder, std::vector<ConfiguredPath> &into) {
  if (!value) return;
  for (const Value &item : value->items) into.push_back({normal(fileFolder, item.text), {item.at, {}}});
}

/// Each is a folder or a file with all that is below: a pattern would match nothing, and nobody would know.
void ConfigReader::refusePatterns() {
  llvm::erase_if(config.excluded, [&](const ConfiguredPath &entry) {
    bool isPattern = StringRef(entry.path).find_first_of("*?[{") != StringRef::npos && !fs::exists(entry.path);
    if (isPattern)
      problems.push_back({entry.origin.at, "'exclude' takes folders and files, and '" + entry.path + "' is a pattern",
                          "name the folder, such as third_party; to turn rules off in files of a pattern, write 'overrides'"});
    return isPattern;
  });
}

/// A file's own models come before those of the files that it extends: the first that says something wins.
void ConfigReader::finish() {
  std::vector<ConfiguredPath> &models = config.models;
  auto rank = [&](const ConfiguredPath &model) { return llvm::find(config.files, model.origin.at.file); };
  std::stable_sort(models.begin(), models.end(), [&](auto &a, auto &b) { return rank(a) > rank(b); });
  std::vector<std::string> seen; // two ways to one base bring it twice
  auto isRepeated = [&](auto &entry) {
    bool repeated = llvm::is_contained(seen, entry.path);
    if (!repeated) seen.push_back(entry.path);
    return repeated;
  };
  llvm::erase_if(models, isRepeated);
  seen.clear();
  llvm::erase_if(config.excluded, isRepeated);
}

} // namespace

Config readConfig(const std::string &file, std::vector<Problem> &problems) { return ConfigReader(file, problems).run(); }

Config configOfProfile(const std::string &name, std::vector<Problem> &problems) {
  return ConfigReader("", problems).runProfile(name);
}

std::string findConfig(const std::string &folder) {
  llvm::SmallString<256> start(folder);
  fs::make_absolute(start);
  path::remove_dots(start, /*remove_dot_dot=*/true);
  for (StringRef current = start; !current.empty(); current = path::parent_path(current)) {
    llvm::SmallString<256> candidate(current);
    path::append(candidate, ".coroguard.yaml");
    fs::file_status status; // of a link itself: one that leads nowhere is said, not skipped
    bool exists = !fs::status(candidate, status, /*follow=*/false);
    if (exists && !fs::is_directory(candidate)) return std::string(candidate);
  }
  return {};
}

} // namespace coroguard
