#include "tool/inspect/embedded_pages.h"
#include <gtest/gtest.h>

namespace coroguard {
namespace {

constexpr std::string_view page = "# Page\n\n## Reports\n\n### slow-turn\n\nMany.\n\n<!-- printed by x -->\n```text\nA turn\n```\n\n"
                                  "### unclosed-loop, unclosed-executor\n\nLeft.\n\n## How\n\nSo.\n";

TEST(SectionAbout, IsThatOfTheId) {
  EXPECT_EQ(sectionAbout(page, "slow-turn"), "### slow-turn\n\nMany.\n\n```text\nA turn\n```\n\n");
}

TEST(SectionAbout, MayBeOfSeveralIds) {
  EXPECT_EQ(sectionAbout(page, "unclosed-loop"), "### unclosed-loop, unclosed-executor\n\nLeft.\n\n");
  EXPECT_EQ(sectionAbout(page, "unclosed-executor"), sectionAbout(page, "unclosed-loop"));
}

TEST(SectionAbout, IsNoneForOtherWords) {
  EXPECT_FALSE(sectionAbout(page, "slow"));
  EXPECT_FALSE(sectionAbout(page, "How"));
  EXPECT_FALSE(sectionAbout(page, ""));
}

TEST(SectionAbout, IsThereForWhatTheShippedPageReports) {
  for (const char *id : {"slow-callback", "wrong-thread-call", "unawaited-coroutine", "blocking-call", "unclosed-executor"})
    EXPECT_TRUE(sectionAbout(debugModePage(), id)) << id;
}

TEST(SectionAbout, IsThereForFindingsAboutComments) {
  for (const char *id : {"unused-suppression", "suppression-without-reason"})
    EXPECT_TRUE(sectionAbout(suppressionsPage(), id)) << id;
}

} // namespace
} // namespace coroguard
