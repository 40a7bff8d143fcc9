#include "unit/facts/random_facts.h"
#include "facts/enumerators.h"
#include "facts/text_order.h"
#include <gmock/gmock.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/Endian.h>
#include <llvm/Support/xxhash.h>
#include <set>

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

std::string versionLine() {
  std::string text = write(Facts());
  return text.substr(0, text.find('\n') + 1);
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
  text.replace(text.find(" 3 "), 3, " 2 ");
  EXPECT_THAT(outcome(text), HasSubstr("not a facts file of this version"));
  std::string otherFields = write(example());
  otherFields[versionLine().size() - 2] ^= 1;
  EXPECT_THAT(outcome(otherFields), HasSubstr("not a facts file of this version"));
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

// --- Files that somebody made up: the checksum is right, the rest is not -------------------------------------------------

std::string withChecksum(std::string bytes) {
  char checksum[8];
  llvm::support::endian::write64le(checksum, llvm::xxh3_64bits(llvm::StringRef(bytes)));
  return bytes.append(checksum, sizeof checksum);
}

std::string withoutChecksum(const std::string &text) { return text.substr(0, text.size() - 8); }

TEST(Store, ShortFiles) {
  std::string start = versionLine();
  EXPECT_THAT(outcome(start), HasSubstr("truncated or altered"));
  for (const char *byte : {"", "\x01", "\x7f", "\x80", "\xff"})
    EXPECT_THAT(outcome(withChecksum(start + byte)), HasSubstr("malformed"));
  std::string endless = start + std::string(20, '\xff');
  EXPECT_THAT(outcome(withChecksum(endless)), HasSubstr("malformed"));
  EXPECT_EQ(outcome(withChecksum(start + std::string(7, '\0'))), "read"); // no strings, and six empty lists
}

TEST(Store, EveryPrefixIsMalformed) {
  std::string bytes = withoutChecksum(write(example()));
  for (size_t length = versionLine().size(); length < bytes.size(); ++length)
    ASSERT_THAT(outcome(withChecksum(bytes.substr(0, length))), HasSubstr("malformed")) << length;
  EXPECT_THAT(outcome(withChecksum(bytes + '\0')), HasSubstr("malformed"));
}

TEST(Store, AlteredBytesAreReadOrRefusedAndNeverCrash) {
  for (unsigned seed = 0; seed < 3000; ++seed) {
    RandomFacts random(seed % 20);
    std::string bytes = withoutChecksum(write(random.make()));
    std::mt19937 chance(seed);
    size_t head = versionLine().size();
    for (unsigned i = 0; i <= seed % 4; ++i)
      bytes[head + chance() % (bytes.size() - head)] = static_cast<char>(seed % 2 ? chance() : chance() % 8);
    std::vector<Problem> problems;
    std::optional<Facts> facts = read(withChecksum(bytes), "some.facts", problems);
    ASSERT_NE(facts.has_value(), problems.size() == 1);
    if (!facts) continue;
    std::string text = write(*facts); // whatever was read can be printed and merged like all facts
    EXPECT_EQ(write(readBack(text)), text);
    EXPECT_FALSE(print(*facts).empty() && !facts->functions.empty());
  }
}

TEST(Store, EnumerationsHaveNoOtherValues) {
  EXPECT_EQ(lastEnumerator<Root::Kind>(), uint8_t(Root::Kind::Global));
  EXPECT_EQ(lastEnumerator<RunsOn>(), uint8_t(RunsOn::Signal));
  EXPECT_EQ(lastEnumerator<Suppression::Form>(), uint8_t(Suppression::Form::Allow));
}

// --- Sorting strings ------------------------------------------------------------------------------------------------------

TEST(TextOrder, IsThatOfTheTexts) {
  std::mt19937 chance(1);
  for (unsigned round = 0; round < 200; ++round) {
    std::set<std::string> made{""};
    for (unsigned i = chance() % 300; i > 0; --i) {
      std::string text(chance() % 3 * 8, 'c');
      for (unsigned k = chance() % 20; k > 0; --k) text += "\0\1a\xff"[chance() % (round % 2 ? 4 : 2)];
      made.insert(text);
    }
    std::vector<std::string> texts(made.begin(), made.end());
    std::shuffle(texts.begin(), texts.end(), chance);
    std::vector<std::string_view> views(texts.begin(), texts.end());
    std::vector<std::string> sorted;
    for (uint32_t number : textOrder(views)) sorted.push_back(texts[number]);
    ASSERT_EQ(sorted, std::vector<std::string>(made.begin(), made.end())) << "round " << round;
  }
}

} // namespace
} // namespace coroguard
