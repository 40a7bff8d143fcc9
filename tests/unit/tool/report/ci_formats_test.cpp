// The formats of CI services: golden files, and what must hold whatever the bytes. tests/hosts/formats.test.sh reads them
// with other people's parsers.
#include "tests/unit/tool/report/small_report.h"
#include <gmock/gmock.h>
#include <llvm/Support/JSON.h>

namespace coroguard {
namespace {

using test::written;
using testing::HasSubstr;

class CiFormats : public testing::Test {
protected:
  void SetUp() override {
    unsetenv("GITHUB_WORKSPACE");
    unsetenv("CI_PROJECT_DIR");
  }
  static Report one(const std::string &message, const std::string &file = "/p/a.cpp") {
    Report report;
    report.diagnostics.push_back({"rule", Severity::Warning, {file, 3, 4}, message, {}});
    return report;
  }
};

TEST_F(CiFormats, Github) { test::expectGolden("github"); }
TEST_F(CiFormats, Gitlab) { test::expectGolden("gitlab"); }
TEST_F(CiFormats, Junit) { test::expectGolden("junit"); }
TEST_F(CiFormats, Checkstyle) { test::expectGolden("checkstyle"); }

TEST_F(CiFormats, GithubEscapesPropertiesMoreThanText) {
  EXPECT_EQ(written("github", one("50% of a:b, c\r\n::error::d", "/p/a:b,c%.cpp")),
            "::warning title=coroguard%3A rule,file=/p/a%3Ab%2Cc%25.cpp,line=3,col=4::50%25 of a:b, c%0D%0A::error::d\n");
}

TEST_F(CiFormats, GithubShowsErrorsFirst) {
  Report report = one("second");
  report.diagnostics.push_back({"rule", Severity::Error, {"/p/a.cpp", 9, 1}, "first", {}});
  std::string text = written("github", report);
  EXPECT_LT(text.find("first"), text.find("second"));
}

TEST_F(CiFormats, PathsStartAtTheCheckoutOfTheService) {
  test::ScratchFolder checkout;
  Report report = one("m", checkout.write("src/a.cpp", ""));
  setenv("GITHUB_WORKSPACE", checkout.path().c_str(), 1);
  setenv("CI_PROJECT_DIR", checkout.path().c_str(), 1);
  EXPECT_THAT(written("github", report), HasSubstr("file=src/a.cpp,"));
  EXPECT_THAT(written("gitlab", report), HasSubstr("\"path\": \"src/a.cpp\""));
}

TEST_F(CiFormats, GitlabIsJsonWhateverTheBytes) {
  auto parsed = llvm::json::parse(written("gitlab", one("bad \xff \x01 \"quoted\"\n", "/p/\xfe.cpp")));
  EXPECT_TRUE(bool(parsed));
  if (!parsed) llvm::consumeError(parsed.takeError());
}

TEST_F(CiFormats, XmlHasNothingThatXmlForbids) {
  for (const char *format : {"junit", "checkstyle"}) {
    std::string text = written(format, one("<&>\" \x01\xff\xEF\xBF\xBE end\tof\nline"));
    EXPECT_THAT(text, HasSubstr("&lt;&amp;&gt;&quot; \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD end&#9;of&#10;line")) << format;
  }
}

TEST_F(CiFormats, JunitOfACleanRunHasATestThatPassed) {
  EXPECT_THAT(written("junit", {}), HasSubstr("tests=\"1\" failures=\"0\" errors=\"0\""));
}

} // namespace
} // namespace coroguard
