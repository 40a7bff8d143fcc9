#include "tool/config/print.h"
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/JSON.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/FormatVariadic.h>

namespace coroguard {
namespace {

namespace json = llvm::json;
using llvm::StringRef;

/// Relative to the current folder when it lies below.
std::string shortName(StringRef file) {
  llvm::SmallString<256> current;
  if (!llvm::sys::fs::current_path(current) && file.consume_front(current) && file.consume_front("/")) return file.str();
  return file.str();
}

/// JSON's quotes are YAML's.
std::string quotedText(StringRef text) { return llvm::formatv("{0}", json::Value(text)); }

json::Value jsonOf(const OptionValue &value) {
  if (auto *truth = std::get_if<bool>(&value)) return *truth;
  if (auto *number = std::get_if<long>(&value)) return int64_t(*number);
  if (auto *word = std::get_if<std::string>(&value)) return *word;
  return json::Array(std::get<std::vector<std::string>>(value));
}

std::string yamlOf(const OptionValue &value) {
  if (auto *word = std::get_if<std::string>(&value)) return *word; // one of the rule's own words
  return llvm::formatv("{0}", jsonOf(value));
}

const char *wordOf(const Level &level) { return level.enabled ? wordOf(level.severity) : "off"; }

ValueOrigin originOf(const RuleSetting &setting, const Option &option) {
  auto found = setting.origins.find(option.name);
  return found == setting.origins.end() ? ValueOrigin{} : found->second;
}

class YamlPrinter {
public:
  explicit YamlPrinter(llvm::raw_ostream &out) : out(out) {}

  void line(const std::string &text, const ValueOrigin &origin) {
    out << text;
    out.indent(text.size() < width ? unsigned(width - text.size()) : 1) << "# " << textOf(origin) << '\n';
  }
  void rule(const RuleSetting &setting);
  void paths(const char *key, const std::vector<ConfiguredPath> &entries);

private:
  static constexpr size_t width = 40;
  llvm::raw_ostream &out;
};

void YamlPrinter::rule(const RuleSetting &setting) {
  const Rule &rule = setting.registered->rule;
  std::string word = wordOf(setting.level);
  if (rule.options.empty()) return line("  " + std::string(rule.info.id) + ": " + word, setting.level.origin);
  out << "  " << rule.info.id << ":\n";
  line("    severity: " + word, setting.level.origin);
  out << "    options:\n";
  for (const Option &option : rule.options)
    line("      " + std::string(option.name) + ": " + yamlOf(setting.options.get(option)), originOf(setting, option));
}

void YamlPrinter::paths(const char *key, const std::vector<ConfiguredPath> &entries) {
  if (entries.empty()) return line(std::string(key) + ": []", {});
  out << key << ":\n";
  for (const ConfiguredPath &entry : entries) line("  - " + quotedText(entry.path), entry.origin);
}

/// Overrides are for other files and so no part of what holds; but nobody should look for them in vain.
void tellOverrides(const Config &config, const std::string &file, llvm::raw_ostream &out) {
  Location told; // one with a profile has two layers
  for (const Layer &layer : config.layers) {
    if (layer.paths.empty() || layer.origin.at == told) continue;
    told = layer.origin.at;
    std::vector<std::string> patterns;
    for (const PathPattern &pattern : layer.paths) patterns.push_back(pattern.text());
    out << "# override for " << llvm::join(patterns, ", ") << " (" << textOf(layer.origin) << "): "
        << (file.empty() ? "name a file to see whether it applies" : layer.appliesTo(file) ? "applies" : "does not apply") << '\n';
  }
}

json::Object withOrigin(json::Value value, const ValueOrigin &origin) {
  return json::Object{{"value", std::move(value)}, {"origin", textOf(origin)}};
}

json::Array jsonOf(const std::vector<ConfiguredPath> &entries) {
  json::Array result;
  for (const ConfiguredPath &entry : entries) result.push_back(withOrigin(entry.path, entry.origin));
  return result;
}

json::Object jsonOf(const RuleSetting &setting) {
  json::Object options;
  for (const Option &option : setting.registered->rule.options)
    options[option.name] = withOrigin(jsonOf(setting.options.get(option)), originOf(setting, option));
  return json::Object{{"severity", withOrigin(wordOf(setting.level), setting.level.origin)}, {"options", std::move(options)}};
}

} // namespace

std::string textOf(const ValueOrigin &origin) {
  std::string place = origin.at.file.empty() ? "" : shortName(origin.at.file) + ":" + std::to_string(origin.at.line);
  if (origin.profile.empty()) return place.empty() ? "default" : place;
  return "profile " + origin.profile + (place.empty() ? "" : " (" + place + ")");
}

void printYaml(const Config &config, const Settings &settings, const std::string &file, llvm::raw_ostream &out) {
  out << "# What holds for " << (file.empty() ? "files of the project" : shortName(file)) << '\n';
  for (const std::string &name : config.files) out << "# read: " << shortName(name) << '\n';
  tellOverrides(config, file, out);
  YamlPrinter printer(out);
  out << "rules:\n";
  for (const RuleSetting &setting : settings.rules) printer.rule(setting);
  out << "suppressions:\n";
  printer.line(std::string("  require-reason: ") + wordOf(settings.requireReason), settings.requireReason.origin);
  printer.line(std::string("  unused: ") + wordOf(settings.unusedSuppressions), settings.unusedSuppressions.origin);
  printer.paths("models", config.models);
  printer.paths("exclude", config.excluded);
}

void printJson(const Config &config, const Settings &settings, const std::string &file, llvm::raw_ostream &out) {
  json::Object rules;
  for (const RuleSetting &setting : settings.rules) rules[setting.registered->rule.info.id] = jsonOf(setting);
  json::Object suppressions{
      {"require-reason", withOrigin(wordOf(settings.requireReason), settings.requireReason.origin)},
      {"unused", withOrigin(wordOf(settings.unusedSuppressions), settings.unusedSuppressions.origin)}};
  json::Object all{{"file", file},
                   {"configuration", json::Array(config.files)},
                   {"rules", std::move(rules)},
                   {"suppressions", std::move(suppressions)},
                   {"models", jsonOf(config.models)},
                   {"exclude", jsonOf(config.excluded)}};
  out << llvm::formatv("{0:2}", json::Value(std::move(all))) << '\n';
}

} // namespace coroguard
