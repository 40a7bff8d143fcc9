#include "tool/judge/judge.h"
#include "tool/suppress/suppress.h"

namespace coroguard {
namespace {

/// Only rules that ran, over all of the project, show that a suppression comment covers nothing.
SuppressionPolicy suppressionPolicy(const Project &project, bool isWhole) {
  auto stateOf = [&project, isWhole](std::string_view id, const std::string &file) {
    const RuleSetting *rule = project.settings.of(file).find(id);
    if (!rule) return RuleState::Unknown;
    return runsFor(*rule, project.rules) && isWhole ? RuleState::Run : RuleState::NotRun;
  };
  auto severityOf = [&project](std::string_view finding, const std::string &file) -> std::optional<Severity> {
    const Settings &settings = project.settings.of(file);
    const Level &level = finding == unusedSuppression ? settings.unusedSuppressions : settings.requireReason;
    return level.enabled ? std::optional(level.severity) : std::nullopt;
  };
  return {stateOf, severityOf};
}

} // namespace

std::vector<Diagnostic> judge(const Program &program, const Facts &commented, Project &project, bool isWhole,
                              std::vector<Problem> &problems, const RuleTimer &timer) {
  std::vector<std::string> files = filesOf(program.facts());
  project.settings.visit(files, problems);
  std::vector<Diagnostic> found = evaluateFiles(program, files, project.settings, project.rules, timer);
  return applySuppressions(std::move(found), commented, suppressionPolicy(project, isWhole));
}

} // namespace coroguard
