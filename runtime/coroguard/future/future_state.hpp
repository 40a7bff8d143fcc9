// The shared state behind `future` handles: asyncio.Future's three states and its list of done-callbacks.
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <ranges>
#include <source_location>
#include <string>
#include <type_traits>
#include <utility>

#include "coroguard/base/errors.hpp"
#include "coroguard/base/frame_pool.hpp"
#include "coroguard/base/ref.hpp"
#include "coroguard/future/done_callback.hpp"
#include "coroguard/loop/loop_thread.hpp"
#include "coroguard/observe/origin.hpp"

namespace coroguard {

class event_loop;

// What a future calls itself in reports; a destructor cannot ask a derived class any more.
enum class future_kind : std::uint8_t {
  future,    // create_future: who has a handle ends it, and nobody else
  internal,  // of the runtime, which ends it some other way: of work in another thread, and the next two
  shield,
  timer,  // of sleep
  task,
  gathering,
};

// All but the value. Belongs to the thread of its loop.
class future_state_base : public ref_counted, public pooled {
public:
  future_state_base(event_loop& loop, std::source_location where, future_kind kind = future_kind::internal)
      : kind_(kind), loop_(&loop), where_(where) {
    if (keeps_origins()) [[unlikely]]
      has_origin_ = keep_origin(this, nullptr);
  }

  event_loop& loop() const noexcept { return *loop_; }
  // Made by create_future.
  bool made_by_hand() const noexcept { return kind_ == future_kind::future; }
  bool done() const noexcept { return status_ != status::pending; }
  bool cancelled() const noexcept { return status_ == status::cancelled; }

  // See future_base.
  virtual bool cancel(std::optional<std::string> message);
  virtual void set_exception(std::exception_ptr error);
  std::exception_ptr exception();
  future_kind what() const noexcept { return kind_; }
  // The call that made it.
  std::source_location where() const noexcept { return where_; }
  // What led to this call; null when debug mode was off.
  std::shared_ptr<const origin> made_by() const;
  virtual std::string describe() const;
  // The same; while it is pending in another thread than the loop's, only what never changes.
  std::string describe_in_any_thread() const;
  // "pending", "cancelled", "finished"; with the exception, if there is one.
  std::string describe_status() const;

  // In debug mode, throws in a thread that is not the loop's (event_loop::check_thread), unless the loop is gone. `of_task` is the
  // operation of a task.
  void check_thread(const char* operation) const { check_thread_of(loop_, operation); }
  void check_thread(const char* operation, const char* of_task) const {
    check_thread_of(loop_, kind_ == future_kind::task ? of_task : operation);
  }

  // Queues `waiting` when this is done; at once when it is done already.
  void add(done_callback& waiting) noexcept;
  // Takes it out of the list. Only while it is in there.
  void remove(done_callback& waiting) noexcept;
  done_callback* first_callback() const noexcept { return first_; }
  static done_callback* after(const done_callback& waiting) noexcept { return waiting.next_waiting_; }

  // Ends without a report when the exception is never asked for.
  void mark_retrieved() noexcept { unretrieved_ = false; }
  bool unretrieved() const noexcept { return unretrieved_; }
  // That nobody asked for the exception, once; `source` is how the report names this, `task` the number of the task that
  // it is, or 0.
  void report_unretrieved(std::string source, std::uint64_t task) noexcept;
  // What result() throws when this is cancelled.
  cancelled_error make_cancelled_error() const;
  // The task that this is the state of, or null.
  virtual class task_core* as_task() noexcept { return nullptr; }

protected:
  ~future_state_base() override;

  // Throws unless there is a value: invalid_state_error while pending, cancelled_error, the exception.
  void require_value();
  // Throws invalid_state_error when done.
  void require_pending() const;
  void finish_with_value() noexcept { finish(status::finished); }
  void finish_with_error(std::exception_ptr error) noexcept;
  void finish_cancelled(std::optional<std::string> message);
  const char* kind() const noexcept;

private:
  enum class status : std::uint8_t { pending, cancelled, finished };

  void finish(status end) noexcept;
  void queue(done_callback& waiting) noexcept;

  status status_ = status::pending;  // these four lie behind the count of the base class, where there is room
  future_kind kind_;
  bool unretrieved_ = false;
  bool has_origin_ = false;
  event_loop* loop_;
  done_callback* first_ = nullptr;
  done_callback* last_ = nullptr;
  std::exception_ptr error_;
  std::unique_ptr<std::string> cancel_message_;
  std::source_location where_;
};

// A place for a T that may not be there. References are kept as pointers.
template <class T>
class result_slot {
public:
  template <class U>
  void set(U&& value) {
    value_.emplace(std::forward<U>(value));
  }
  bool has_value() const noexcept { return value_.has_value(); }
  T& get() noexcept { return *value_; }
  T take() {
    T taken = std::move(*value_);
    value_.reset();
    return taken;
  }

private:
  std::optional<T> value_;
};

template <class T>
class result_slot<T&> {
public:
  void set(T& value) noexcept { value_ = &value; }
  bool has_value() const noexcept { return value_ != nullptr; }
  T& get() noexcept { return *value_; }
  T& take() noexcept { return *value_; }

private:
  T* value_ = nullptr;
};

template <>
class result_slot<void> {
public:
  void set() noexcept {}
  bool has_value() const noexcept { return true; }
  void get() const noexcept {}
  void take() const noexcept {}
};

// True when a T can be copied. A std::vector of what can only be moved claims that it can.
template <class T>
constexpr bool can_be_copied = std::is_copy_constructible_v<T>;
template <std::ranges::range T>
  requires(!std::is_same_v<std::ranges::range_value_t<T>, T>)
constexpr bool can_be_copied<T> = std::is_copy_constructible_v<T> && can_be_copied<std::ranges::range_value_t<T>>;

// A future with the place for its value.
template <class T>
class future_state : public future_state_base {
public:
  using future_state_base::future_state_base;

  template <class... U>
  void set_result(U&&... value) {
    require_settable();
    require_pending();
    store(std::forward<U>(value)...);
  }

  // A copy of the value, or the value itself when it cannot be copied; then there is none the next time.
  T result() {
    require_value();
    if constexpr (std::is_void_v<T>) {
      return;
    } else if constexpr (std::is_reference_v<T>) {
      return value_.get();
    } else {
      if (!value_.has_value()) throw invalid_state_error("Result was moved out by whoever asked first.");
      if constexpr (can_be_copied<T>)
        return value_.get();
      else
        return value_.take();
    }
  }

  // For the last owner: the value itself.
  T take_result() {
    require_value();
    if constexpr (!std::is_void_v<T>)
      if (!value_.has_value()) throw invalid_state_error("Result was moved out by whoever asked first.");
    return value_.take();
  }

protected:
  // A task refuses: its result is what its coroutine returns.
  virtual void require_settable() const {}

  template <class... U>
  void store(U&&... value) {
    value_.set(std::forward<U>(value)...);
    finish_with_value();
  }

private:
  [[no_unique_address]] result_slot<T> value_;
};

}  // namespace coroguard
