#include "facts/suppression_comment.h"
#include "tests/unit/tool/scratch_folder.h"
#include "tool/suppress/suppress.h"
#include <gmock/gmock.h>
#include <llvm/ADT/StringRef.h>

namespace coroguard {
namespace {

using test::ScratchFolder;
using testing::ElementsAre;
using testing::IsEmpty;

/// A source text in which a line's `@rule` marks a finding of that rule there. Comments become facts as the
/// extractor makes them: one per `//` to the end of the line.
class SuppressTest : public testing::Test {
protected:
  /// What is left: "line rule" for findings, "line message" for unused suppressions.
  std::vector<std::string> left(llvm::StringRef text) {
    std::string file = folder.write("a.cpp", std::string_view(text));
    Facts facts;
    std::vector<Diagnostic> findings;
    llvm::SmallVector<llvm::StringRef> lines;
    text.split(lines, '\n');
    for (unsigned i = 0; i < lines.size(); ++i) {
      addFindings(file, i + 1, lines[i], findings);
      addComment(facts, file, i + 1, lines[i]);
    }
    SuppressionPolicy policy = allRun();
    policy.stateOf = [](std::string_view id, const std::string &) {
      if (id == "off") return RuleState::NotRun;
      return id == "one" || id == "two" ? RuleState::Run : RuleState::Unknown;
    };
    if (wantsReasons) policy.severityOf = [](std::string_view, const std::string &) { return Severity::Error; };
    std::vector<std::string> result;
    for (const Diagnostic &d : applySuppressions(std::move(findings), facts, policy))
      result.push_back(std::to_string(d.location.line) + " " +
                       (d.rule == unusedSuppression || d.rule == suppressionWithoutReason ? d.message : d.rule));
    return result;
  }

  /// Every rule ran; unused suppressions are reported, missing reasons are not.
  static SuppressionPolicy allRun() {
    return {[](std::string_view, const std::string &) { return RuleState::Run; },
            [](std::string_view finding, const std::string &) {
              return finding == unusedSuppression ? std::optional(Severity::Warning) : std::nullopt;
            }};
  }
  bool wantsReasons = false;

private:
  static void addFindings(const std::string &file, unsigned number, llvm::StringRef line,
                          std::vector<Diagnostic> &into) {
    line = line.split("//").first;
    for (size_t at = line.find('@'); at != llvm::StringRef::npos; at = line.find('@', at + 1)) {
      std::string rule = line.drop_front(at + 1).take_while([](char c) { return c != ' '; }).str();
      into.push_back({rule, Severity::Warning, {file, number, static_cast<unsigned>(at + 1)}, "message", {}});
    }
  }
  static void addComment(Facts &facts, const std::string &file, unsigned number, llvm::StringRef line) {
    size_t at = line.find("//");
    if (at == llvm::StringRef::npos) return;
    auto parts = parseSuppression(std::string_view(line.drop_front(at)));
    if (!parts) return;
    Place place{facts.strings.add(file), number, static_cast<uint32_t>(at + 1)};
    facts.suppressions.push_back(
        {place, parts->form, facts.strings.add(parts->rules), facts.strings.add(parts->reason)});
  }

