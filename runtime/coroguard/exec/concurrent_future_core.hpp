// What all handles on one thread future share: its state, and who waits for it. Knows nothing of the result's type.
#pragma once

#include "coroguard/base/callback.hpp"
#include "coroguard/base/own_mutex.hpp"
#include "coroguard/base/ref.hpp"
#include "coroguard/exec/deadline.hpp"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <string>
#include <typeinfo>
#include <vector>

namespace coroguard {

// The states of concurrent.futures.Future.
enum class concurrent_state {
  pending,                 // nobody has begun the work
  running,                 // a thread does it
  cancelled,               // cancelled; the thread that would have done the work does not know yet
  cancelled_and_notified,  // and now it does; only from here on `concurrent::wait` counts it as done
  finished,                // has a result or an exception
};

class concurrent_future_core;

// How a future ended.
enum class concurrent_outcome { result, exception, cancelled };

// Somebody who waits for several futures at once.
class completion_watcher {
public:
  // Called once for each watched future, in the thread that ends it and while that future is locked. Must neither
  // throw nor call the future.
  virtual void completed(concurrent_future_core& future, concurrent_outcome outcome) noexcept = 0;

protected:
  ~completion_watcher() = default;
};

class concurrent_future_core : public ref_counted {
public:
  using done_callback = callback<void(concurrent_future_core&)>;
  using done_callbacks = std::vector<done_callback>;

  concurrent_state state() const;
  bool cancel();
  bool set_running_or_notify_cancel();
  void add_done_callback(done_callback function);

  // The exception, or null. Throws timeout_error and cancelled_error.
  std::exception_ptr exception(const time_limit& limit) const;

  // Ends the future. Returns the callbacks, which the caller gives to `call`: between the two it can say what is to be
  // said before they run. Throws invalid_state_error when the future is done.
  [[nodiscard]] done_callbacks end_with_exception(std::exception_ptr error);

  // Calls them in order, in this thread; logs what they throw.
  void call(done_callbacks functions) noexcept;

  // Watches the future, or tells how it ended if it has ended already. A future that was cancelled but whose worker
  // does not know yet has not.
  std::optional<concurrent_outcome> watch(completion_watcher& watcher);
  // After it returned, `watcher` is not called any more. True when the future has ended.
  bool unwatch(completion_watcher& watcher);

  // As Python's repr: "<concurrent_future at 0x... state=finished returned int>".
  std::string describe_state() const;

protected:
  // Locked while it may still be ended; throws invalid_state_error when it is done.
  std::unique_lock<std::mutex> lock_unfinished() const;
  // The last step of ending it, with its lock.
  done_callbacks end(std::unique_lock<std::mutex> lock, concurrent_outcome outcome) noexcept;
  // Blocks until there is a result, and returns with the lock held. Throws timeout_error, cancelled_error and the
  // exception that the future ended with.
  std::unique_lock<std::mutex> wait_for_result(const time_limit& limit) const;

  virtual const std::type_info& result_type() const noexcept = 0;

private:
  std::unique_lock<std::mutex> wait_until_done(const time_limit& limit) const;
  bool is_done() const noexcept;
  std::string describe_locked() const;
  void call_one(done_callback& function) noexcept;

  mutable own_mutex mutex_;
  mutable std::condition_variable done_;
  concurrent_state state_ = concurrent_state::pending;
  std::exception_ptr exception_;
  std::vector<completion_watcher*> watchers_;
  done_callbacks callbacks_;
};

// What a future of T keeps.
template <class T>
struct kept_result {
  using type = T;
};
template <>
struct kept_result<void> {
  struct type {};
};
template <class T>
struct kept_result<T&> {
  using type = T*;
};

// Somebody moved the result out before: invalid_state_error.
[[noreturn]] void throw_result_taken();

// The core of a future of T.
template <class T>
class typed_future_core final : public concurrent_future_core {
public:
  using kept = typename kept_result<T>::type;

  [[nodiscard]] done_callbacks end_with_result(kept result) {
    std::unique_lock lock = lock_unfinished();
    result_.emplace(std::move(result));
    return end(std::move(lock), concurrent_outcome::result);
  }

  // A copy is made under the lock: another thread may take the original.
  kept copy(const time_limit& limit) const {
    const std::unique_lock lock = wait_for_result(limit);
    if (!result_) throw_result_taken();
    return *result_;
  }

  kept take(const time_limit& limit) {
    const std::unique_lock lock = wait_for_result(limit);
    if (!result_) throw_result_taken();
    kept result = std::move(*result_);
    result_.reset();
    return result;
  }

private:
  const std::type_info& result_type() const noexcept override { return typeid(T); }

  std::optional<kept> result_;
};

}  // namespace coroguard
