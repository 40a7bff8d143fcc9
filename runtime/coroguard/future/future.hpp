// Handles on futures: asyncio.Future. A handle is a shared pointer; copies stand for the same future.
#pragma once

#include <algorithm>
#include <concepts>
#include <exception>
#include <optional>
#include <source_location>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <utility>

#include "coroguard/future/future_state.hpp"
#include "coroguard/loop/event_loop.hpp"

namespace coroguard {

// A future of whatever type. Not thread-safe: use it on the thread of its loop. Handles may be dropped everywhere; but the last
// one of a pending future that has callbacks only on that thread, because its callbacks are dropped with it. A future does not
// keep its loop: when that is gone, handles may only be asked and dropped.
class future_base {
public:
  future_base() = default;
  explicit future_base(ref<future_state_base> state) noexcept : state_(std::move(state)) {}

  // False for a handle that was default-constructed or moved from. Everything else needs a valid one.
  bool valid() const noexcept { return static_cast<bool>(state_); }
  explicit operator bool() const noexcept { return valid(); }

  // True for a result, an exception or a cancellation: there is no way back.
  bool done() const noexcept { return state_->done(); }
  bool cancelled() const noexcept { return state_->cancelled(); }

  // Makes it cancelled and queues its callbacks; false when it is done. Whoever awaits it gets a cancelled_error with
  // `message`. For a task see task_base::cancel, which may be refused.
  bool cancel(std::optional<std::string> message = {}) const {
    state_->check_thread("future::cancel", "task::cancel");
    return state_->cancel(std::move(message));
  }

  // The exception that was set, null when there is a result. Throws cancelled_error when cancelled and
  // invalid_state_error("Exception is not set.") while pending. Counts as retrieved.
  std::exception_ptr exception() const { return state_->exception(); }

  // Throws invalid_state_error when done, std::invalid_argument for null. A task throws runtime_error: its end is what its
  // coroutine returns or throws.
  void set_exception(std::exception_ptr error) const {
    state_->check_thread("future::set_exception");
    state_->set_exception(std::move(error));
  }
  template <class Error>
    requires(!std::same_as<std::remove_cvref_t<Error>, std::exception_ptr>)
  void set_exception(Error&& error) const {
    set_exception(std::make_exception_ptr(std::forward<Error>(error)));
  }

  // Nobody will ask for the exception, and that is no mistake.
  void mark_retrieved() const {
    state_->check_thread("future::mark_retrieved");
    state_->mark_retrieved();
  }

  event_loop& get_loop() const noexcept { return state_->loop(); }
  // "<Future pending ...>", for people. While it is pending, the loop's thread only; in another one this says next to
  // nothing, and in debug mode it throws.
  std::string describe() const {
    if (!done()) state_->check_thread("future::describe", "task::describe");
    return state_->describe_in_any_thread();
  }

  future_state_base& state() const noexcept { return *state_; }
  friend bool operator==(const future_base& a, const future_base& b) noexcept { return a.state_ == b.state_; }

protected:
  ref<future_state_base> state_;
};

// Throws std::invalid_argument for a handle that was moved from.
inline void require_valid(const future_base& handle) {
  if (!handle.valid()) [[unlikely]]
    throw std::invalid_argument("An asyncio.Future, a coroutine or an awaitable is required");
}

// A callback in a future's list, as future_base::remove_done_callback finds it.
class typed_done_callback : public done_callback, public pooled {
public:
  virtual ~typed_done_callback() = default;
  // Equal to the callable at `other`, of the type `type`. Whatever the comparison does to the future, this stays alive.
  bool equals(const void* other, const std::type_info& type);
  // True when the comparison removed this; then it only waits to be deleted.
  bool dropped() const noexcept { return dropped_; }

  void will_run(future_state_base& done) noexcept override { done_ = ref<future_state_base>::share(&done); }
  void drop() noexcept override {
    if (comparisons_ > 0)
      dropped_ = true;
    else
      delete this;
  }
  item_note note() const noexcept override { return {"done callback", false, done_->where()}; }
  std::string describe() const { return "<done callback of " + done_->describe() + ">"; }
  void run() override;

protected:
  virtual void call(const ref<future_state_base>& done) = 0;
  virtual bool is_equal(const void* other, const std::type_info& type) const = 0;

private:
  ref<future_state_base> done_;
  int comparisons_ = 0;
  bool dropped_ = false;
};

template <class F, class Future>
class done_callback_of final : public typed_done_callback {
public:
  explicit done_callback_of(F function) : function_(std::move(function)) {}

protected:
  void call(const ref<future_state_base>& done) override { function_(Future(done)); }

  bool is_equal(const void* other, const std::type_info& type) const override {
    if constexpr (std::equality_comparable<F>) {
      return type == typeid(F) && function_ == *static_cast<const F*>(other);
    } else {
      return false;
    }
  }

private:
  F function_;
};

// Removes the callbacks of `from` that equal `function`; how many there were. A comparison may add and remove callbacks of
// the same future.
std::size_t remove_equal_callbacks(future_state_base& from, const void* function, const std::type_info& type);

// A future with a result of type T: void, a reference, or a type that can be moved.
//
// `co_await` waits for it, as often as one likes and in as many tasks as one likes, and gives what result() gives. Cancelling
// a task that awaits a future cancels the future; coroguard::shield prevents that.
template <class T>
class [[nodiscard]] future : public future_base {
public:
  using value_type = T;

  future() = default;
  explicit future(ref<future_state<T>> state) noexcept : future_base(std::move(state)) {}
  // `state` is a future_state<T>.
  explicit future(const ref<future_state_base>& state) noexcept : future_base(state) {}

  // The result: a copy of it, or the value itself when T can only be moved (once). Throws the exception that was set,
  // cancelled_error, or invalid_state_error("Result is not ready.").
  T result() const { return state().result(); }

  // Throws invalid_state_error when done; runtime_error for a task.
  template <class... U>
  void set_result(U&&... value) const
    requires(std::is_void_v<T> ? sizeof...(U) == 0 : sizeof...(U) == 1)
  {
    state_->check_thread("future::set_result");
    state().set_result(std::forward<U>(value)...);
  }

  // Calls `function(future)` on the loop once this is done, never at once; callbacks are called in the order in which they
  // were added. What it throws goes to the loop's exception handler.
  template <class F>
    requires std::invocable<F&, future<T>>
  void add_done_callback(F function) const {
    state_->check_thread("future::add_done_callback");
    state_->add(*new done_callback_of<F, future<T>>(std::move(function)));
  }

  // Removes all callbacks that equal `function`, and returns how many there were. F must have an operator==: function
  // pointers have, lambdas have not.
  template <std::equality_comparable F>
  std::size_t remove_done_callback(const F& function) const {
    state_->check_thread("future::remove_done_callback");
    return remove_equal_callbacks(*state_, &function, typeid(std::decay_t<F>));
  }

  future_state<T>& state() const noexcept { return static_cast<future_state<T>&>(*state_); }
};

template <class T>
future<T> event_loop::create_future(std::source_location where) {
  check_thread("event_loop::create_future", where);
  return future<T>(ref<future_state<T>>::adopt(new future_state<T>(*this, where, future_kind::future)));
}

}  // namespace coroguard
