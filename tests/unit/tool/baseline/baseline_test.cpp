#include "tool/baseline/baseline.h"
#include "tests/unit/tool/scratch_folder.h"
#include <algorithm>
#include <gmock/gmock.h>

namespace coroguard {
namespace {

using testing::ElementsAre;

/// An entry whose fingerprint ends in this digit and ordinal.
BaselineEntry entry(const std::string &file, char digit, int ordinal = 1, const std::string &rule = "blocking-call") {
  return {file, rule, "f", "'f' blocks", std::string(32, digit) + ":" + std::to_string(ordinal)};
}

Diagnostic finding(const BaselineEntry &entry) {
  Diagnostic result{entry.rule, Severity::Warning, {"/p/" + entry.file, 1, 1}, entry.message, {}};
  result.function = entry.function;
  result.fingerprint = entry.fingerprint;
  return result;
}

class BaselineFile : public testing::Test {
protected:
  Problem problemOf(const std::string &text) {
    std::vector<Problem> problems;
    EXPECT_FALSE(readBaseline(folder.write("b", text), problems)) << text;
    EXPECT_EQ(problems.size(), 1u) << text;
    return problems.empty() ? Problem{} : problems[0];
  }
  static constexpr const char *head = "{\"coroguard-baseline\":1}\n";
  test::ScratchFolder folder;
};

TEST_F(BaselineFile, ReadsWhatItWrites) {
  Baseline baseline{entry("a b.cpp", 'a'), entry("ü\"\\\n\t.cpp", 'b'), entry("ü\"\\\n\t.cpp", 'b', 2)};
  std::vector<Problem> problems;
  std::string text = baselineText(baseline);
  EXPECT_EQ(readBaseline(folder.write("b", text), problems), baseline);
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 4); // the version, and a line per finding
}

TEST_F(BaselineFile, WhatAUnionOfTwoFilesHoldsIsRead) {
  std::string a = baselineText({entry("a.cpp", 'a')}), b = baselineText({entry("b.cpp", 'b')});
  std::vector<Problem> problems;
  auto read = readBaseline(folder.write("b", b + "\r\n" + a), problems);
  EXPECT_EQ(read, (Baseline{entry("a.cpp", 'a'), entry("b.cpp", 'b')}));
}

TEST_F(BaselineFile, WhatIsWrongHasItsPlaceAndARemedy) {
  struct {
    std::string text;
    unsigned line, column;
    const char *message;
  } cases[] = {
      {"", 1, 1, "not a baseline of coroguard: the file is empty"},
      {"int main();\n", 1, 1, "not a line of a baseline: Invalid JSON value"},
      {"[]\n", 1, 1, "not a line of a baseline: not a JSON object"},
      {"{}\n", 1, 1, "not a baseline of coroguard: its first line does not tell the version"},
      {"{\"coroguard-baseline\":2}\n", 1, 1, "a baseline of version 2, and this coroguard reads version 1"},
      {head + std::string("\n<<<<<<< HEAD\n"), 3, 1, "an unresolved merge conflict"},
      {head + std::string("{\"file\":\"a.cpp\"}\n"), 2, 1, "an entry without \"rule\""},
  };
  for (const auto &one : cases) {
    Problem problem = problemOf(one.text);
    EXPECT_EQ(problem.location.line, one.line) << one.text;
    EXPECT_EQ(problem.location.column, one.column) << one.text;
    EXPECT_THAT(problem.message, testing::StartsWith(one.message)) << one.text;
    EXPECT_NE(problem.remedy, "") << one.text;
  }
  BaselineEntry altered = entry("a.cpp", 'a');
  altered.fingerprint = "abc:1";
  EXPECT_EQ(problemOf(baselineText({altered})).message, "'abc:1' is no fingerprint of a finding");
  std::string cut = baselineText({entry("a.cpp", 'a')});
  EXPECT_EQ(problemOf(cut.substr(0, cut.size() - 10)).location.line, 2u);
}

TEST(Baseline, CoversFindingsOneByOne) {
  BaselineEntry first = entry("a.cpp", 'a'), second = entry("a.cpp", 'a', 2), third = entry("a.cpp", 'a', 3);
  std::vector<Diagnostic> findings{finding(first), finding(second), finding(third)};
  EXPECT_EQ(takeCovered(findings, {first, second}, "/p"), (Baseline{first, second}));
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].fingerprint, third.fingerprint);
}

TEST(Baseline, OnlyWhatARunHasLookedAtIsGone) {
  Baseline baseline{entry("a.cpp", 'a'), entry("b.cpp", 'b'), entry("b.cpp", 'c', 1, "unawaited-coroutine")};
  Baseline present{baseline[0]};
  EXPECT_THAT(goneEntries(baseline, present, {.isWhole = true}), ElementsAre(baseline[1], baseline[2]));
  EXPECT_THAT(goneEntries(baseline, present, {.files = {"a.cpp"}}), ElementsAre());
  EXPECT_THAT(goneEntries(baseline, {}, {.files = {"b.cpp"}}), ElementsAre(baseline[1], baseline[2]));
  EXPECT_THAT(goneEntries(baseline, {}, {.files = {"b.cpp"}, .rules = {"blocking-call"}}), ElementsAre(baseline[1]));
  EXPECT_THAT(goneEntries(baseline, {}, {}), ElementsAre());
}

TEST(Baseline, AnUpdateKeepsWhatTheRunCouldNotJudge) {
  Baseline baseline{entry("a.cpp", 'a'), entry("b.cpp", 'b')};
  BaselineEntry added = entry("a.cpp", 'd');
  EXPECT_THAT(updatedBaseline(baseline, {added}, {.files = {"a.cpp"}}), ElementsAre(added, baseline[1]));
  EXPECT_THAT(updatedBaseline(baseline, {added}, {.isWhole = true}), ElementsAre(added));
}

} // namespace
} // namespace coroguard
