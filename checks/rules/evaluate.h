// Rules over a solved program: the same for every host.
#pragma once
#include "program/program.h"
#include "rules/table.h"

namespace coroguard {

/// A rule as configured for this run.
struct SelectedRule {
  const RegisteredRule *registered = nullptr;
  Severity severity = Severity::Warning;
  OptionValues options;
};

/// A rule with its defaults.
SelectedRule withDefaults(const RegisteredRule &rule);

/// Findings of these rules, sorted by place, one per rule and place (a template reports once, not per instantiation).
std::vector<Diagnostic> evaluateRules(const Program &program, const std::vector<SelectedRule> &rules);

} // namespace coroguard
