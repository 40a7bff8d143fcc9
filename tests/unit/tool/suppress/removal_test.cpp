#include "tool/suppress/removal.h"
#include <gtest/gtest.h>

namespace coroguard {
namespace {

/// The line without the rule; "-" when that is not offered, "(line)" when the line goes.
std::string without(std::string line, std::string_view rules, std::string_view rule) {
  auto column = static_cast<unsigned>(line.find("/") + 1);
  std::optional<Fix> fix = suppressionRemoval({"/a.cpp", 5, column}, line, rules, rule);
  if (!fix) return "-";
  EXPECT_TRUE(fix->isSafe);
  const Edit &edit = fix->edits.front();
  if (edit.end.line == 6) return edit.begin.column == 1 && edit.end.column == 1 ? "(line)" : "?";
  return line.erase(edit.begin.column - 1, edit.end.column - edit.begin.column);
}

TEST(RemovalTest, TheCommentGoesWithItsReasonAndTheSpaceBeforeIt) {
  EXPECT_EQ(without("f(); // NOLINT(coroguard-one)\n", "coroguard-one", "coroguard-one"), "f();\n");
  EXPECT_EQ(without("f();  // coroguard: allow(one) it is fast\r\n", "one", "one"), "f();\r\n");
  EXPECT_EQ(without("/* NOLINT(coroguard-one) */ f();\n", "coroguard-one", "coroguard-one"), "f();\n");
}

TEST(RemovalTest, ACommentAloneTakesItsLineAlong) {
  EXPECT_EQ(without("  // NOLINTNEXTLINE(coroguard-one)\n", "coroguard-one", "coroguard-one"), "(line)");
}

TEST(RemovalTest, OfSeveralRulesOneGoes) {
  EXPECT_EQ(without("f(); // coroguard: allow(one, two) why\n", "one, two", "one"), "f(); // coroguard: allow(two) why\n");
  EXPECT_EQ(without("f(); // coroguard: allow(one, two) why\n", "one, two", "two"), "f(); // coroguard: allow(one) why\n");
  EXPECT_EQ(without("f(); // NOLINT(coroguard-one,bugprone-x)\n", "coroguard-one,bugprone-x", "coroguard-one"),
            "f(); // NOLINT(bugprone-x)\n");
}

TEST(RemovalTest, WhatSaysMoreStays) {
  EXPECT_EQ(without("f(); // see #12; NOLINT(coroguard-one)\n", "coroguard-one", "coroguard-one"), "-");
  EXPECT_EQ(without("f(); // NOLINT(coroguard-one) NOLINT(other)\n", "coroguard-one", "coroguard-one"), "-");
  EXPECT_EQ(without("f(); /* NOLINT(coroguard-one)\n", "coroguard-one", "coroguard-one"), "-");
  EXPECT_EQ(without("#define F f(); /* NOLINT(coroguard-one) */ \\\n", "coroguard-one", "coroguard-one"), "-");
}

} // namespace
} // namespace coroguard
