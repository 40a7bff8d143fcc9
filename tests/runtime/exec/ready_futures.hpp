// Futures in each state, and what several tests of exec/ need.
#pragma once

#include "coroguard/exec/concurrent_future.hpp"
#include "coroguard/exec/error_log.hpp"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <string>
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

// What the error sink receives while the object lives.
class captured_errors {
public:
  captured_errors() : before_(set_error_sink(&keep)) { reports().clear(); }
  ~captured_errors() { set_error_sink(before_); }

  static std::vector<std::string> taken() {
    const std::lock_guard lock(mutex());
    return reports();
  }

private:
  static std::vector<std::string>& reports() {
    static std::vector<std::string> list;
    return list;
  }
  static std::mutex& mutex() {
    static std::mutex instance;
    return instance;
  }
  static void keep(const std::string& message, const std::exception_ptr& error) noexcept {
    const std::lock_guard lock(mutex());
    reports().push_back(message + "\n" + describe(error));
  }

  error_sink before_;
};

}  // namespace coroguard::test
