// Rules over a project whose files are configured differently.
#pragma once
#include "tool/config/folder_settings.h"
#include "rules/evaluate.h"
#include <functional>

namespace coroguard {

/// Which rules were chosen on the command line; empty: as configured.
using ChosenRules = std::vector<std::string>;

/// Is told of each rule that has run: how long it took, and how much it found.
using RuleTimer = std::function<void(const char *rule, double seconds, size_t findings)>;

/// Whether a rule runs for a file.
bool runsFor(const RuleSetting &setting, const ChosenRules &only);

/// Findings, sorted; whether there is one, with which options it was looked for and how loud it is, is what the settings
/// say of the file in which it lies. A rule runs once for each set of options that some file has.
std::vector<Diagnostic> evaluateFiles(const Program &program, const std::vector<std::string> &files,
                                      const FolderSettings &settings, const ChosenRules &only,
                                      const RuleTimer &timer = {});

/// Files that hold functions of these facts.
std::vector<std::string> filesOf(const Facts &facts);

} // namespace coroguard
