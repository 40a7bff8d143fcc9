#include <coroguard/task/shutdown_default_executor.hpp>

#include <condition_variable>
#include <memory>
#include <mutex>

#include "loop/base_event_loop_tests.hpp"
#include "thrown.hpp"

namespace coroguard {
namespace {

using namespace std::chrono_literals;

TEST_F(BaseEventLoopTests, test_shutdown_default_executor_timeout) {
  struct gate {
    std::mutex mutex;
    std::condition_variable changed;
    bool open = false;
  };
  gate held;
  gate ended;
  // Says that the thread that joins has done so, after which nothing here is used.
  struct slow_executor final : executor {
    gate& held;
    gate& ended;
    slow_executor(gate& held_by, gate& ended_by) : held(held_by), ended(ended_by) {}
    ~slow_executor() override {
      const std::scoped_lock lock(ended.mutex);
      ended.open = true;
      ended.changed.notify_one();
    }
    void post(callback<void()>) override {}
    void shutdown(bool, bool) override {
      std::unique_lock lock(held.mutex);
      held.changed.wait(lock, [&] { return held.open; });
    }
  };
  {
    event_loop short_lived;
    short_lived.set_default_executor(std::make_unique<slow_executor>(held, ended));
    short_lived.run_until_complete(shutdown_default_executor(1ms));
    EXPECT_TRUE(logged.contains("The executor did not finishing joining its threads within 0.001 seconds."));
    EXPECT_EQ(text_of<runtime_error>(thrown_in([&] { short_lived.default_executor(); })), "Executor shutdown has been called");
  }
  // The loop is gone; the thread goes on and does not touch it.
  {
    const std::scoped_lock lock(held.mutex);
    held.open = true;
    held.changed.notify_one();
  }
  std::unique_lock lock(ended.mutex);
  ended.changed.wait(lock, [&] { return ended.open; });
}

}  // namespace
}  // namespace coroguard
