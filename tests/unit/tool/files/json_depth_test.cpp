#include "tool/files/json_depth.h"
#include <gtest/gtest.h>
#include <string>

namespace coroguard {
namespace {

TEST(JsonDepth, FindsTheBracketThatIsTooDeep) {
  EXPECT_FALSE(tooDeepJson(std::string(deepestJson, '[')));
  EXPECT_EQ(tooDeepJson(std::string(100'000, '[')), size_t(deepestJson));
  EXPECT_EQ(tooDeepJson(" " + std::string(deepestJson, '{') + "["), size_t(deepestJson + 1));
}

TEST(JsonDepth, BracketsSideBySideAndInStringsAreNotDeep) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "[{}],";
  EXPECT_FALSE(tooDeepJson(text));
  EXPECT_FALSE(tooDeepJson("\"" + std::string(1000, '[') + "\\\"" + std::string(1000, '[') + "\""));
}

} // namespace
} // namespace coroguard
