// Coroutines that need much memory.
#include <coroguard/debug/large_frame.hpp>
#include <coroguard/runtime.hpp>

#include <array>
#include <numeric>

#include "debug/captured_reports.hpp"
#include "virtual_loop.hpp"

namespace coroguard {
namespace {

class large_frames : public virtual_loop {
protected:
  large_frames() { loop.set_debug(true); }
  ~large_frames() override { set_large_frame_size(16384); }

  std::vector<report> found() {
    std::vector<report> result;
    for (const report& one : reports.take())
      if (one.rule == "large-frame") result.push_back(one);
    return result;
  }

  captured_reports reports;
};

// What lies across a co_await.
template <std::size_t Size>
coro<int> keeps() {
  std::array<char, Size> buffer{};
  co_await yield_once();
  co_return std::accumulate(buffer.begin(), buffer.end(), 0);
}
coro<int> takes(std::array<char, 20'000> buffer) {
  co_await yield_once();
  co_return std::accumulate(buffer.begin(), buffer.end(), 0);
}

TEST_F(large_frames, of_a_variable_are_told_once) {
  run(keeps<20'000>());
  run(keeps<20'000>());
  const std::vector<report> result = found();
  ASSERT_EQ(result.size(), 1u);
  EXPECT_TRUE(result[0].message.starts_with("a coroutine has a frame of 2")) << result[0].message;
  EXPECT_FALSE(result[0].native_stack.empty());
  EXPECT_FALSE(result[0].creation_stack.empty());
}

TEST_F(large_frames, of_a_parameter) {
  run(takes({}));
  EXPECT_EQ(found().size(), 1u);
}

TEST_F(large_frames, of_an_awaited_coroutine) {
  const auto outer = []() -> coro<void> { co_await keeps<30'000>(); };
  run(outer());
  EXPECT_EQ(found().size(), 1u);
}

TEST_F(large_frames, by_another_limit) {
  set_large_frame_size(1000);
  run(keeps<3'000>());
  EXPECT_EQ(found().size(), 1u);
  set_large_frame_size(1'000'000);
  run(keeps<50'000>());
  EXPECT_TRUE(found().empty());
}

TEST_F(large_frames, are_not_small_ones) {
  run(keeps<14'000>());
  EXPECT_TRUE(found().empty());
}

TEST_F(large_frames, are_not_large_objects_elsewhere) {
  const auto on_the_heap = []() -> coro<int> {
    const std::vector<char> buffer(100'000);
    co_await yield_once();
    co_return static_cast<int>(buffer.size());
  };
  run(on_the_heap());
  EXPECT_TRUE(found().empty());
}

TEST_F(large_frames, are_not_looked_for_without_debug_mode) {
  loop.set_debug(false);
  run(keeps<40'000>());
  EXPECT_TRUE(found().empty());
}

}  // namespace
}  // namespace coroguard
