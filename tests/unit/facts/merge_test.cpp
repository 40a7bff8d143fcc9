// Facts are a set: linking may happen in any order, in pieces, and more than once.
#include "unit/facts/random_facts.h"
#include <gtest/gtest.h>

namespace coroguard {
namespace {

using testing::RandomFacts;
constexpr unsigned rounds = 300;

Facts merged(const Facts &a, const Facts &b) { return merge({&a, &b}); }

TEST(Merge, IsCommutative) {
  for (unsigned seed = 0; seed < rounds; ++seed) {
    RandomFacts random(seed);
    Facts a = random.make(), b = random.make();
    ASSERT_EQ(write(merged(a, b)), write(merged(b, a))) << "seed " << seed;
  }
}

TEST(Merge, IsAssociative) {
  for (unsigned seed = 0; seed < rounds; ++seed) {
    RandomFacts random(seed);
    Facts a = random.make(), b = random.make(), c = random.make();
    std::string left = write(merged(merged(a, b), c)), right = write(merged(a, merged(b, c)));
    ASSERT_EQ(left, right) << "seed " << seed;
    ASSERT_EQ(left, write(merge({&a, &b, &c}))) << "seed " << seed;
  }
}

TEST(Merge, IsIdempotent) {
  for (unsigned seed = 0; seed < rounds; ++seed) {
    Facts a = RandomFacts(seed).make();
    std::string once = write(merge({&a}));
    ASSERT_EQ(once, write(merged(a, a))) << "seed " << seed;
    Facts canonical = merge({&a});
    ASSERT_EQ(once, write(merge({&canonical}))) << "seed " << seed;
  }
}

TEST(Merge, HasNothingAsItsNeutralElement) {
  for (unsigned seed = 0; seed < rounds; ++seed) {
    Facts a = RandomFacts(seed).make(), nothing;
    ASSERT_EQ(write(a), write(merged(a, nothing))) << "seed " << seed;
    ASSERT_EQ(write(a), write(merged(nothing, a))) << "seed " << seed;
  }
  EXPECT_EQ(merge({}).functions.size(), 0u);
}

/// Merges in random pairs until one is left.
Facts linkedAtRandom(std::vector<Facts> parts, RandomFacts &random) {
  while (parts.size() > 1) {
    random.shuffle(parts);
    Facts last = std::move(parts.back());
    parts.pop_back();
    parts.back() = merged(parts.back(), last);
  }
  return std::move(parts.front());
}

TEST(Merge, AnyOrderAndAnySplitGiveTheSameBytes) {
  for (unsigned seed = 0; seed < rounds; ++seed) {
    RandomFacts random(seed);
    std::vector<Facts> units;
    std::vector<const Facts *> pointers;
    for (unsigned i = 0; i < 6; ++i) units.push_back(random.make());
    for (const Facts &unit : units) pointers.push_back(&unit);
    std::string expected = write(merge(pointers));
    random.shuffle(pointers);
    ASSERT_EQ(expected, write(merge(pointers))) << "seed " << seed;
    ASSERT_EQ(expected, write(linkedAtRandom(std::move(units), random))) << "seed " << seed;
  }
}

TEST(Merge, OneFunctionSeenTwiceKeepsWhatEachUnitSaw) {
  auto unit = [](const char *file, unsigned line, bool vouched) {
    Facts facts;
    facts.units.push_back(facts.strings.add(file));
    Function function;
    function.id = facts.strings.add("c:@F@inline");
    function.name = facts.strings.add("inline");
    function.place = {facts.strings.add("/header.h"), 1, 1};
    function.neverBlocks = vouched;
    Call call;
    call.place = {facts.strings.add("/header.h"), line, 1};
    function.calls.push_back(call);
    facts.functions.push_back(function);
    return facts;
  };
  Facts a = unit("/a.cpp", 2, false), b = unit("/b.cpp", 3, true), same = unit("/c.cpp", 3, false);
  Facts all = merge({&a, &b, &same});
  ASSERT_EQ(all.functions.size(), 1u);
  EXPECT_EQ(all.functions[0].calls.size(), 2u);
  EXPECT_TRUE(all.functions[0].neverBlocks);
  EXPECT_EQ(all.units.size(), 3u);
}

TEST(Merge, KeepsOnlyStringsInUse) {
  Facts facts;
  facts.strings.add("nobody asks for this");
  facts.units.push_back(facts.strings.add("/a.cpp"));
  Facts canonical = merge({&facts});
  EXPECT_EQ(canonical.strings.size(), 2u); // the empty one and /a.cpp
  EXPECT_EQ(write(facts).find("nobody"), std::string::npos);
}

// --- The index of the project, for a host that sees one file -----------------------------------------------------------

Facts oneFunction(const char *unit, const char *file, const char *id) {
  Facts facts;
  facts.units.push_back(facts.strings.add(unit));
  Function function;
  function.id = facts.strings.add(id);
  function.place = {facts.strings.add(file), 1, 1};
  facts.functions.push_back(function);
  facts.suppressions.push_back({function.place, Suppression::Form::Line, {}, {}});
  return facts;
}

std::vector<std::string> functionIds(const Facts &facts) {
  std::vector<std::string> ids;
  for (const Function &function : facts.functions) ids.emplace_back(facts.text(function.id));
  return ids;
}

TEST(WithoutUnits, DropsWhatTheFreshUnitReplaces) {
  Facts stale = oneFunction("/a.cpp", "/a.cpp", "old");
  Facts other = oneFunction("/b.cpp", "/b.cpp", "kept");
  Facts shared = oneFunction("/b.cpp", "/header.h", "inline");
  Facts index = merge({&stale, &other, &shared});
  Facts now = oneFunction("/a.cpp", "/a.cpp", "new"), header = oneFunction("/a.cpp", "/header.h", "inline");
  Facts fresh = merge({&now, &header});
  Facts rest = withoutUnits(std::move(index), fresh);
  EXPECT_EQ(functionIds(rest), std::vector<std::string>{"kept"});
  EXPECT_EQ(rest.units.size(), 1u);
  EXPECT_TRUE(rest.suppressions.empty());
}

TEST(WithoutUnits, OfAnUnrelatedUnitChangesNothingButSuppressions) {
  Facts index = oneFunction("/a.cpp", "/a.cpp", "a"), fresh = oneFunction("/b.cpp", "/b.cpp", "b");
  EXPECT_EQ(functionIds(withoutUnits(std::move(index), fresh)), std::vector<std::string>{"a"});
}

} // namespace
} // namespace coroguard
