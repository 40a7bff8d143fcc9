// Workflow commands of GitHub Actions: each finding becomes an annotation at its line of the pull request. GitHub shows
// ten warnings and ten errors of a step, so problems and errors come first.
#include "tool/report/ci_path.h"
#include "tool/report/reporter.h"
#include <llvm/ADT/StringExtras.h>

namespace coroguard {
namespace {

using llvm::StringRef;

/// As GitHub's runner takes it apart; '%' is what it escapes with.
std::string escaped(StringRef text, StringRef characters) {
  std::string result;
  for (char c : text) {
    if (characters.contains(c))
      result += "%" + llvm::utohexstr(static_cast<unsigned char>(c), /*LowerCase=*/false, /*Width=*/2);
    else
      result += c;
  }
  return result;
}

std::string data(StringRef text) { return escaped(text, "%\r\n"); }
std::string property(StringRef text) { return escaped(text, "%\r\n:,"); }

class GithubWriter {
public:
  GithubWriter(const Report &report, llvm::raw_ostream &out) : report(report), out(out) {}

  void run() {
    for (const Problem &problem : report.problems)
      write("error", problem.location, "coroguard", sentence(problem));
    for (Severity severity : {Severity::Error, Severity::Warning, Severity::Info})
      for (const Diagnostic &diagnostic : report.diagnostics)
        if (diagnostic.severity == severity) write(diagnostic);
  }

private:
  static const char *commandOf(Severity severity) { return severity == Severity::Info ? "notice" : wordOf(severity); }

  std::string path(const std::string &file) { return ciPath(file, "GITHUB_WORKSPACE", source); }

  void write(const Diagnostic &diagnostic) {
    std::string message = diagnostic.message;
    for (const Note &note : diagnostic.notes)
      message += "\n" + path(note.location.file) + ":" + std::to_string(note.location.line) + ": " + note.message;
    write(commandOf(diagnostic.severity), diagnostic.location, "coroguard: " + diagnostic.rule, message);
  }

  void write(StringRef command, const Location &location, StringRef title, StringRef message) {
    out << "::" << command << " title=" << property(title);
    if (!location.file.empty()) out << ",file=" << property(path(location.file));
    if (location.line > 0) out << ",line=" << location.line;
    if (location.line > 0 && location.column > 0) out << ",col=" << location.column;
    out << "::" << data(message) << '\n';
  }

  const Report &report;
  llvm::raw_ostream &out;
  SourceText source;
};

} // namespace

Reporter githubReporter() {
  return {"github", [](const Report &report, llvm::raw_ostream &out) { GithubWriter(report, out).run(); }};
}

} // namespace coroguard
