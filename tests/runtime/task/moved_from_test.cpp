// Handles that were moved from, or never had a future.
#include <coroguard/task/as_completed.hpp>
#include <coroguard/task/gather.hpp>
#include <coroguard/task/shield.hpp>
#include <coroguard/task/wait.hpp>
#include <coroguard/task/wait_for.hpp>

#include "base_task_tests.hpp"

namespace coroguard {
namespace {

coro<void> await_coro(coro<void>& awaited) { co_await awaited; }

class moved_from : public BaseTaskTests {
protected:
  static constexpr const char* refused = "An asyncio.Future, a coroutine or an awaitable is required";
  future<int> had = new_future<int>();
  const future<int> has = std::move(had);
};

TEST_F(moved_from, cannot_be_awaited) {
  const auto body = [&]() -> coro<void> {
    EXPECT_EQ(text_of<runtime_error>(co_await thrown_by(await_future(had))), "await wasn't used with future");
    task<int> none;
    EXPECT_EQ(text_of<runtime_error>(co_await thrown_by(await_future(future<int>(none)))), "await wasn't used with future");
    coro<void> used = do_nothing();
    coro<void> kept = std::move(used);
    EXPECT_TRUE(is<runtime_error>(co_await thrown_by(await_coro(used))));
    co_await kept;
  };
  run(body());
}

TEST_F(moved_from, is_refused_by_what_waits_for_several) {
  const auto body = [&]() -> coro<void> {
    EXPECT_EQ(thrown_message<std::invalid_argument>([&] { (void)gather(had, has); }), refused);
    EXPECT_EQ(thrown_message<std::invalid_argument>([&] { (void)gather(has, had); }), refused);
    const std::vector both{has, had};
    EXPECT_EQ(thrown_message<std::invalid_argument>([&] { (void)gather(both); }), refused);
    EXPECT_EQ(thrown_message<std::invalid_argument>([&] { (void)as_completed(both); }), refused);
    EXPECT_EQ(text_of<std::invalid_argument>(co_await thrown_by(wait(both))), refused);
  };
  run(body());
}

TEST_F(moved_from, is_refused_by_what_waits_for_one) {
  EXPECT_EQ(thrown_message<std::invalid_argument>([&] { (void)shield(had); }), refused);
  EXPECT_EQ(thrown_message<std::invalid_argument>([&] { (void)ensure_future(had); }), refused);
  EXPECT_EQ(thrown_message<std::invalid_argument>([&] { run(had); }), refused);
  EXPECT_TRUE(is<runtime_error>(thrown_in([&] { run(wait_for(had, seconds(1))); })));
  EXPECT_TRUE(is<std::invalid_argument>(thrown_in([&] { run(wait_for(had, seconds(0))); })));
}

}  // namespace
}  // namespace coroguard
