// event_loop::set_shuffle_seed: each turn in an order that its seed decides.
#include <algorithm>
#include <string>

#include "virtual_loop.hpp"

namespace coroguard {
namespace {

std::string order_with(std::optional<std::uint64_t> seed) {
  event_loop loop(virtual_time());
  loop.set_shuffle_seed(seed);
  std::string order;
  for (const char name : std::string("abcdefghijklmnopqrst")) loop.call_soon([&order, name] { order += name; });
  loop.call_soon([&] { loop.stop(); });
  loop.run_forever();
  return order;
}

TEST(shuffle, order_depends_on_the_seed_alone) {
  const std::string scheduled = order_with(std::nullopt);
  EXPECT_EQ(scheduled, "abcdefghijklmnopqrst");
  const std::string first = order_with(1);
  EXPECT_NE(first, scheduled);
  EXPECT_EQ(order_with(1), first);
  EXPECT_NE(order_with(2), first);
  std::string sorted = first;
  std::ranges::sort(sorted);
  EXPECT_EQ(sorted, scheduled);  // each once
}

// A turn runs what was queued when it began, shuffled or not.
TEST(shuffle, turns_stay_apart) {
  event_loop loop(virtual_time());
  loop.set_shuffle_seed(7);
  std::string order;
  for (int i = 0; i < 5; ++i)
    loop.call_soon([&] {
      order += "1";
      loop.call_soon([&] { order += "2"; });
    });
  for (int turn = 0; turn < 2; ++turn) {
    loop.stop();
    loop.run_forever();
  }
  EXPECT_EQ(order, "1111122222");
}

}  // namespace
}  // namespace coroguard
