#include "tool/fix/plan.h"
#include "tool/fix/unified_diff.h"
#include <gtest/gtest.h>

namespace coroguard {
namespace {

Edit edit(unsigned line, unsigned column, unsigned endColumn, const char *text) {
  return {{"/a.cpp", line, column}, {"/a.cpp", line, endColumn}, text};
}

Diagnostic finding(std::vector<Edit> edits, bool isSafe = true) {
  return {.rule = "rule", .location = edits.front().begin, .message = "message", .fixes = {{"title", isSafe, std::move(edits)}}};
}

std::string fixed(std::string_view text, const std::vector<Diagnostic> &findings, bool withUnsafe = true) {
  FixPlan plan = planFixes(findings, withUnsafe);
  return plan.empty() ? std::string(text) : applyEdits(text, plan["/a.cpp"].edits).value_or("not applicable");
}

TEST(PlanTest, UnsafeFixesAreLeftOutUnlessWanted) {
  std::vector<Diagnostic> findings{finding({edit(1, 1, 1, "co_await ")}, false), finding({edit(2, 1, 4, "")})};
  EXPECT_EQ(fixed("f();\nf();\n", findings, false), "f();\n;\n");
  EXPECT_EQ(fixed("f();\nf();\n", findings, true), "co_await f();\n;\n");
}

TEST(PlanTest, OfOverlappingFixesTheFirstWinsAsAWhole) {
  std::vector<Diagnostic> findings{finding({edit(1, 2, 4, "X")}), finding({edit(1, 3, 5, "Y"), edit(1, 6, 6, "Z")})};
  EXPECT_EQ(fixed("abcdef", findings), "aXdef");
  EXPECT_EQ(planFixes(findings, true)["/a.cpp"].findings, 1u);
}

TEST(PlanTest, TwoInsertionsAtOnePlaceOverlap) {
  EXPECT_EQ(fixed("ab", {finding({edit(1, 2, 2, "X")}), finding({edit(1, 2, 2, "Y")})}), "aXb");
}

TEST(PlanTest, NeighboursDoNotOverlap) {
  EXPECT_EQ(fixed("abcd", {finding({edit(1, 1, 3, "X")}), finding({edit(1, 3, 4, "Y")})}), "XYd");
}

TEST(PlanTest, TheSameFixRepairsTwoFindingsAtOnce) {
  std::vector<Diagnostic> findings(2, finding({edit(1, 1, 1, "co_await ("), edit(1, 9, 9, ")")}));
  EXPECT_EQ(fixed("c ? a: b", findings), "co_await (c ? a: b)");
  EXPECT_EQ(planFixes(findings, true)["/a.cpp"].findings, 2u);
}

TEST(ApplyTest, KeepsLineEndsMarksAndAMissingLastLineEnd) {
  EXPECT_EQ(applyEdits("\xEF\xBB\xBF" "f();\r\ng();\r\nh();", {edit(1, 4, 4, "x "), edit(2, 1, 1, "y "), edit(3, 5, 5, "z")}),
            "\xEF\xBB\xBF" "x f();\r\ny g();\r\nh();z");
}

TEST(ApplyTest, RemovesWholeLines) {
  EXPECT_EQ(applyEdits("a\r\nb\r\nc", {{{"/a.cpp", 2, 1}, {"/a.cpp", 3, 1}, ""}}), "a\r\nc");
}

TEST(ApplyTest, RefusesPlacesThatTheTextDoesNotHave) {
  EXPECT_FALSE(applyEdits("a\nb\n", {edit(4, 1, 1, "x")}));
  EXPECT_FALSE(applyEdits("a\nb\n", {edit(1, 3, 3, "x")}));
  EXPECT_FALSE(applyEdits("a\nb\n", {edit(1, 1, 9, "x")}));
  EXPECT_TRUE(applyEdits("a\nb\n", {edit(1, 2, 2, "x")}));
}

TEST(DiffTest, OneChangeHasThreeLinesOfContext) {
  EXPECT_EQ(unifiedDiff("a.cpp", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", {edit(5, 1, 1, "x ")}),
            "--- a/a.cpp\n+++ b/a.cpp\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x 5\n 6\n 7\n 8\n");
}

TEST(DiffTest, DistantChangesAreTwoHunksAndLinesMoveBehindARemoval) {
  std::string text;
  for (int i = 1; i <= 20; ++i) text += std::to_string(i) + "\n";
  EXPECT_EQ(unifiedDiff("a.cpp", text, {{{"/a.cpp", 2, 1}, {"/a.cpp", 3, 1}, ""}, edit(20, 1, 3, "x")}),
            "--- a/a.cpp\n+++ b/a.cpp\n@@ -1,5 +1,4 @@\n 1\n-2\n 3\n 4\n 5\n"
            "@@ -17,4 +16,4 @@\n 17\n 18\n 19\n-20\n+x\n");
}

TEST(DiffTest, SaysThatTheLastLineHasNoEnd) {
  EXPECT_EQ(unifiedDiff("a.cpp", "a\nb", {edit(2, 1, 1, "x")}),
            "--- a/a.cpp\n+++ b/a.cpp\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+xb\n\\ No newline at end of file\n");
}

} // namespace
} // namespace coroguard