  ScratchFolder folder;
};

TEST_F(SuppressTest, NoCommentsNoChange) {
  EXPECT_THAT(left("@one \n@two \n"), ElementsAre("1 one", "2 two"));
}

TEST_F(SuppressTest, LineComment) {
  EXPECT_THAT(left("@one @two // NOLINT\n@one "), ElementsAre("2 one"));
  EXPECT_THAT(left("@one @two // NOLINT(coroguard-one)"), ElementsAre("1 two"));
  EXPECT_THAT(left("@one @two // NOLINT(coroguard-two, coroguard-one)"), IsEmpty());
}

TEST_F(SuppressTest, NextLineComment) {
  EXPECT_THAT(left("// NOLINTNEXTLINE(coroguard-one)\n@one \n@one "), ElementsAre("3 one"));
  EXPECT_THAT(left("@one // NOLINTNEXTLINE(coroguard-one)\n@one "), ElementsAre("1 one"));
}

TEST_F(SuppressTest, Globs) {
  EXPECT_THAT(left("@one @two // NOLINT(*)"), IsEmpty());
  EXPECT_THAT(left("@one @two // NOLINT(coroguard-*)"), IsEmpty());
  EXPECT_THAT(left("@one @two // NOLINT(coroguard-*,-coroguard-two)"), ElementsAre("1 two"));
  EXPECT_THAT(left("@one // NOLINT(*-one)"), IsEmpty());
  EXPECT_THAT(left("@one // NOLINT(bugprone-*)"), ElementsAre("1 one"));
}

TEST_F(SuppressTest, ForeignNamesDoNotMatchAndAreNotJudged) {
  EXPECT_THAT(left("@one // NOLINT(one)"), ElementsAre("1 one")); // clang-tidy would not know it by this name
  EXPECT_THAT(
      left("x // NOLINT(bugprone-x)\nx // NOLINT\nx // NOLINT(*)\nx // NOLINT(coroguard-one,bugprone-x)"),
      IsEmpty());
}

TEST_F(SuppressTest, Blocks) {
  EXPECT_THAT(
      left("@one \n// NOLINTBEGIN(coroguard-one)\n@one \n@two \n@one \n// NOLINTEND(coroguard-one)\n@one "),
      ElementsAre("1 one", "4 two", "7 one"));
}

TEST_F(SuppressTest, NestedBlocks) {
  EXPECT_THAT(left("// NOLINTBEGIN(coroguard-one)\n// NOLINTBEGIN(coroguard-two)\n@one @two \n// "
                   "NOLINTEND(coroguard-two)\n"
                   "@one @two \n// NOLINTEND(coroguard-one)\n@one @two "),
              ElementsAre("5 two", "7 one", "7 two"));
}

TEST_F(SuppressTest, UnmatchedBlocksCoverNothing) {
  EXPECT_THAT(left("// NOLINTBEGIN(coroguard-one)\n@one "),
              ElementsAre("1 'NOLINTBEGIN(coroguard-one)' has no NOLINTEND with the same rules", "2 one"));
  EXPECT_THAT(left("@one \n// NOLINTEND(coroguard-one)"),
              ElementsAre("1 one", "2 'NOLINTEND(coroguard-one)' has no NOLINTBEGIN with the same rules"));
  EXPECT_THAT(left("// NOLINTBEGIN\n@one \n// NOLINTEND(coroguard-one)"),
              ElementsAre("2 one", "3 'NOLINTEND(coroguard-one)' has no NOLINTBEGIN with the same rules"));
}

TEST_F(SuppressTest, AllowOnTheLine) {
  EXPECT_THAT(left("@one @two // coroguard: allow(one) once\n@one "), ElementsAre("1 two", "2 one"));
  EXPECT_THAT(left("@one @two // coroguard: allow(one, two) once"), IsEmpty());
}

TEST_F(SuppressTest, AllowTakesTheNameThatClangTidyPrints) {
  EXPECT_THAT(left("@one @two // coroguard: allow(coroguard-one) once"), ElementsAre("1 two"));
  EXPECT_THAT(left("x // coroguard: allow(coroguard-one, coroguard-three) once"),
              ElementsAre("1 suppression of 'one' covers no finding", "1 unknown rule 'three' in a suppression; it suppresses nothing"));
}

TEST_F(SuppressTest, AllowWithoutARuleIsNotOverlooked) {
  for (const char *comment : {"// coroguard: allow", "// coroguard: allow one", "// coroguard: allow()", "// coroguard: allow(one"})
    EXPECT_THAT(left(std::string("@one ") + comment),
                ElementsAre("1 one", "1 a suppression that names no rule suppresses nothing; write 'coroguard: allow(RULE) reason'"))
        << comment;
}

TEST_F(SuppressTest, AllowAloneOnTheLineAbove) {
  EXPECT_THAT(left("  // coroguard: allow(one) once\n  @one \n  @one "), ElementsAre("3 one"));
}

TEST_F(SuppressTest, AllowsStackAndReasonsGoOn) {
  EXPECT_THAT(
      left("// coroguard: allow(one) a long\n// reason\n// coroguard: allow(two) other\n\n@one @two "),
      IsEmpty());
}

TEST_F(SuppressTest, AllowBehindCodeDoesNotReachTheNextLine) {
  EXPECT_THAT(left("x; // coroguard: allow(one)\n@one "),
              ElementsAre("1 suppression of 'one' covers no finding", "2 one"));
}

TEST_F(SuppressTest, UnusedAndUnknown) {
  EXPECT_THAT(left("x // NOLINT(coroguard-one)"),
              ElementsAre("1 suppression of 'coroguard-one' covers no finding"));
  EXPECT_THAT(left("x // NOLINT(coroguard-*)"),
              ElementsAre("1 suppression of 'coroguard-*' covers no finding"));
  EXPECT_THAT(left("@one // NOLINT(coroguard-one,coroguard-oen)"),
              ElementsAre("1 unknown rule 'oen' in a suppression; it suppresses nothing"));
  EXPECT_THAT(left("x // coroguard: allow(three)"),
              ElementsAre("1 unknown rule 'three' in a suppression; it suppresses nothing"));
  EXPECT_THAT(left("@one // coroguard: allow(one, two)"),
              ElementsAre("1 suppression of 'two' covers no finding"));
}

TEST_F(SuppressTest, TwoCommentsForOneFindingAreBothInUse) {
  EXPECT_THAT(left("// NOLINTNEXTLINE(coroguard-one)\n@one // coroguard: allow(one)"), IsEmpty());
}

TEST_F(SuppressTest, UnusedSuppressionsCanBeAllowed) {
  EXPECT_THAT(left("x // coroguard: allow(one, unused-suppression) only on Windows"), IsEmpty());
}

TEST_F(SuppressTest, OfRulesThatDidNotRunNothingIsKnown) {
  EXPECT_THAT(left("x // coroguard: allow(off) later\nx // NOLINT(coroguard-off)"), IsEmpty());
}

TEST_F(SuppressTest, ReasonsCanBeRequired) {
  std::string text = "@one // coroguard: allow(one)\n@one // NOLINT(coroguard-one)\n@one // NOLINT(coroguard-one, other): known\n"
                     "@two // coroguard: allow(two) known\nx // NOLINT(other)\nx // NOLINT";
  EXPECT_THAT(left(text), IsEmpty());
  wantsReasons = true;
  EXPECT_THAT(left(text), ElementsAre("1 'coroguard: allow(one)' gives no reason; nobody can tell later whether it still holds",
                                      "2 'NOLINT(coroguard-one)' gives no reason; nobody can tell later whether it still holds"));
}

TEST_F(SuppressTest, AMissingReasonIsNotCoveredByTheCommentItself) {
  wantsReasons = true;
  EXPECT_EQ(left("@one // NOLINT(coroguard-*)").size(), 1u);
  EXPECT_THAT(left("@one // coroguard: allow(one, suppression-without-reason)"), IsEmpty());
}

TEST_F(SuppressTest, OtherFilesAreNotCovered) {
  Facts facts;
  facts.suppressions.push_back({{facts.strings.add("/p/a.cpp"), 1, 1}, Suppression::Form::Line, {}, {}});
  std::vector<Diagnostic> findings = {{"one", Severity::Warning, {"/p/b.cpp", 1, 1}, "m", {}},
                                      {"one", Severity::Warning, {"/p/a.cpp", 1, 1}, "m", {}}};
  auto result = applySuppressions(findings, facts, allRun());
  ASSERT_EQ(result.size(), 1u);
  EXPECT_EQ(result[0].location.file, "/p/b.cpp");
}

TEST_F(SuppressTest, UnreadableSourceFallsBackToTheColumn) {
  Facts facts;
  facts.suppressions.push_back(
      {{facts.strings.add("/gone/a.cpp"), 1, 1}, Suppression::Form::Allow, facts.strings.add("one"), {}});
  std::vector<Diagnostic> findings = {{"one", Severity::Warning, {"/gone/a.cpp", 2, 5}, "m", {}}};
  EXPECT_TRUE(applySuppressions(findings, facts, allRun()).empty());
}

} // namespace
} // namespace coroguard
