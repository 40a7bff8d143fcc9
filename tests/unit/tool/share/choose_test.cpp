#include "tool/share/choose.h"
#include <gmock/gmock.h>

namespace coroguard {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// A header weighs what its number says.
uint64_t sum(const HeaderList &list) {
  uint64_t total = 0;
  for (size_t header : list) total += header;
  return total;
}

std::vector<Sharing> choose(const std::vector<HeaderList> &lists, SharingTerms terms) { return chooseSharing(lists, terms, sum); }

TEST(CommonPart, KeepsTheOrder) {
  EXPECT_THAT(commonPart({1, 2, 3}, {1, 2, 3}), ElementsAre(1, 2, 3));
  EXPECT_THAT(commonPart({1, 2, 3, 4}, {9, 1, 3, 8, 4}), ElementsAre(1, 3, 4));
  EXPECT_THAT(commonPart({1, 2}, {2, 1}), testing::SizeIs(1));
  EXPECT_THAT(commonPart({1, 2}, {}), IsEmpty());
}

TEST(ChooseSharing, TakesWhatAllOfThemInclude) {
  auto groups = choose({{1, 50, 2, 3}, {1, 50, 3}, {4, 1, 50, 3, 5}}, {.leastUnits = 3, .leastWeight = 10});
  ASSERT_EQ(groups.size(), 1u);
  EXPECT_THAT(groups[0].headers, ElementsAre(1, 50, 3));
  EXPECT_THAT(groups[0].units, ElementsAre(0, 1, 2));
}

TEST(ChooseSharing, LeavesOthersForTheNextGroup) {
  auto groups = choose({{50}, {60}, {60, 50}, {50}, {60}}, {.leastUnits = 2, .leastWeight = 10});
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_THAT(groups[0].units, ElementsAre(1, 2, 4));
  EXPECT_THAT(groups[1].units, ElementsAre(0, 3));
}

TEST(ChooseSharing, LeavesWhatDoesNotPay) {
  EXPECT_THAT(choose({{50}, {50}}, {.leastUnits = 3, .leastWeight = 10}), IsEmpty());
  EXPECT_THAT(choose({{5}, {5}, {5}}, {.leastUnits = 3, .leastWeight = 10}), IsEmpty());
  EXPECT_THAT(choose({{}, {}, {}}, {.leastUnits = 1, .leastWeight = 0}), IsEmpty());
}

} // namespace
} // namespace coroguard
