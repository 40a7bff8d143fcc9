#include "tool/statistics/statistics.h"
#include "tool/identity/fingerprint.h"
#include <algorithm>
#include <llvm/Support/Format.h>
#include <llvm/Support/Path.h>

namespace coroguard {
namespace {

void printTable(const char *title, const std::map<std::string, size_t> &counts, llvm::raw_ostream &out) {
  std::vector<std::pair<std::string, size_t>> sorted(counts.begin(), counts.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](auto &a, auto &b) { return a.second > b.second; });
  out << title << ":\n";
  for (const auto &[name, number] : sorted) out << llvm::format("%7zu  ", number) << name << '\n';
}

} // namespace

Statistics count(const std::vector<Diagnostic> &findings, const std::string &projectRoot) {
  Statistics statistics;
  for (const Diagnostic &finding : findings) {
    llvm::StringRef folder = llvm::sys::path::parent_path(nameInProject(finding.location.file, projectRoot));
    ++statistics.byRule[finding.rule];
    ++statistics.byFolder[folder.empty() ? "." : folder.str()];
    ++statistics.bySeverity[static_cast<int>(finding.severity)];
  }
  return statistics;
}

void print(const Statistics &statistics, double seconds, llvm::raw_ostream &out) {
  printTable("findings by rule", statistics.byRule, out);
  printTable("findings by folder", statistics.byFolder, out);
  out << "findings by severity:\n";
  for (Severity severity : {Severity::Error, Severity::Warning, Severity::Info})
    out << llvm::format("%7zu  ", statistics.bySeverity[static_cast<int>(severity)]) << wordOf(severity) << '\n';
  out << llvm::format("time: %.2f s\n", seconds);
}

} // namespace coroguard
