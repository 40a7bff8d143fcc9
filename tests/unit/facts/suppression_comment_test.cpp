#include "facts/suppression_comment.h"
#include <gtest/gtest.h>

namespace coroguard {
namespace {

using Form = Suppression::Form;

/// "form|rules|reason", or "none".
std::string parsed(std::string_view comment) {
  auto parts = parseSuppression(comment);
  if (!parts) return "none";
  const char *forms[] = {"line", "nextline", "begin", "end", "allow"};
  return std::string(forms[static_cast<int>(parts->form)]) + "|" + std::string(parts->rules) + "|" +
         std::string(parts->reason);
}

TEST(SuppressionComment, NoLintForms) {
  EXPECT_EQ(parsed("// NOLINT"), "line||");
  EXPECT_EQ(parsed("// NOLINTNEXTLINE"), "nextline||");
  EXPECT_EQ(parsed("// NOLINTBEGIN(coroguard-*)"), "begin|coroguard-*|");
  EXPECT_EQ(parsed("// NOLINTEND(coroguard-*)"), "end|coroguard-*|");
  EXPECT_EQ(parsed("/* NOLINT(a, b) */"), "line|a, b|");
  EXPECT_EQ(parsed("//NOLINT(a)"), "line|a|");
  EXPECT_EQ(parsed("// NOLINT( a )"), "line|a|");
}

TEST(SuppressionComment, NoLintReasons) {
  EXPECT_EQ(parsed("// NOLINT(coroguard-blocking-call): start-up only"),
            "line|coroguard-blocking-call|start-up only");
  EXPECT_EQ(parsed("// NOLINT - see above"), "line||see above");
  EXPECT_EQ(parsed("/* NOLINT(a) because\n of that */"), "line|a|because");
}

TEST(SuppressionComment, NoLintIsFoundAnywhereAsInClangTidy) {
  EXPECT_EQ(parsed("// it is fine, NOLINT(a)"), "line|a|");
  EXPECT_EQ(parsed("// NOLINTER, then NOLINT"), "line||");
}

TEST(SuppressionComment, NoLintAsClangTidyReadsOddSpellings) {
  EXPECT_EQ(parsed("// NOLINT (a)"), "line||(a)"); // a list must follow at once
  EXPECT_EQ(parsed("// NOLINT(a"), "line||(a");    // not closed: no list
  EXPECT_EQ(parsed("// NOLINT()"), "none");        // an empty list covers nothing
  EXPECT_EQ(parsed("// NOLINTFOO"), "none");
  EXPECT_EQ(parsed("// nolint"), "none");
}

TEST(SuppressionComment, Allow) {
  EXPECT_EQ(parsed("// coroguard: allow(blocking-call) reads 20 bytes once"),
            "allow|blocking-call|reads 20 bytes once");
  EXPECT_EQ(parsed("//coroguard:allow(a,b)"), "allow|a,b|");
  EXPECT_EQ(parsed("/* coroguard: allow ( a , b ) - fine */"), "allow|a , b|fine");
  EXPECT_EQ(parsed("///< coroguard: allow(a)"), "allow|a|");
}

TEST(SuppressionComment, AllowNamesItsRules) {
  EXPECT_EQ(parsed("// coroguard: allow"), "allow||") << "allows nothing, and is not overlooked";
  EXPECT_EQ(parsed("// coroguard: allow()"), "allow||");
  EXPECT_EQ(parsed("// coroguard: allow(a"), "allow||");
  EXPECT_EQ(parsed("// coroguard: allow a"), "allow||");
  EXPECT_EQ(parsed("// write coroguard: allow(a) to allow it"), "none"); // prose about it
  EXPECT_EQ(parsed("// coroguard: allowed(a)"), "none");
}

TEST(SuppressionComment, OtherComments) {
  for (const char *text : {"", "//", "/**/", "/* */", "// TODO", "/*", "// coroguard:", "// coroguard rocks"})
    EXPECT_EQ(parsed(text), "none") << text;
}

} // namespace
} // namespace coroguard
