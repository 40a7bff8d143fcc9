#include "unit/facts/random_facts.h"
#include <gmock/gmock.h>

namespace coroguard {
namespace {

using ::testing::HasSubstr;
using testing::RandomFacts;

/// What reading says: "read" or the problems.
std::string outcome(std::string_view text) {
  std::vector<Problem> problems;
  std::optional<Facts> facts = read(text, "some.facts", problems);
  if (facts && problems.empty()) return "read";
  if (facts || problems.size() != 1) return "a result and " + std::to_string(problems.size()) + " problems";
  EXPECT_EQ(problems[0].location.file, "some.facts");
  EXPECT_FALSE(problems[0].remedy.empty());
  return problems[0].message;
}

Facts readBack(const std::string &text) {
  std::vector<Problem> problems;
  std::optional<Facts> facts = read(text, "some.facts", problems);
  EXPECT_TRUE(facts) << text;
  return facts ? std::move(*facts) : Facts();
}

TEST(Store, WriteReadWriteIsTheSame) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    Facts facts = RandomFacts(seed).make();
    std::string text = write(facts);
    Facts back = readBack(text);
    ASSERT_EQ(write(back), text) << "seed " << seed;
    ASSERT_EQ(print(back), print(facts)) << "seed " << seed;
  }
}

TEST(Store, EmptyFacts) { EXPECT_EQ(write(readBack(write(Facts()))), write(Facts())); }

TEST(Store, StringsThatLookLikeTheFormat) {
  for (std::string text : {"two\nlines", "back\\slash", "\\n", "\\", "\n", "\n\n\\\\n\n", " ", "end 12345\n", "3", "tab\t",
                           "coroguard-facts 3\n", "\xc3\xa9", "'quoted' \"text\""}) {
    Facts facts;
    facts.units.push_back(facts.strings.add(text));
    Facts back = readBack(write(facts));
    ASSERT_EQ(back.units.size(), 1u) << text;
    EXPECT_EQ(back.text(back.units[0]), text);
  }
}

TEST(Store, ReadKeepsEveryField) {
  for (unsigned seed = 0; seed < 50; ++seed) { // random_facts.h fills whatever fields there are
    Facts facts = RandomFacts(seed).make();
    Facts canonical = merge({&facts}), back = readBack(write(facts));
    EXPECT_TRUE(canonical.functions == back.functions);
    EXPECT_TRUE(canonical.overrides == back.overrides);
    EXPECT_TRUE(canonical.bindings == back.bindings);
    EXPECT_TRUE(canonical.suppressions == back.suppressions);
    EXPECT_TRUE(canonical.units == back.units);
  }
}

// --- Files that are not what was written ---------------------------------------------------------------------------------

Facts example() { return RandomFacts(7).make(); }

TEST(Store, AnotherVersionIsSaidToBeOne) {
  std::string text = write(example());
  text.replace(text.find(" 3\n"), 3, " 2\n");
  EXPECT_THAT(outcome(text), HasSubstr("not a facts file of this version"));
  EXPECT_THAT(outcome(""), HasSubstr("not a facts file of this version"));
  EXPECT_THAT(outcome("#include <vector>\n"), HasSubstr("not a facts file of this version"));
}

TEST(Store, EveryTruncationIsNoticed) {
  std::string text = write(example());
  for (size_t length = 0; length < text.size(); ++length)
    ASSERT_NE(outcome(std::string_view(text).substr(0, length)), "read") << length << " of " << text.size();
}

TEST(Store, EveryAlteredByteIsNoticed) {
  std::string text = write(example());
  for (size_t at = 0; at < text.size(); ++at) {
    std::string altered = text;
    altered[at] = altered[at] == '1' ? '2' : '1';
    ASSERT_NE(outcome(altered), "read") << "byte " << at;
  }
}

TEST(Store, MoreBehindTheEndIsNoticed) {
  std::string text = write(example());
  EXPECT_THAT(outcome(text + "\n"), HasSubstr("truncated or altered"));
  EXPECT_THAT(outcome(text + text), ::testing::Not("read"));
}

} // namespace
} // namespace coroguard
