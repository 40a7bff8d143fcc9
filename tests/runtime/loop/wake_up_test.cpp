// Other threads and a loop that sleeps: no post is forgotten, and one eventfd write wakes the loop for many.
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "virtual_loop.hpp"

namespace coroguard {
namespace {

// A real selector that counts how often the loop's eventfd was written. It is the first descriptor that a loop watches.
class counting_selector final : public selector {
public:
  void watch(int fd, bool for_reading, bool for_writing) override {
    if (wake_fd_ < 0) wake_fd_ = fd;
    real_->watch(fd, for_reading, for_writing);
  }
  void select(std::optional<std::chrono::nanoseconds> timeout, std::vector<io_event>& events) override {
    if (!timeout && before_waiting) before_waiting();
    real_->select(timeout, events);
    std::uint64_t count = 0;
    if (::read(wake_fd_, &count, sizeof count) == sizeof count) writes += count;
  }

  std::function<void()> before_waiting;  // the loop has said that it sleeps
  std::uint64_t writes = 0;

private:
  int wake_fd_ = -1;
  std::unique_ptr<selector> real_ = make_epoll_selector();
};

struct counted_loop {
  counted_loop() : counted_loop(std::make_unique<counting_selector>()) {}

  // Ten posts of another thread, the last of which stops the loop.
  void post_ten() {
    std::thread([this] {
      for (int i = 0; i < 10; ++i)
        loop.call_soon_threadsafe([this] {
          if (++ran == 10) loop.stop();
        });
    }).join();
  }

  counting_selector& selector;
  event_loop loop;
  int ran = 0;

private:
  explicit counted_loop(std::unique_ptr<counting_selector> counts) : selector(*counts), loop({nullptr, std::move(counts)}) {}
};

TEST(wake_up, one_write_for_a_batch) {
  counted_loop counted;
  counted.selector.before_waiting = [&] { counted.post_ten(); };
  counted.loop.run_forever();
  EXPECT_EQ(counted.ran, 10);
  EXPECT_EQ(counted.selector.writes, 1u);
}

TEST(wake_up, one_write_for_each_sleep) {
  counted_loop counted;
  for (int i = 1; i <= 3; ++i) {
    counted.ran = 0;
    counted.selector.before_waiting = [&] { counted.post_ten(); };
    counted.loop.run_forever();
    EXPECT_EQ(counted.ran, 10);
    EXPECT_EQ(counted.selector.writes, static_cast<std::uint64_t>(i));
  }
}

TEST(wake_up, no_write_to_a_loop_that_is_awake) {
  counted_loop counted;
  counted.selector.before_waiting = [] { FAIL() << "there is something to run"; };
  counted.loop.call_soon([&] { counted.post_ten(); });
  counted.loop.run_forever();
  EXPECT_EQ(counted.ran, 10);
  EXPECT_EQ(counted.selector.writes, 0u);
}

TEST(wake_up, no_write_to_a_loop_that_does_not_run) {
  counted_loop counted;
  counted.post_ten();
  counted.loop.run_forever();
  EXPECT_EQ(counted.ran, 10);
  EXPECT_EQ(counted.selector.writes, 0u);
}

// A post that comes at whatever moment of falling asleep is seen: otherwise this never ends.
TEST(wake_up, none_is_lost) {
  constexpr int rounds = 10'000;
  event_loop loop;
  std::atomic<int> answered{0};
  std::thread other([&] {
    for (int round = 1; round <= rounds; ++round) {
      loop.call_soon_threadsafe([&] {
        answered.fetch_add(1);
        answered.notify_one();
      });
      for (int seen = answered.load(); seen < round; seen = answered.load()) answered.wait(seen);
    }
    loop.call_soon_threadsafe([&] { loop.stop(); });
  });
  loop.run_forever();
  other.join();
  EXPECT_EQ(answered.load(), rounds);
}

TEST(inbox, four_threads_keep_their_order) {
  constexpr int threads = 4;
  constexpr int posts = 100'000;
  event_loop loop;
  std::array<int, threads> next{};
  int out_of_order = 0;
  int left = threads * posts;
  std::vector<std::thread> posting;
  for (std::size_t thread = 0; thread < threads; ++thread)
    posting.emplace_back([&, thread] {
      for (int i = 0; i < posts; ++i)
        loop.call_soon_threadsafe([&, thread, i] {
          if (next[thread]++ != i) ++out_of_order;
          if (--left == 0) loop.stop();
        });
    });
  loop.run_forever();
  for (std::thread& thread : posting) thread.join();
  EXPECT_EQ(out_of_order, 0);
  EXPECT_EQ(left, 0);
  for (const int count : next) EXPECT_EQ(count, posts);
}

// Handles may be dropped by the thread that posted while the loop runs the callback.
TEST(inbox, handles_are_dropped_elsewhere) {
  constexpr int posts = 20'000;
  event_loop loop;
  int ran = 0;
  std::thread other([&] {
    std::vector<handle> kept;
    for (int i = 0; i < posts; ++i) kept.push_back(loop.call_soon_threadsafe([&] { ++ran; }));
    loop.call_soon_threadsafe([&] { loop.stop(); });
  });
  loop.run_forever();
  other.join();
  EXPECT_EQ(ran, posts);
}

// What is posted while the loop closes is dropped with it, once.
TEST(inbox, posts_to_a_loop_that_closes) {
  const auto alive = std::make_shared<int>(0);
  for (int round = 0; round < 200; ++round) {
    auto loop = std::make_unique<event_loop>();
    std::thread other([&, target = loop.get()] {
      try {
        for (;;) target->call_soon_threadsafe([alive] {});
      } catch (const runtime_error&) {  // "Event loop is closed"
      }
    });
    loop->call_soon([&] { loop->stop(); });
    loop->run_forever();
    loop->close();
    other.join();
  }
  EXPECT_EQ(alive.use_count(), 1);
}

}  // namespace
}  // namespace coroguard
