// GitLab's code quality report: a list of objects with description, check_name, fingerprint, severity and location, the
// properties that GitLab reads. Paths are relative to the repository, lines count from 1.
#include "tool/report/ci_path.h"
#include "tool/report/reporter.h"
#include <llvm/Support/JSON.h>
#include <llvm/Support/MD5.h>

namespace coroguard {
namespace {

using llvm::json::fixUTF8;

/// GitLab has info, minor, major, critical and blocker; the last is for what kept us from looking.
const char *severityOf(Severity severity) {
  return severity == Severity::Info ? "info" : severity == Severity::Warning ? "major" : "critical";
}

class GitlabWriter {
public:
  GitlabWriter(const Report &report, llvm::raw_ostream &out) : report(report), out(out), json(out, 2) {}

  void run() {
    json.array([&] {
      for (const Problem &problem : report.problems)
        write(sentence(problem), "coroguard", fingerprintOf(problem), "blocker", problem.location);
      for (const Diagnostic &diagnostic : report.diagnostics)
        write(diagnostic.message, diagnostic.rule, diagnostic.fingerprint, severityOf(diagnostic.severity),
              diagnostic.location);
    });
    json.flush();
    out << '\n';
  }

private:
  void write(llvm::StringRef description, llvm::StringRef check, llvm::StringRef fingerprint, llvm::StringRef severity,
             const Location &location) {
    json.object([&] {
      json.attribute("description", fixUTF8(description));
      json.attribute("check_name", check);
      json.attribute("fingerprint", fingerprint);
      json.attribute("severity", severity);
      json.attributeObject("location", [&] {
        json.attribute("path", fixUTF8(path(location)));
        json.attributeObject("lines", [&] { json.attribute("begin", std::max(1u, location.line)); });
      });
    });
  }

  /// A path is required, also for what concerns no file.
  std::string path(const Location &location) {
    return location.file.empty() ? "." : ciPath(location.file, "CI_PROJECT_DIR", source);
  }

  std::string fingerprintOf(const Problem &problem) {
    llvm::MD5 hash;
    hash.update(path(problem.location) + '\0' + problem.message);
    llvm::MD5::MD5Result result;
    hash.final(result);
    std::string digest(result.digest());
    return digest + ":" + std::to_string(++occurrences[digest]);
  }

  const Report &report;
  llvm::raw_ostream &out;
  llvm::json::OStream json;
  SourceText source;
  std::map<std::string, unsigned> occurrences;
};

} // namespace

Reporter gitlabReporter() {
  return {"gitlab", [](const Report &report, llvm::raw_ostream &out) { GitlabWriter(report, out).run(); }};
}

} // namespace coroguard
