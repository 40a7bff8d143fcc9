#include "harness/expectations.h"
#include <gmock/gmock.h>

namespace coroguard::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Kind = Expectation::Kind;

/// "line kind rule fragment", one per marker.
std::vector<std::string> markers(std::string_view text) {
  static constexpr const char *kinds[] = {"warn", "note", "missed", "false", "fact"};
  std::vector<std::string> result;
  for (const Expectation &e : parseCase(text).expectations)
    result.push_back(std::to_string(e.line) + " " + kinds[static_cast<int>(e.kind)] + " " + e.rule + "|" + e.fragment);
  return result;
}
std::vector<std::string> errors(std::string_view text) {
  CaseText parsed = parseCase(text);
  EXPECT_THAT(parsed.expectations, IsEmpty()) << text;
  return parsed.errors;
}

TEST(Expectations, EveryKind) {
  EXPECT_THAT(markers("f(); // warn: some-rule \"its message\"\n"
                      "g(); // note: \"a step\"\n"
                      "h(); // missed alarm: some-rule\n"
                      "i(); // false alarm: some-rule\n"
                      "j(); // fact: call f blocks\n"),
              ElementsAre("1 warn some-rule|its message", "2 note |a step", "3 missed some-rule|", "4 false some-rule|",
                          "5 fact |call f blocks"));
}

TEST(Expectations, SeveralOnOneLine) {
  EXPECT_THAT(markers("f(), g(); // warn: a \"f\" // warn: a \"g\" // note: \"h\""),
              ElementsAre("1 warn a|f", "1 warn a|g", "1 note |h"));
  EXPECT_THAT(markers("f(); // fact: one // fact: two"), ElementsAre("1 fact |one", "1 fact |two"));
}

TEST(Expectations, WordsBehindARuleOfAnImperfectionAreAReason) {
  EXPECT_THAT(markers("f(); // missed alarm: some-rule: nobody knows"), ElementsAre("1 missed some-rule|"));
}

TEST(Expectations, OrdinaryCommentsAreNone) {
  EXPECT_THAT(markers("// a comment that says warn: nothing\nint a; // why it warns\n//warn: a \"b\"\nchar s[] = \"//\";\n"),
              IsEmpty());
}

TEST(Expectations, MalformedMarkersAreErrors) {
  EXPECT_THAT(errors("f(); // warn: some-rule"), ElementsAre(HasSubstr("1: a marker without a \"fragment\"")));
  EXPECT_THAT(errors("f(); // warn: some-rule \"open"), ElementsAre(HasSubstr("without a \"fragment\"")));
  EXPECT_THAT(errors("f(); // warn: some-rule \"\""), ElementsAre(HasSubstr("empty fragment")));
  EXPECT_THAT(errors("\nf(); // warn: \"no rule\""), ElementsAre(HasSubstr("2: a marker without a rule id")));
  EXPECT_THAT(errors("f(); // missed alarm:"), ElementsAre(HasSubstr("without a rule id")));
  EXPECT_THAT(errors("f(); // note: words"), ElementsAre(HasSubstr("without a \"fragment\"")));
}

TEST(Expectations, FlagsAndMocks) {
  CaseText parsed = parseCase("// flags: -std=c++23  -DX=1\n// for: std asio\nint a;\n");
  EXPECT_THAT(parsed.flags, ElementsAre("-std=c++23", "-DX=1"));
  EXPECT_THAT(parsed.mocks, ElementsAre("std", "asio"));
  EXPECT_THAT(parseCase("int a;").flags, ElementsAre("-std=c++20"));
  EXPECT_THAT(parseCase("int a;").mocks, IsEmpty());
}

// --- Several files in one -------------------------------------------------------------------------------------------------

TEST(SplitProgram, OneFileStaysOne) {
  std::vector<Part> parts = splitProgram("int a;\nint b;", "case.cpp");
  ASSERT_EQ(parts.size(), 1u);
  EXPECT_EQ(parts[0].name, "case.cpp");
  EXPECT_EQ(parts[0].text, "int a;\nint b;\n");
}

TEST(SplitProgram, PartsKeepTheLineNumbersOfTheWholeFile) {
  std::vector<Part> parts = splitProgram("// what it is about\n\n//--- a.h\nint a;\n//--- b.cpp\nint b;\n", "case.cpp");
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(parts[0].name, "a.h");
  EXPECT_EQ(parts[0].text, "\n\n//--- a.h\nint a;\n");
  EXPECT_EQ(parts[1].name, "b.cpp");
  EXPECT_THAT(parts[1].text, HasSubstr("\n\n\n\n//--- b.cpp\nint b;\n"));
}

TEST(SplitProgram, CodeInFrontOfTheFirstPartIsAPart) {
  std::vector<Part> parts = splitProgram("int first;\n//--- b.cpp\nint b;\n", "case.cpp");
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(parts[0].name, "case.cpp");
}

} // namespace
} // namespace coroguard::testing
