#include "coroguard/task/shutdown_default_executor.hpp"

#include <cstdio>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "coroguard/base/executor.hpp"
#include "coroguard/observe/allow_blocking.hpp"
#include "coroguard/observe/report.hpp"
#include "coroguard/task/task.hpp"
#include "coroguard/task/wait_for.hpp"

namespace coroguard {

namespace {

// What the joining thread and the loop share. The loop may lose interest, and be gone, before the thread ends.
class joining {
public:
  joining(event_loop& loop, future<void> joined, std::unique_ptr<executor> pool)
      : loop_(&loop), joined_(std::move(joined)), pool_(std::move(pool)) {}

  void run() {
    std::exception_ptr error;
    try {
      pool_->shutdown(true);
    } catch (...) {
      error = std::current_exception();
    }
    const std::scoped_lock lock(mutex_);
    if (loop_ == nullptr) return;
    try {
      loop_->call_soon_threadsafe([joined = std::exchange(joined_, future<void>()), error] {
        if (joined.done()) return;
        if (error)
          joined.set_exception(error);
        else
          joined.set_result();
      });
    } catch (const runtime_error&) {
      // The loop was closed meanwhile: nobody waits.
    }
  }

  void forget_loop() {
    const std::scoped_lock lock(mutex_);
    loop_ = nullptr;
    joined_ = future<void>();
  }

private:
  std::mutex mutex_;
  event_loop* loop_;
  future<void> joined_;
  std::unique_ptr<executor> pool_;
};

// Ends with the coroutine, however that ends.
struct joining_thread {
  std::shared_ptr<joining> work;
  std::thread thread;

  ~joining_thread() {
    if (!thread.joinable()) return;
    work->forget_loop();
    thread.detach();
  }
};

}  // namespace

coro<void> shutdown_default_executor(std::optional<seconds> limit) {
  event_loop& loop = get_running_loop();
  std::unique_ptr<executor> pool = loop.take_default_executor();
  if (!pool) co_return;
  future<void> joined = loop.create_future<void>();
  joining_thread joins;
  joins.work = std::make_shared<joining>(loop, joined, std::move(pool));
  joins.thread = std::thread([work = joins.work] { work->run(); });
  try {
    co_await wait_for(joined, limit);
  } catch (const timeout_error&) {
    char text[96];
    std::snprintf(text, sizeof text, "The executor did not finishing joining its threads within %g seconds.", limit->count());
    emit({.rule = "unclosed-executor", .message = text, .loop = &loop, .duration = std::chrono::duration_cast<std::chrono::nanoseconds>(*limit)});
    co_return;
  }
  const allow_blocking allowed("it has said that it is done");
  joins.thread.join();  // coroguard: allow(blocking-call) it has said that it is done
}

}  // namespace coroguard
