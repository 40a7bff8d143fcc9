#include "tool/inspect/run_time_rule.h"
#include <gtest/gtest.h>

namespace coroguard {
namespace {

constexpr std::string_view page = "# Page\n\n## Reports\n\n### slow-turn\n\nMany.\n\n<!-- printed by x -->\n```text\nA turn\n```\n\n"
                                  "### unclosed-loop, unclosed-executor\n\nLeft.\n\n## How\n\nSo.\n";

TEST(RunTimeSection, IsThatOfTheId) {
  EXPECT_EQ(runTimeSection(page, "slow-turn"), "### slow-turn\n\nMany.\n\n```text\nA turn\n```\n\n");
}

TEST(RunTimeSection, MayBeOfSeveralIds) {
  EXPECT_EQ(runTimeSection(page, "unclosed-loop"), "### unclosed-loop, unclosed-executor\n\nLeft.\n\n");
  EXPECT_EQ(runTimeSection(page, "unclosed-executor"), runTimeSection(page, "unclosed-loop"));
}

TEST(RunTimeSection, IsNoneForOtherWords) {
  EXPECT_FALSE(runTimeSection(page, "slow"));
  EXPECT_FALSE(runTimeSection(page, "How"));
  EXPECT_FALSE(runTimeSection(page, ""));
}

TEST(RunTimeSection, IsThereForWhatTheShippedPageReports) {
  for (const char *id : {"slow-callback", "wrong-thread-call", "unawaited-coroutine", "blocking-call", "unclosed-executor"})
    EXPECT_TRUE(runTimeSection(debugModePage(), id)) << id;
}

} // namespace
} // namespace coroguard
