// The result of work that another thread does (concurrent.futures.Future).
#pragma once

#include "coroguard/base/errors.hpp"
#include "coroguard/exec/concurrent_future_core.hpp"

#include <concepts>
#include <cstddef>
#include <functional>
#include <type_traits>
#include <utility>

namespace coroguard {

// A handle on a future of whatever type: for lists of futures of several types. Copies are handles on the same future.
// All members may be called from any thread. A handle that was moved from may only be assigned to and destroyed.
class concurrent_future_base {
public:
  // Cancels work that no thread has begun. False when it runs or has finished; true when it is cancelled, also when it
  // was before. Done-callbacks run in this thread before it returns.
  bool cancel() const { return hold()->cancel(); }

  bool cancelled() const;
  // A thread does the work now.
  bool running() const { return state() == concurrent_state::running; }
  // Cancelled or finished.
  bool done() const;
  concurrent_state state() const { return core_->state(); }

  // Blocks until the future is done, at most `limit` seconds (nothing: without limit). The exception that the work
  // ended with, or null when it has a result. Throws timeout_error when the time is over, which does not cancel the
  // work, and cancelled_error when the future was cancelled. Never call it in the thread of a running event loop.
  std::exception_ptr exception(time_limit limit = {}) const { return core_->exception(limit); }

  // For whoever does the work, before it begins: false when the future was cancelled and the work must not be done.
  // Tells those who wait for several futures about the cancellation. Throws runtime_error when called twice or late.
  bool set_running_or_notify_cancel() const { return hold()->set_running_or_notify_cancel(); }

  // For whoever does the work: ends the future with `error`, which is not null. Done-callbacks run in this thread
  // before it returns. Throws invalid_state_error when the future is done.
  void set_exception(std::exception_ptr error) const {
    const ref core = hold();
    core->call(core->end_with_exception(std::move(error)));
  }

  // As Python's repr: "<concurrent_future at 0x... state=finished returned int>".
  friend std::string repr(const concurrent_future_base& future) { return future.core_->describe_state(); }

  // The same future?
  friend bool operator==(const concurrent_future_base& a, const concurrent_future_base& b) noexcept {
    return a.core_ == b.core_;
  }

  // For code that makes handles.
  explicit concurrent_future_base(ref<concurrent_future_core> core) noexcept : core_(std::move(core)) {}
  const ref<concurrent_future_core>& core() const noexcept { return core_; }

protected:
  // A callback may drop the handle that this call came through, so the call keeps the future.
  ref<concurrent_future_core> hold() const noexcept { return core_; }

private:
  ref<concurrent_future_core> core_;
};

// A handle on a future whose result is a T: an object, also one that can only be moved; void; or U&.
template <class T>
class concurrent_future : public concurrent_future_base {
  struct no_value {};
  using value = std::conditional_t<std::is_void_v<T>, no_value, T>;
  static constexpr bool copied =
      std::is_void_v<T> || std::is_lvalue_reference_v<T> || std::is_copy_constructible_v<T>;

public:
  // A new pending future.
  concurrent_future() : concurrent_future(ref<typed_future_core<T>>::adopt(new typed_future_core<T>)) {}
  explicit concurrent_future(ref<typed_future_core<T>> core) noexcept : concurrent_future_base(std::move(core)) {}
  // From a typeless handle on a future that is known to be one of T.
  explicit concurrent_future(concurrent_future_base future) noexcept : concurrent_future_base(std::move(future)) {}

  // Blocks until the future is done, at most `limit` seconds (nothing: without limit). The result: a copy, so that it
  // can outlive the future; a T that cannot be copied is moved out instead (see `take`). Throws what the work ended
  // with, timeout_error when the time is over, which does not cancel the work, and cancelled_error when the future was
  // cancelled. Never call it in the thread of a running event loop.
  T result(time_limit limit = {}) const {
    if constexpr (std::is_void_v<T>) (void)typed_core().copy(limit);
    else if constexpr (std::is_lvalue_reference_v<T>) return *typed_core().copy(limit);
    else if constexpr (copied) return typed_core().copy(limit);
    else return take(limit);
  }

  // As `result`, but moves the result out of the future, once: `result` and `take` throw invalid_state_error from then
  // on. Also for a T that says it can be copied and cannot, as a vector of unique_ptr.
  T take(time_limit limit = {}) const
    requires std::is_object_v<T>
  {
    return typed_core().take(limit);
  }

  // Calls `function` with this future once it is done: in the thread that ends or cancels it, or in this one and now
  // when it is done already. Functions are called in the order in which they were added; what they throw goes to the
  // log (see observe/log.hpp) and no further.
  template <class F>
    requires std::invocable<std::decay_t<F>&, concurrent_future>
  void add_done_callback(F&& function) const {
    auto call = [held = std::decay_t<F>(std::forward<F>(function))](concurrent_future_core& core) mutable {
      std::invoke(held, concurrent_future(concurrent_future_base(ref<concurrent_future_core>::share(&core))));
    };
    hold()->add_done_callback(std::move(call));
  }

  // For whoever does the work: ends the future with a result. Done-callbacks run in this thread before it returns.
  // Throws invalid_state_error when the future is done.
  void set_result(value result) const
    requires(!std::is_void_v<T>)
  {
    if constexpr (std::is_lvalue_reference_v<T>) end_with(std::addressof(result));
    else end_with(std::move(result));
  }
  void set_result() const
    requires std::is_void_v<T>
  {
    end_with({});
  }

private:
  typed_future_core<T>& typed_core() const noexcept { return static_cast<typed_future_core<T>&>(*core()); }

  void end_with(typename kept_result<T>::type result) const {
    const ref core = hold();
    core->call(static_cast<typed_future_core<T>&>(*core).end_with_result(std::move(result)));
  }
};

}  // namespace coroguard

template <>
struct std::hash<coroguard::concurrent_future_base> {
  std::size_t operator()(const coroguard::concurrent_future_base& future) const noexcept {
    return std::hash<const void*>{}(future.core().get());
  }
};
template <class T>
struct std::hash<coroguard::concurrent_future<T>> : std::hash<coroguard::concurrent_future_base> {};
