#include "rules/evaluate.h"
#include <algorithm>

namespace coroguard {
namespace {

class CollectingSink : public Sink {
public:
  CollectingSink(const SelectedRule &rule, std::vector<Diagnostic> &out) : rule(rule), out(out) {}

  void report(Diagnostic diagnostic) override {
    diagnostic.rule = rule.registered->rule.info.id;
    diagnostic.severity = rule.severity;
    out.push_back(std::move(diagnostic));
  }

private:
  const SelectedRule &rule;
  std::vector<Diagnostic> &out;
};

} // namespace

const RegisteredRule *findRule(std::string_view id) {
  for (const RegisteredRule &registered : allRules())
    if (registered.rule.info.id == id) return &registered;
  return nullptr;
}

SelectedRule withDefaults(const RegisteredRule &rule) { return {&rule, rule.rule.info.severity, {}}; }

std::vector<Diagnostic> evaluateRules(const Program &program, const std::vector<SelectedRule> &rules) {
  std::vector<Diagnostic> found;
  for (const SelectedRule &rule : rules) {
    CollectingSink sink(rule, found);
    rule.registered->rule.evaluate(program, rule.options, sink);
  }
  auto key = [](const Diagnostic &d) { return std::tie(d.location, d.rule, d.message, d.notes); };
  std::sort(found.begin(), found.end(), [&](auto &a, auto &b) { return key(a) < key(b); });
  auto samePlace = [](auto &a, auto &b) { return a.location == b.location && a.rule == b.rule; };
  found.erase(std::unique(found.begin(), found.end(), samePlace), found.end());
  return found;
}

} // namespace coroguard
