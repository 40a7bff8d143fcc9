// Where a run spends its time: by phase, and by rule.
#pragma once
#include <chrono>
#include <llvm/Support/raw_ostream.h>
#include <string>
#include <vector>

namespace coroguard {

struct Span {
  std::string name;
  double seconds = 0;
  size_t findings = 0; // of a rule
};

class Profile {
public:
  /// Ends the phase before and begins one.
  void phase(std::string name);
  /// Ends the last phase.
  void stop();
  void rule(std::string id, double seconds, size_t findings) { byRule.push_back({std::move(id), seconds, findings}); }

  double total() const;
  const std::vector<Span> &phases() const { return byPhase; }
  const std::vector<Span> &rules() const { return byRule; }

  /// A table, the slowest rules first.
  void print(llvm::raw_ostream &out) const;
  /// {"version": 1, "seconds", "phases": [{"name", "seconds"}], "rules": [{"name", "seconds", "findings"}]}
  void writeJson(llvm::raw_ostream &out) const;

private:
  using Clock = std::chrono::steady_clock;
  std::vector<Span> byPhase;
  std::vector<Span> byRule;
  Clock::time_point began = {};
  bool isRunning = false;
};

} // namespace coroguard
