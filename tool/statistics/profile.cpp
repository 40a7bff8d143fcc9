#include "tool/statistics/profile.h"
#include <algorithm>
#include <llvm/Support/Format.h>
#include <llvm/Support/JSON.h>

namespace coroguard {

void Profile::phase(std::string name) {
  stop();
  byPhase.push_back({std::move(name)});
  began = Clock::now();
  isRunning = true;
}

void Profile::stop() {
  if (!isRunning) return;
  byPhase.back().seconds = std::chrono::duration<double>(Clock::now() - began).count();
  isRunning = false;
}

double Profile::total() const {
  double sum = 0;
  for (const Span &span : byPhase) sum += span.seconds;
  return sum;
}

void Profile::print(llvm::raw_ostream &out) const {
  auto line = [&](const Span &span, double whole) {
    double share = whole > 0 ? 100 * span.seconds / whole : 0;
    out << llvm::format("%9.3f s %5.1f %%  ", span.seconds, share) << span.name << '\n';
  };
  out << "time by phase:\n";
  for (const Span &span : byPhase) line(span, total());
  out << llvm::format("%9.3f s  in all\n", total());
  if (byRule.empty()) return;
  std::vector<Span> sorted = byRule;
  std::stable_sort(sorted.begin(), sorted.end(), [](auto &a, auto &b) { return a.seconds > b.seconds; });
  double rules = 0;
  for (const Span &span : sorted) rules += span.seconds;
  out << "time by rule:\n";
  for (const Span &span : sorted) line(span, rules);
}

void Profile::writeJson(llvm::raw_ostream &out) const {
  llvm::json::OStream json(out, 2);
  auto list = [&](const char *key, const std::vector<Span> &spans, bool hasFindings) {
    json.attributeArray(key, [&] {
      for (const Span &span : spans)
        json.object([&] {
          json.attribute("name", span.name);
          json.attribute("seconds", span.seconds);
          if (hasFindings) json.attribute("findings", static_cast<int64_t>(span.findings));
        });
    });
  };
  json.object([&] {
    json.attribute("version", 1);
    json.attribute("seconds", total());
    list("phases", byPhase, false);
    list("rules", byRule, true);
  });
  json.flush();
  out << '\n';
}

} // namespace coroguard
