#include "tests/unit/tool/report/small_report.h"
#include <gmock/gmock.h>
#include <llvm/Support/JSON.h>

namespace coroguard {
namespace {

using test::CurrentFolder;
using test::ScratchFolder;
using test::written;
using testing::HasSubstr;

class SarifReport : public testing::Test {
protected:
  static llvm::json::Object run(const Report &report) {
    auto parsed = llvm::json::parse(written("sarif", report));
    if (!parsed) return {};
    return std::move(*(*parsed->getAsObject()->getArray("runs"))[0].getAsObject());
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

TEST_F(SarifReport, FingerprintStandsWhereGitHubLooksForIt) {
  CurrentFolder current(folder.path());
  Report report = at("foo();\n", 1);
  report.diagnostics[0].fingerprint = "abc:1";
  auto result = run(report);
  auto *prints = (*result.getArray("results"))[0].getAsObject()->getObject("partialFingerprints");
  EXPECT_EQ(prints->getString("primaryLocationLineHash"), "abc:1");
  EXPECT_EQ(prints->getString("coroguard/v1"), "abc:1");
}

TEST_F(SarifReport, StaysBelowGitHubsLimits) {
  Report report;
  for (unsigned line = 1; line <= 25'002; ++line)
    report.diagnostics.push_back({"rule", line > 25'000 ? Severity::Error : Severity::Warning, {"/a.cpp", line, 1}, "m", {}});
  report.diagnostics[0].notes.assign(20'000, {{"/a.cpp", 1, 1}, "step"});
  auto result = run(report);
  auto *results = result.getArray("results");
  ASSERT_EQ(results->size(), 25'000u);
  auto lineOf = [&](size_t index) {
    auto *place = (*(*results)[index].getAsObject()->getArray("locations"))[0].getAsObject();
    return place->getObject("physicalLocation")->getObject("region")->getInteger("startLine");
  };
  EXPECT_EQ(lineOf(24'999), 25'002); // the most severe ones are there
  EXPECT_EQ((*results)[0].getAsObject()->getArray("relatedLocations")->size(), 999u);
  auto *said = (*result.getArray("invocations"))[0].getAsObject()->getArray("toolExecutionNotifications");
  EXPECT_THAT((*said)[0].getAsObject()->getObject("message")->getString("text")->str(), HasSubstr("2 findings are left out"));
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
