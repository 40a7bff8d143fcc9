// One small report, and its text in every format against the files of tests/golden/report/.
// COROGUARD_UPDATE_GOLDEN=1 writes those anew; read the difference before it is committed.
#pragma once
#include "tests/unit/tool/scratch_folder.h"
#include "tool/report/reporter.h"
#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

namespace coroguard::test {

inline const std::string goldenFolder = COROGUARD_SOURCE_DIR "/tests/golden/report";

inline std::string written(const std::string &format, const Report &report) {
  std::string text;
  llvm::raw_string_ostream out(text);
  for (const Reporter &reporter : allReporters())
    if (format == reporter.name) reporter.write(report, out);
  return text;
}

inline Report smallReport() {
  std::string file = goldenFolder + "/session.cpp";
  Report report;
  report.units = 7;
  report.diagnostics.push_back(
      {"blocking-call",
       Severity::Error,
       {file, 3, 17},
       "'read_banner' blocks the event loop",
       {{{"/usr/include/banner lib/banner.h", 12, 3}, "'read_banner' calls 'std::getline' here"},
        {{file, 2, 23}, "in coroutine 'session'"}}});
  report.diagnostics.push_back({"unawaited-coroutine",
                                Severity::Warning,
                                {file, 4, 22},
                                "result of 'save()' is never awaited; the coroutine body does not run",
                                {}});
  report.diagnostics.push_back({"unused-suppression",
                                Severity::Info,
                                {file, 5, 3},
                                "suppression of 'lock-across-suspension' covers no finding",
                                {}});
  report.diagnostics[0].function = "session";
  for (Diagnostic &diagnostic : report.diagnostics)
    diagnostic.fingerprint = "00112233445566778899aabbccddeeff:" + std::to_string(diagnostic.location.line);
  report.problems.push_back({{file, 1, 1}, "'gone.h' file not found", "check the include paths"});
  report.problems.push_back({{}, "no compile_commands.json found", "name the build folder with -p"});
  return report;
}

inline std::string replaced(std::string text, const std::string &from, const std::string &to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

/// The version and the summaries and pages of rules change without the format changing.
inline std::string withoutRules(const std::string &sarif) {
  size_t from = sarif.find("\"version\": ", sarif.find("\"driver\"")), to = sarif.find("\"invocations\"");
  if (from == std::string::npos || to == std::string::npos) return sarif;
  return sarif.substr(0, from) + "<the tool's version and rules>,\n      " + sarif.substr(to);
}

inline void expectGolden(const std::string &format) {
  CurrentFolder current(goldenFolder);
  std::string text = replaced(written(format, smallReport()), goldenFolder, "/project");
  if (format == "sarif") text = withoutRules(text);
  std::string file = goldenFolder + "/" + format + ".expected";
  if (std::getenv("COROGUARD_UPDATE_GOLDEN")) std::ofstream(file) << text;
  std::stringstream expected;
  expected << std::ifstream(file).rdbuf();
  EXPECT_EQ(text, expected.str()) << file;
}

} // namespace coroguard::test
