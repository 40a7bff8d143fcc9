// Checkstyle's XML, which most CI servers and review bots read: findings and problems, grouped by file.
#include "tool/report/reporter.h"
#include "tool/report/source_text.h"
#include "tool/report/xml_text.h"
#include <map>

namespace coroguard {
namespace {

struct Entry {
  Location location;
  const char *severity;
  std::string message;
  std::string source;
};

void write(const Entry &entry, llvm::raw_ostream &out) {
  out << "    <error line=\"" << std::max(1u, entry.location.line) << '"';
  if (entry.location.column > 0) out << " column=\"" << entry.location.column << '"';
  out << " severity=\"" << entry.severity << "\" message=\"" << xmlText(entry.message) << "\" source=\""
      << xmlText(entry.source) << "\"/>\n";
}

/// What concerns no file stands under our own name.
std::map<std::string, std::vector<Entry>> entriesByFile(const Report &report) {
  SourceText source;
  std::map<std::string, std::vector<Entry>> files;
  auto nameOf = [&](const Location &location) {
    return location.file.empty() ? "coroguard" : source.displayName(location.file).str();
  };
  for (const Problem &problem : report.problems)
    files[nameOf(problem.location)].push_back({problem.location, "error", sentence(problem), "coroguard"});
  for (const Diagnostic &diagnostic : report.diagnostics)
    files[nameOf(diagnostic.location)].push_back(
        {diagnostic.location, wordOf(diagnostic.severity), diagnostic.message, "coroguard." + diagnostic.rule});
  return files;
}

void writeReport(const Report &report, llvm::raw_ostream &out) {
  out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n";
  for (const auto &[file, entries] : entriesByFile(report)) {
    out << "  <file name=\"" << xmlText(file) << "\">\n";
    for (const Entry &entry : entries) write(entry, out);
    out << "  </file>\n";
  }
  out << "</checkstyle>\n";
}

} // namespace

Reporter checkstyleReporter() { return {"checkstyle", writeReport}; }

} // namespace coroguard
