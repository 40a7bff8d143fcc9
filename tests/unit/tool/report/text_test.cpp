#include "tests/unit/tool/report/small_report.h"
#include <gmock/gmock.h>
#include <llvm/Support/JSON.h>

namespace coroguard {
namespace {

using test::CurrentFolder;
using test::ScratchFolder;
using testing::HasSubstr;
using testing::Not;

class TextReport : public testing::Test {
protected:
  /// A report with one finding in one file of this text.
  std::string written(const std::string &text, unsigned line, unsigned column, bool color = false) {
    std::string file = folder.write("a.cpp", text);
    CurrentFolder current(folder.path());
    Report report;
    report.diagnostics.push_back({"rule", Severity::Warning, {file, line, column}, "message", {}});
    report.units = 1;
    report.color = color;
    return test::written("text", report);
  }
  ScratchFolder folder;
};

TEST_F(TextReport, Golden) { test::expectGolden("text"); }

TEST_F(TextReport, OneFinding) {
  EXPECT_EQ(written("x\n  foo();\n", 2, 3), "a.cpp:2:3: warning: message [rule]\n"
                                            "    2 |   foo();\n"
                                            "      |   ^\n"
                                            "1 finding in 1 file (1 translation unit analysed)\n");
}

TEST_F(TextReport, NoFindings) {
  Report report;
  report.units = 7;
  EXPECT_EQ(test::written("text", report), "no findings (7 translation units analysed)\n");
  report.problems.push_back({{"/p/x.cpp", 0, 0}, "wrong", ""});
  EXPECT_EQ(test::written("text", report),
            "/p/x.cpp: error: wrong\nno findings (7 translation units analysed), 1 problem\n");
}

TEST_F(TextReport, TabsAreExpanded) {
  EXPECT_THAT(written("\tfoo();\n", 1, 2), HasSubstr("    1 |         foo();\n      |         ^\n"));
  EXPECT_THAT(written("ab\tfoo();\n", 1, 4), HasSubstr("    1 | ab      foo();\n      |         ^\n"));
}

TEST_F(TextReport, CaretsCountScreenColumns) {
  EXPECT_THAT(written("ü = foo();\n", 1, 6), HasSubstr("    1 | ü = foo();\n      |     ^\n"));
  EXPECT_THAT(written("\"漢\" + foo();\n", 1, 9), HasSubstr("      |        ^\n"));
}

TEST_F(TextReport, LongLinesAreCutAroundTheCaret) {
  std::string text = written(std::string(5000, 'a') + "ü_here" + std::string(5000, 'b') + "\n", 1, 5001);
  EXPECT_LT(text.size(), 700u);
  EXPECT_THAT(text, HasSubstr("| ...aaaa"));
  EXPECT_THAT(text, HasSubstr("bbb...\n"));
  std::string line = text.substr(text.find("| ...") + 2);
  std::string caret = text.substr(text.rfind("      | ") + 8);
  EXPECT_EQ(line.substr(caret.find('^'), 7), "ü_here");
}

TEST_F(TextReport, LongLinesAreNotCutInsideALetter) {
  std::string line;
  for (int i = 0; i < 300; ++i) line += "ü";
  for (unsigned column : {1u, 201u, 301u, 599u})
    EXPECT_TRUE(llvm::json::isUTF8(written(line, 1, column))) << column;
}

TEST_F(TextReport, OddSourcesAreNoFailure) {
  EXPECT_THAT(written("x\r\n", 1, 1), HasSubstr("    1 | x\n      | ^\n")); // Windows line ends
  EXPECT_THAT(written("a\x1b[31mb\n", 1, 1), HasSubstr("1 | a?[31mb\n"));   // no control of the terminal
  EXPECT_THAT(written("\xff\xfe bad\n", 1, 4), HasSubstr(" bad\n"));        // not UTF-8
  EXPECT_THAT(written("", 1, 1), Not(HasSubstr("|")));                      // the line is gone
  EXPECT_THAT(written("x\n", 99, 1), Not(HasSubstr("|")));
  EXPECT_THAT(written("x\n", 1, 99), HasSubstr("    1 | x\n"));
  EXPECT_THAT(written("x\n", 0, 0), testing::StartsWith("a.cpp: warning: message [rule]\n1 finding"));
}

TEST_F(TextReport, UnreadableSourceHasNoSnippet) {
  Report report;
  report.diagnostics.push_back({"rule", Severity::Warning, {"/gone/a.cpp", 1, 1}, "message", {}});
  EXPECT_THAT(test::written("text", report),
              testing::StartsWith("/gone/a.cpp:1:1: warning: message [rule]\n1 finding"));
}

TEST_F(TextReport, SiblingFoldersAreNotBelow) {
  Report report;
  report.diagnostics.push_back(
      {"rule", Severity::Warning, {folder.path() + "-more/a.cpp", 1, 1}, "message", {}});
  CurrentFolder current(folder.path());
  EXPECT_THAT(test::written("text", report), testing::StartsWith(folder.path() + "-more/a.cpp:1:1"));
}

TEST_F(TextReport, LongChainsLoseTheirMiddle) {
  auto reportWith = [](int count) {
    Report report;
    report.diagnostics.push_back({"rule", Severity::Warning, {"/gone/a.cpp", 1, 2}, "message", {}});
    for (int i = 1; i <= count; ++i)
      report.diagnostics[0].notes.push_back({{"/gone/b.cpp", 1, 1}, "step " + std::to_string(i)});
    return report;
  };
  EXPECT_THAT(test::written("text", reportWith(24)), Not(HasSubstr("left out")));
  std::string text = test::written("text", reportWith(25));
  EXPECT_THAT(text, HasSubstr("note: step 12\n/gone/a.cpp:1:2: note: 5 more steps left out\n"
                              "/gone/b.cpp:1:1: note: step 18\n"));
  EXPECT_THAT(text, HasSubstr("note: step 25\n1 finding"));
  EXPECT_THAT(test::written("json", reportWith(25)), HasSubstr("step 15"));
  EXPECT_THAT(test::written("sarif", reportWith(25)), HasSubstr("step 15"));
}

TEST_F(TextReport, ColoursOnlyWhenAsked) {
  EXPECT_THAT(written("x\n", 1, 1), Not(HasSubstr("\x1b")));
  EXPECT_THAT(written("x\n", 1, 1, true), HasSubstr("\x1b["));
}

} // namespace
} // namespace coroguard
