// Futures in each state, and what several tests of exec/ need.
#pragma once

#include "coroguard/exec/concurrent_future.hpp"
#include "coroguard/observe/log.hpp"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace coroguard::test {

inline concurrent_future<int> pending_future() { return {}; }

inline concurrent_future<int> running_future() {
  concurrent_future<int> future;
  future.set_running_or_notify_cancel();
  return future;
}

inline concurrent_future<int> cancelled_future() {
  concurrent_future<int> future;
  future.cancel();
  return future;
}

inline concurrent_future<int> cancelled_and_notified_future() {
  concurrent_future<int> future = cancelled_future();
  future.set_running_or_notify_cancel();
  return future;
}

inline concurrent_future<int> successful_future() {
  concurrent_future<int> future;
  future.set_result(42);
  return future;
}

inline concurrent_future<int> exception_future() {
  concurrent_future<int> future;
  future.set_exception(std::make_exception_ptr(std::runtime_error("os error")));
  return future;
}

// Something that happens once; any number of threads wait for it.
class event {
public:
  void set() {
    const std::lock_guard lock(mutex_);
    happened_ = true;
    changed_.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return happened_; });
  }
  bool happened() {
    const std::lock_guard lock(mutex_);
    return happened_;
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool happened_ = false;
};

// What is logged while the object lives.
class captured_errors {
public:
  captured_errors()
      : before_(set_log_sink([this](log_level, std::string_view message) {
          const std::lock_guard lock(mutex_);
          reports_.emplace_back(message);
        })) {}
  ~captured_errors() { set_log_sink(std::move(before_)); }

  captured_errors(const captured_errors&) = delete;
  captured_errors& operator=(const captured_errors&) = delete;

  std::vector<std::string> taken() const {
    const std::lock_guard lock(mutex_);
    return reports_;
  }

private:
  mutable std::mutex mutex_;
  std::vector<std::string> reports_;
  log_sink before_;
};

}  // namespace coroguard::test
