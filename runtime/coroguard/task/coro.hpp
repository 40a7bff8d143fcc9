// coro<T>: what calling a coroutine function gives. Lazy: it does nothing until it is awaited or made a task.
//
// How awaiting works. A task keeps the innermost coroutine of its chain, `leaf`. Awaiting a coro makes it the leaf and
// returns to the task's loop, which resumes it; when it ends, its awaiter becomes the leaf again. So the native stack
// never grows with the chain: symmetric transfer would overflow it wherever the compiler does not make the tail call
// (g++ 12 at -O0 and under AddressSanitizer). Nothing is allocated but the frame.
// A short cut: the first few coroutines of a chain begin on top of their awaiters (task_core::descend). One that ends
// without waiting then returns to its awaiter as a function does.
#pragma once

#include <coroutine>
#include <cstdint>
#include <exception>
#include <source_location>
#include <string>
#include <type_traits>
#include <utility>

#include "coroguard/base/errors.hpp"
#include "coroguard/base/frame_pool.hpp"
#include "coroguard/future/future.hpp"
#include "coroguard/observe/item_note.hpp"
#include "coroguard/observe/origin.hpp"

namespace coroguard {

class task_core;
template <class T>
class coro;
template <class T>
class coro_promise;

// What all coroutines have, whatever they return.
class coro_promise_base {
public:
  coro_promise_base(const coro_promise_base&) = delete;
  coro_promise_base& operator=(const coro_promise_base&) = delete;

  // Inlined, so that the return address is that of the function that makes the coroutine.
  [[gnu::always_inline]] static void* operator new(std::size_t size) {
    if (keeps_origins()) [[unlikely]]
      return allocate_frame_with_origin(size, __builtin_return_address(0));
    return frame_pool::allocate(size);
  }
  static void operator delete(void* frame, std::size_t size) noexcept { frame_pool::deallocate(frame, size); }

  std::suspend_always initial_suspend() const noexcept { return {}; }
  auto final_suspend() const noexcept;
  void unhandled_exception() noexcept { error_ = std::current_exception(); }

  // What can be awaited: a coro, a future, a task, the awaiters of the runtime, and every type whose operator co_await gives
  // one of these. An awaiter of another library would resume the coroutine behind the back of its task.
  template <class A>
  decltype(auto) await_transform(A&& awaited, std::source_location where = std::source_location::current());

  // The function's name and place, from its promise's constructor.
  std::source_location where() const noexcept { return where_; }
  // The co_await at which it is suspended; the function itself before its first one.
  std::source_location suspended_at() const noexcept { return suspended_at_; }
  // The coroutine that awaits this one; null for the one that a task was made of.
  coro_promise_base* awaited_by() const noexcept { return awaited_by_; }
  bool started() const noexcept { return task_ != nullptr; }
  // Null before it started.
  task_core* task() const noexcept { return task_; }
  // The call that made it, before it started; nothing when debug mode was off.
  std::optional<origin> made_by() const noexcept { return origin_of(self_.address()); }

protected:
  coro_promise_base(std::coroutine_handle<> self, std::source_location where) noexcept
      : self_(self), where_(where), suspended_at_(where) {}
  ~coro_promise_base() = default;

  void rethrow() const {
    if (error_) std::rethrow_exception(error_);
  }

private:
  friend class task_core;
  template <class T>
  friend class coro_awaiter;
  friend struct coro_end;

  std::coroutine_handle<> self_;
  task_core* task_ = nullptr;
  coro_promise_base* awaited_by_ = nullptr;
  void* owner_ = nullptr;  // the coro_awaiter that destroys the frame: its handle's address
  std::exception_ptr error_;
  std::source_location where_;
  std::source_location suspended_at_;
};

// Part of coro_promise that differs for void.
template <class T>
class coro_result : public coro_promise_base {
public:
  template <class U = T>
    requires std::is_constructible_v<T, U&&>
  void return_value(U&& value) {
    result_.set(std::forward<U>(value));
  }
  T take_result() {
    rethrow();
    return result_.take();
  }

protected:
  using coro_promise_base::coro_promise_base;

private:
  result_slot<T> result_;
};

template <>
class coro_result<void> : public coro_promise_base {
public:
  void return_void() const noexcept {}
  void take_result() const { rethrow(); }

protected:
  using coro_promise_base::coro_promise_base;
};

template <class T>
class coro_promise final : public coro_result<T> {
public:
  // The first parameter takes the place of the coroutine's own, which may be a source_location as well: a promise that can be
  // made of a coroutine's parameters is.
  struct nothing {};
  coro_promise(nothing = {}, std::source_location where = std::source_location::current()) noexcept
      : coro_result<T>(std::coroutine_handle<coro_promise>::from_promise(*this), where) {}
  coro<T> get_return_object() noexcept;
};

// Logs "coroutine 'f' was never awaited".
void report_never_awaited(const coro_promise_base& promise) noexcept;

// A coroutine that was called and has not begun. Move-only.
//
// Await it, once: `co_await f()` runs it as a part of the current task and gives its result. Or make it a task with
// create_task. One that is destroyed without either is reported: "coroutine 'f' was never awaited". Belongs to one thread at
// a time; it may be handed to another before it begins.
template <class T>
class [[nodiscard("a coroutine does nothing until it is awaited or made a task")]] coro {
public:
  using promise_type = coro_promise<T>;
  using value_type = T;

  coro() = default;
  coro(coro&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  coro& operator=(coro&& other) noexcept {
    if (this != &other) {
      discard();
      handle_ = std::exchange(other.handle_, nullptr);
    }
    return *this;
  }
  ~coro() { discard(); }

  // False after it was awaited, made a task, closed or moved from.
  bool valid() const noexcept { return static_cast<bool>(handle_); }

  // Destroys it without a report: it is not wanted any more. The body does not run, parameters are destroyed.
  void close() noexcept {
    if (handle_) std::exchange(handle_, nullptr).destroy();
  }

  // The function's name, for reports.
  std::string name() const { return handle_ ? function_name(handle_.promise().where()) : "closed coroutine"; }

  // Gives up the frame. Throws runtime_error("cannot reuse already awaited coroutine") when there is none.
  std::coroutine_handle<promise_type> release() {
    if (!handle_) throw runtime_error("cannot reuse already awaited coroutine");
    return std::exchange(handle_, nullptr);
  }

private:
  friend promise_type;
  explicit coro(std::coroutine_handle<promise_type> handle) noexcept : handle_(handle) {}

  void discard() noexcept {
    if (!handle_) return;
    report_never_awaited(handle_.promise());
    close();
  }

  std::coroutine_handle<promise_type> handle_;
};

template <class T>
coro<T> coro_promise<T>::get_return_object() noexcept {
  return coro<T>(std::coroutine_handle<coro_promise>::from_promise(*this));
}

}  // namespace coroguard
