#include <coroguard/task/shutdown_default_executor.hpp>

#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>

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

// Ours.
class shutting_down : public BaseEventLoopTests {};

TEST_F(shutting_down, gives_the_error_of_the_executor) {
  struct broken_executor final : executor {
    void post(callback<void()>) override {}
    void shutdown(bool, bool) override { throw std::logic_error("cannot stop"); }
  };
  loop.set_default_executor(std::make_unique<broken_executor>());
  const std::exception_ptr error = thrown_in([&] { loop.run_until_complete(shutdown_default_executor(std::nullopt)); });
  EXPECT_EQ(text_of<std::logic_error>(error), "cannot stop");
}

// The threads of the pool end between the loop's being closed and its being destroyed.
TEST(shutting_down_a_closed_loop, is_nobodys_error) {
  std::promise<void> closing;
  std::promise<void> stopped;
  struct late_executor final : executor {
    std::future<void> until;
    std::promise<void>& stopped;
    late_executor(std::future<void> wait_for_it, std::promise<void>& says) : until(std::move(wait_for_it)), stopped(says) {}
    ~late_executor() override { stopped.set_value(); }
    void post(callback<void()>) override {}
    void shutdown(bool, bool) override { until.wait(); }
  };
  // Destroyed by close(), before the task that waits: gives the other thread the time to find the loop closed.
  struct delays {
    std::promise<void>& closing;
    bool armed = true;
    explicit delays(std::promise<void>& says) : closing(says) {}
    delays(delays&& other) noexcept : closing(other.closing), armed(std::exchange(other.armed, false)) {}
    ~delays() {
      if (!armed) return;
      closing.set_value();
      std::this_thread::sleep_for(20ms);
    }
  };
  {
    event_loop loop;
    loop.set_default_executor(std::make_unique<late_executor>(closing.get_future(), stopped));
    const task<void> shuts_down = loop.create_task(shutdown_default_executor(std::nullopt));
    loop.call_soon([&loop] { loop.stop(); });
    loop.run_forever();
    loop.call_soon([kept = delays(closing)] {});
    loop.close();
  }
  stopped.get_future().wait();
}

}  // namespace
}  // namespace coroguard
