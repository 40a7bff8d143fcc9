#pragma once
#include "rule.h"
#include <vector>

namespace coroguard {

struct RegisteredRule {
  const char *group; // the folder under checks/rules/
  Rule rule;
};

/// Every rule of this build, ordered by group and file name.
const std::vector<RegisteredRule> &allRules();

/// The rule with this id, or null.
const RegisteredRule *findRule(std::string_view id);

} // namespace coroguard
