#include "tests/unit/tool/report/small_report.h"
#include <gmock/gmock.h>
#include <llvm/Support/JSON.h>

namespace coroguard {
namespace {

using test::CurrentFolder;
using test::ScratchFolder;
using test::written;
using testing::EndsWith;
using testing::HasSubstr;

class SarifReport : public testing::Test {
protected:
  static llvm::json::Object run(const Report &report) {
    auto parsed = llvm::json::parse(written("sarif", report));
    if (!parsed) return {};
    return std::move(*(*parsed->getAsObject()->getArray("runs"))[0].getAsObject());
  }
  static std::string fingerprintOf(const llvm::json::Object &run, size_t result) {
    auto *prints = (*run.getArray("results"))[result].getAsObject()->getObject("partialFingerprints");
    return prints->getString("coroguard/v1")->str();
  }
  Report at(const std::string &text, unsigned line) {
    std::string file = folder.write("a b/ü%.cpp", text);
    Report report;
    report.diagnostics.push_back({"rule", Severity::Warning, {file, line, 1}, "message", {}});
    return report;
  }
  ScratchFolder folder;
};

TEST_F(SarifReport, Golden) { test::expectGolden("sarif"); }

TEST_F(SarifReport, FingerprintSurvivesMovedLines) {
  CurrentFolder current(folder.path());
  std::string before = fingerprintOf(run(at("foo();\n", 1)), 0);
  EXPECT_EQ(before, fingerprintOf(run(at("\n\n\n  foo();\n", 4)), 0));
  EXPECT_NE(before, fingerprintOf(run(at("bar();\n", 1)), 0));
}

TEST_F(SarifReport, EqualFindingsAreToldApart) {
  CurrentFolder current(folder.path());
  Report report = at("foo();\nfoo();\n", 1);
  report.diagnostics.push_back(report.diagnostics[0]);
  report.diagnostics[1].location.line = 2;
  auto twice = run(report);
  EXPECT_THAT(fingerprintOf(twice, 0), EndsWith(":1"));
  EXPECT_THAT(fingerprintOf(twice, 1), EndsWith(":2"));
}

TEST_F(SarifReport, UrisAreEncoded) {
  CurrentFolder current(folder.path());
  std::string text = written("sarif", at("foo();\n", 1));
  EXPECT_THAT(text, HasSubstr("\"uri\": \"a%20b/%C3%BC%25.cpp\""));
  EXPECT_THAT(text, HasSubstr("\"uri\": \"file://" + folder.path() + "/\""));
}

TEST_F(SarifReport, ProblemsMakeTheRunUnsuccessful) {
  Report report;
  auto success = [](const Report &r) {
    llvm::json::Object result = run(r);
    return *(*result.getArray("invocations"))[0].getAsObject()->getBoolean("executionSuccessful");
  };
  EXPECT_TRUE(success(report));
  report.problems.push_back({{}, "wrong", ""});
  EXPECT_FALSE(success(report));
}

} // namespace
} // namespace coroguard
