#include "facts/relocate.h"
#include "facts/store.h"
#include <gtest/gtest.h>

namespace coroguard {
namespace {

/// One function in one file, with a name.
Facts factsOf(std::string_view file, std::string_view name) {
  Facts facts;
  Function function;
  function.id = function.name = facts.strings.add(name);
  function.place = {facts.strings.add(file), 1, 2};
  facts.functions.push_back(function);
  facts.units.push_back(facts.strings.add(file));
  return merge({&facts});
}

TEST(Relocate, TakesTheRootAwayFromPlacesUnitsAndNames) {
  Facts there = factsOf("/there/src/a.cpp", "c:a.cpp#/there/src/a.cpp@lambda:8:14");
  Facts here = factsOf("src/a.cpp", "c:a.cpp#src/a.cpp@lambda:8:14");
  EXPECT_EQ(write(withoutRoot(std::move(there), "/there")), write(here));
}

TEST(Relocate, LeavesOtherPathsAlone) {
  for (const char *path : {"/therefore/a.cpp", "/usr/there/a.cpp", "/there", "relative/there/a.cpp"}) {
    Facts facts = factsOf(path, path);
    std::string before = write(facts);
    EXPECT_EQ(write(withoutRoot(std::move(facts), "/there")), before) << path;
  }
}

TEST(Relocate, ResultIsCanonicalThoughTextsChangeTheirOrder) {
  Facts a = factsOf("/there/z.cpp", "z"), b = factsOf("/other/a.cpp", "a");
  Facts facts = withoutRoot(merge({&a, &b}), "/there");
  EXPECT_TRUE(isCanonical(facts));
  std::vector<Problem> problems;
  EXPECT_TRUE(read(write(facts), "x.facts", problems));
  EXPECT_TRUE(problems.empty());
}

TEST(Relocate, TwoNamesOfOneFileBecomeOne) {
  Facts absolute = factsOf("/there/a.cpp", "f"), relative = factsOf("a.cpp", "f");
  Facts facts = withoutRoot(merge({&absolute, &relative}), "/there");
  EXPECT_EQ(facts.functions.size(), 1u);
  EXPECT_EQ(facts.units.size(), 1u);
}

TEST(Relocate, PutsOnlyFilesBelowTheRoot) {
  Facts facts = belowRoot(factsOf("src/a.cpp", "name/of"), "/here");
  ASSERT_EQ(facts.functions.size(), 1u);
  EXPECT_EQ(facts.text(facts.functions[0].place.file), "/here/src/a.cpp");
  EXPECT_EQ(facts.text(facts.functions[0].name), "name/of");
  EXPECT_EQ(facts.text(facts.units[0]), "/here/src/a.cpp");
  EXPECT_EQ(write(withoutRoot(std::move(facts), "/here")), write(factsOf("src/a.cpp", "name/of")));
}

TEST(Relocate, LeavesAbsoluteFilesWhereTheyAre) {
  Facts facts = factsOf("/usr/include/x.h", "f");
  std::string before = write(facts);
  EXPECT_EQ(write(belowRoot(std::move(facts), "/here")), before);
}

} // namespace
} // namespace coroguard
