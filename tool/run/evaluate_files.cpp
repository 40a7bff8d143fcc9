#include "tool/run/evaluate_files.h"
#include <algorithm>
#include <chrono>
#include <llvm/ADT/STLExtras.h>
#include <set>

namespace coroguard {
namespace {

/// The ways in which one rule is configured somewhere.
std::vector<OptionValues> optionsInUse(size_t rule, const std::set<const Settings *> &settings, const ChosenRules &only) {
  std::vector<OptionValues> used;
  for (const Settings *some : settings) {
    const RuleSetting &setting = some->rules[rule];
    if (runsFor(setting, only) && !llvm::is_contained(used, setting.options)) used.push_back(setting.options);
  }
  return used;
}

} // namespace

bool runsFor(const RuleSetting &setting, const ChosenRules &only) {
  return only.empty() ? setting.level.enabled : llvm::is_contained(only, setting.registered->rule.info.id);
}

std::vector<Diagnostic> evaluateFiles(const Program &program, const std::vector<std::string> &files,
                                      const FolderSettings &settings, const ChosenRules &only,
                                      const RuleTimer &timer) {
  std::set<const Settings *> distinct{&settings.of({})};
  for (const std::string &file : files) distinct.insert(&settings.of(file));
  std::vector<Diagnostic> found;
  for (size_t rule = 0; rule < allRules().size(); ++rule) {
    auto begin = std::chrono::steady_clock::now();
    size_t before = found.size();
    std::vector<OptionValues> inUse = optionsInUse(rule, distinct, only);
    for (const OptionValues &options : inUse) {
      for (Diagnostic &finding : evaluateRules(program, {{&allRules()[rule], Severity::Warning, options}})) {
        const RuleSetting &setting = settings.of(finding.location.file).rules[rule];
        if (!runsFor(setting, only) || !(setting.options == options)) continue;
        finding.severity = setting.level.severity;
        found.push_back(std::move(finding));
      }
    }
    std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    if (timer && !inUse.empty()) timer(allRules()[rule].rule.info.id, took.count(), found.size() - before);
  }
  std::stable_sort(found.begin(), found.end(), [](auto &a, auto &b) {
    return std::tie(a.location, a.rule, a.message, a.notes) < std::tie(b.location, b.rule, b.message, b.notes);
  });
  return found;
}

std::vector<std::string> filesOf(const Facts &facts) {
  std::set<std::string, std::less<>> files;
  for (const Function &function : facts.functions) files.emplace(facts.text(function.place.file));
  return {files.begin(), files.end()};
}

} // namespace coroguard
