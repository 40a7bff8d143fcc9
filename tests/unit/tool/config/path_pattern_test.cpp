#include "tool/config/path_pattern.h"
#include <gtest/gtest.h>

namespace coroguard {
namespace {

bool matches(const char *pattern, const char *path) { return PathPattern(pattern).matches(path); }

TEST(PathPattern, AFolderMeansAllBelow) {
  EXPECT_TRUE(matches("src/net", "src/net/a.cpp"));
  EXPECT_TRUE(matches("src/net/", "src/net/deep/a.cpp"));
  EXPECT_TRUE(matches("/src", "src/a.cpp"));
  EXPECT_FALSE(matches("src/net", "src/network/a.cpp"));
  EXPECT_FALSE(matches("src/a.cpp/", "src/a.cpp")); // a file
}

TEST(PathPattern, ANameAloneIsMeantAtAnyDepth) {
  EXPECT_TRUE(matches("tests", "tests/a.cpp"));
  EXPECT_TRUE(matches("tests", "lib/tests/a.cpp"));
  EXPECT_TRUE(matches("*_test.cpp", "lib/x/a_test.cpp"));
  EXPECT_TRUE(matches("tests/", "lib/tests/a.cpp"));
  EXPECT_FALSE(matches("/tests", "lib/tests/a.cpp")); // not alone: it begins at the folder
  EXPECT_FALSE(matches("tests/*.cpp", "lib/tests/a.cpp"));
}

TEST(PathPattern, Wildcards) {
  EXPECT_TRUE(matches("src/*.cpp", "src/a.cpp"));
  EXPECT_FALSE(matches("src/*.cpp", "src/x/a.cpp"));
  EXPECT_TRUE(matches("src/**/*.cpp", "src/a.cpp"));
  EXPECT_TRUE(matches("src/**/*.cpp", "src/x/y/a.cpp"));
  EXPECT_TRUE(matches("**/gen/*", "gen/a.cpp"));
  EXPECT_TRUE(matches("tests/**", "tests/x/a.cpp"));
  EXPECT_FALSE(matches("tests/**", "tests2/a.cpp"));
  EXPECT_TRUE(matches("src/{a,b}?.[ch]pp", "src/b1.hpp"));
  EXPECT_TRUE(matches("**", "a.cpp"));
}

TEST(PathPattern, Faults) {
  for (const char *good : {"a", "a/**", "**/*.cpp", "[a-z]*", "{a,b}"}) EXPECT_EQ(PathPattern::fault(good), "") << good;
  for (const char *bad : {"!a", "../a", "a/[b", "/", "", "**/**/**/**/**"}) EXPECT_NE(PathPattern::fault(bad), "") << bad;
}

} // namespace
} // namespace coroguard
