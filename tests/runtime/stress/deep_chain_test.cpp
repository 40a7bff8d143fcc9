// A chain of a million coroutines and ten million awaits do not touch the end of an 8 MiB stack: what co_await does
// returns to the task's loop instead of calling on. At -O0 and under AddressSanitizer g++ 12 makes no tail call of a
// symmetric transfer, so these say most there.
#include <coroguard/loop/virtual_time.hpp>
#include <coroguard/observe/log.hpp>
#include <coroguard/task/sleep.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "stress/small_stack.hpp"

namespace coroguard {
namespace {

coro<int> one() { co_return 1; }

coro<int> add_up(int times) {
  int sum = 0;
  for (int i = 0; i < times; ++i) sum += co_await one();
  co_return sum;
}

TEST(stress, ten_million_ready_coroutines) {
  static constexpr int times = 10'000'000;
  on_usual_stack([] {
    event_loop loop(virtual_time());
    EXPECT_EQ(loop.run_until_complete(add_up(times)), times);
  });
}

coro<int> add_up(future<int> ready, int times) {
  int sum = 0;
  for (int i = 0; i < times; ++i) sum += co_await ready;
  co_return sum;
}

TEST(stress, ten_million_ready_futures) {
  static constexpr int times = 10'000'000;
  on_usual_stack([] {
    event_loop loop(virtual_time());
    const future<int> ready = loop.create_future<int>();
    ready.set_result(1);
    EXPECT_EQ(loop.run_until_complete(add_up(ready, times)), times);
  });
}

// Counts the frames that exist.
struct counted {
  explicit counted(int& alive) : alive_(alive) { ++alive_; }
  counted(const counted&) = delete;
  ~counted() { --alive_; }

private:
  int& alive_;
};

// `depth` coroutines, of which the innermost awaits `leaf`.
coro<int> chain(int depth, future<int> leaf, int& alive) {
  const counted here(alive);
  if (depth == 1) co_return co_await leaf;
  co_return 1 + co_await chain(depth - 1, std::move(leaf), alive);
}

// A loop, and a task of the whole chain that waits for `leaf`.
struct waiting_chain {
  explicit waiting_chain(int& alive) : running(loop.create_task(chain(chain_depth, leaf, alive))) {
    loop.stop();
    loop.run_forever();
    EXPECT_EQ(alive, chain_depth);
  }

  event_loop loop{virtual_time()};
  future<int> leaf = loop.create_future<int>();
  task<int> running;
};

TEST(stress, deep_chain_completes) {
  on_usual_stack([] {
    int alive = 0;
    waiting_chain all(alive);
    all.leaf.set_result(1);
    EXPECT_EQ(all.loop.run_until_complete(all.running), chain_depth);
    EXPECT_EQ(alive, 0);
  });
}

TEST(stress, deep_chain_completes_without_waiting) {
  on_usual_stack([] {
    int alive = 0;
    event_loop loop(virtual_time());
    const future<int> ready = loop.create_future<int>();
    ready.set_result(1);
    EXPECT_EQ(loop.run_until_complete(chain(chain_depth, ready, alive)), chain_depth);
    EXPECT_EQ(alive, 0);
  });
}

TEST(stress, deep_chain_throws) {
  on_usual_stack([] {
    int alive = 0;
    waiting_chain all(alive);
    all.leaf.set_exception(std::runtime_error("from the leaf"));
    std::string message;
    try {
      all.loop.run_until_complete(all.running);
    } catch (const std::runtime_error& error) {
      message = error.what();
    }
    EXPECT_EQ(message, "from the leaf");
    EXPECT_EQ(alive, 0);
  });
}

TEST(stress, deep_chain_is_cancelled) {
  on_usual_stack([] {
    int alive = 0;
    waiting_chain all(alive);
    EXPECT_TRUE(all.running.cancel());
    EXPECT_THROW(all.loop.run_until_complete(all.running), cancelled_error);
    EXPECT_TRUE(all.running.cancelled());
    EXPECT_TRUE(all.leaf.cancelled());
    EXPECT_EQ(alive, 0);
  });
}

TEST(stress, deep_chain_is_destroyed_while_it_waits) {
  on_usual_stack([] {
    std::vector<std::string> lines;
    const log_sink before = set_log_sink([&](log_level, std::string_view line) { lines.emplace_back(line); });
    int alive = 0;
    {
      waiting_chain all(alive);
      all.loop.close();
      EXPECT_EQ(alive, 0);
    }
    set_log_sink(before);
    ASSERT_EQ(lines.size(), 1u);
    EXPECT_EQ(lines[0].find("Task was destroyed but it is pending!"), 0u);
  });
}

// A chain of tasks, each awaiting the next: a cancellation goes down it and comes back up.
coro<int> await_task(task<int> awaited) { co_return co_await awaited; }

TEST(stress, long_chain_of_tasks_ends) {
  constexpr int tasks = 100'000;
  on_usual_stack([] {
    event_loop loop(virtual_time());
    const future<int> leaf = loop.create_future<int>();
    int alive = 0;
    task<int> last = loop.create_task(chain(1, leaf, alive));
    for (int i = 0; i < tasks; ++i) last = loop.create_task(await_task(last));
    loop.call_soon([&] { leaf.set_result(3); });
    EXPECT_EQ(loop.run_until_complete(last), 3);
  });
}

}  // namespace
}  // namespace coroguard
