#include "tests/unit/tool/scratch_folder.h"
#include "tool/suppress/insert.h"
#include <gmock/gmock.h>
#include <llvm/ADT/StringRef.h>

namespace coroguard {
namespace {

/// `@` in the text marks a finding of rule "one", and is taken out; `$` one of rule "two".
std::string added(std::string text, CommentStyle style = CommentStyle::Allow) {
  std::vector<Diagnostic> findings;
  unsigned line = 1, column = 1;
  std::string clean;
  for (char c : text) {
    if (c == '@' || c == '$') {
      findings.push_back({c == '@' ? "one" : "two", Severity::Warning, {"a.cpp", line, column}, "m", {}});
      continue;
    }
    clean += c;
    ++column;
    if (c == '\n') ++line, column = 1;
  }
  return withSuppressions(clean, findings, "why", style);
}

TEST(AddSuppressions, AboveWithTheIndentationOfTheLine) {
  EXPECT_EQ(added("x\n  @f();\n"), "x\n  // coroguard: allow(one) why\n  f();\n");
  EXPECT_EQ(added("\t@f();"), "\t// coroguard: allow(one) why\n\tf();");
  EXPECT_EQ(added("@f(); $g(@h);\n"), "// coroguard: allow(one, two) why\nf(); g(h);\n");
  EXPECT_EQ(added("@f(); // text\n"), "// coroguard: allow(one) why\nf(); // text\n");
}

TEST(AddSuppressions, KeepsLineEndsAndTheByteOrderMark) {
  EXPECT_EQ(added("a;\r\n@f();\r\n"), "a;\r\n// coroguard: allow(one) why\r\nf();\r\n");
  EXPECT_EQ(added("\xEF\xBB\xBF@f();\n"), "\xEF\xBB\xBF// coroguard: allow(one) why\nf();\n");
}

TEST(AddSuppressions, InAMacroBeforeTheFinding) {
  EXPECT_EQ(added("#define M \\\n  x; \\\n  @f(); \\\n  y\n"),
            "#define M \\\n  x; \\\n  /* coroguard: allow(one) why */ f(); \\\n  y\n");
  EXPECT_EQ(added("#define M \\\n  @f()\n"), "#define M \\\n  f() // coroguard: allow(one) why\n"); // its last line
}

TEST(AddSuppressions, NotIntoStringsAndComments) {
  EXPECT_EQ(added("s = R\"(\n)\"; @f();\n"), "s = R\"(\n)\"; f(); // coroguard: allow(one) why\n");
  EXPECT_EQ(added("s = R\"(\n)\" + @f() + R\"(\n)\";\n"), "s = R\"(\n)\" + /* coroguard: allow(one) why */ f() + R\"(\n)\";\n");
  EXPECT_EQ(added("/*\n*/ @f();\n"), "/*\n*/ f(); // coroguard: allow(one) why\n");
  EXPECT_EQ(added("/*\n*/ @f(); // text\n"), "/*\n*/ /* coroguard: allow(one) why */ f(); // text\n");
  EXPECT_EQ(added("n = 1'000; c = '\"'; // don't \"\n@f();\n"),
            "n = 1'000; c = '\"'; // don't \"\n// coroguard: allow(one) why\nf();\n");
}

TEST(AddSuppressions, OtherSuppressionsStayInForce) {
  EXPECT_EQ(added("// NOLINTNEXTLINE(x)\n@f();\n"), "// coroguard: allow(one) why\n// NOLINTNEXTLINE(x)\nf();\n");
  EXPECT_EQ(added("g(); // NOLINTNEXTLINE(x)\n@f();\n"), "g(); // NOLINTNEXTLINE(x)\nf(); // coroguard: allow(one) why\n");
  EXPECT_EQ(added("// NOLINTNEXTLINE(x)\n@f();\n", CommentStyle::NoLint),
            "// NOLINTNEXTLINE(x)\nf(); // NOLINT(coroguard-one): why\n");
}

TEST(AddSuppressions, AsNoLint) {
  EXPECT_EQ(added("  @f($x);\n", CommentStyle::NoLint), "  // NOLINTNEXTLINE(coroguard-one, coroguard-two): why\n  f(x);\n");
}

TEST(AddSuppressions, Reasons) {
  EXPECT_EQ(faultOfReason("legacy, see #12"), "");
  for (const char *bad : {"", "  ", "a\nb", "a */ b", "a \\"}) EXPECT_NE(faultOfReason(bad), "") << bad;
}

TEST(AddSuppressions, OnDisk) {
  test::ScratchFolder folder;
  std::string file = folder.write("a.cpp", "f();\n");
  std::filesystem::permissions(file, std::filesystem::perms(0750));
  std::vector<Diagnostic> findings = {{"one", Severity::Warning, {file, 1, 1}, "m", {}},
                                      {"unused-suppression", Severity::Warning, {file, 1, 1}, "m", {}},
                                      {"one", Severity::Warning, {folder.path("gone.cpp"), 1, 1}, "m", {}}};
  std::vector<Problem> problems;
  Insertion result = addSuppressions(findings, "why", CommentStyle::Allow, problems);
  EXPECT_EQ(result.findings, 1u);
  EXPECT_EQ(result.files, 1u);
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].message, "suppressions cannot be added: No such file or directory");
  ASSERT_EQ(findings.size(), 2u); // about comments, and what could not be written
  std::stringstream text;
  text << std::ifstream(file).rdbuf();
  EXPECT_EQ(text.str(), "// coroguard: allow(one) why\nf();\n");
  EXPECT_EQ(std::filesystem::status(file).permissions(), std::filesystem::perms(0750));
}

} // namespace
} // namespace coroguard
