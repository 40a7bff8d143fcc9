// JUnit's XML, for CI servers that show tests: a finding is a failed test, one of severity info a skipped one, a problem a
// test with an error, and a clean run one test that passed, since servers take an empty report for a broken one. Names
// hold no line numbers, so that a server recognises a test that still fails.
#include "tool/report/reporter.h"
#include "tool/report/source_text.h"
#include "tool/report/xml_text.h"

namespace coroguard {
namespace {

using llvm::StringRef;

class JunitWriter {
public:
  JunitWriter(const Report &report, llvm::raw_ostream &out) : report(report), out(out) {}

  void run() {
    size_t infos = 0, errors = report.problems.size();
    for (const Diagnostic &diagnostic : report.diagnostics) infos += diagnostic.severity == Severity::Info;
    size_t tests = report.diagnostics.size() + errors;
    std::string counts = " tests=\"" + std::to_string(std::max<size_t>(1, tests)) + "\" failures=\"" +
                         std::to_string(report.diagnostics.size() - infos) + "\" errors=\"" + std::to_string(errors) +
                         "\"";
    out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"coroguard\"" << counts << ">\n"
        << "  <testsuite name=\"coroguard\"" << counts << " skipped=\"" << infos << "\">\n";
    if (tests == 0) out << "    <testcase classname=\"coroguard\" name=\"no findings\"/>\n";
    for (const Diagnostic &diagnostic : report.diagnostics) write(diagnostic);
    for (const Problem &problem : report.problems) write(problem);
    out << "  </testsuite>\n</testsuites>\n";
  }

private:
  std::string name(const Location &location) {
    return location.file.empty() ? "coroguard" : source.displayName(location.file).str();
  }

  /// "src/a.cpp:3:4: message", as in the text format.
  std::string line(const Location &location, StringRef message) {
    std::string place = name(location);
    if (location.line > 0) place += ":" + std::to_string(location.line) + ":" + std::to_string(location.column);
    return place + ": " + message.str() + "\n";
  }

  void write(const Diagnostic &diagnostic) {
    StringRef ordinal = StringRef(diagnostic.fingerprint).split(':').second;
    std::string test = diagnostic.rule + ": " + diagnostic.message;
    if (!diagnostic.function.empty()) test += ", in " + diagnostic.function;
    if (!ordinal.empty() && ordinal != "1") test += " (" + ordinal.str() + ")";
    std::string details = line(diagnostic.location, diagnostic.message);
    for (const Note &note : diagnostic.notes) details += line(note.location, "note: " + note.message);
    if (diagnostic.severity == Severity::Info) write(diagnostic.location, test, "skipped", "", details);
    else write(diagnostic.location, test, "failure", wordOf(diagnostic.severity), details);
  }

  void write(const Problem &problem) {
    write(problem.location, problem.message, "error", "problem", line(problem.location, sentence(problem)));
  }

  void write(const Location &location, StringRef test, StringRef outcome, StringRef type, StringRef details) {
    out << "    <testcase classname=\"" << xmlText(name(location)) << "\" name=\"" << xmlText(test) << '"';
    if (!location.file.empty()) out << " file=\"" << xmlText(name(location)) << '"';
    if (location.line > 0) out << " line=\"" << location.line << '"';
    out << ">\n      <" << outcome << " message=\"" << xmlText(details.split('\n').first) << '"';
    if (!type.empty()) out << " type=\"" << type << "\">" << xmlText(details) << "</" << outcome << ">\n";
    else out << "/>\n";
    out << "    </testcase>\n";
  }

  const Report &report;
  llvm::raw_ostream &out;
  SourceText source;
};

} // namespace

Reporter junitReporter() {
  return {"junit", [](const Report &report, llvm::raw_ostream &out) { JunitWriter(report, out).run(); }};
}

} // namespace coroguard
