// What Python writes as `async with manager as m: body`, for C++, which has no such statement:
//
//   co_await with(task_group(), [&](task_group& group) -> coro<void> {
//     group.create_task(fetch(1));
//     group.create_task(fetch(2));
//     co_return;
//   });
//
// A destructor cannot do this: it can neither wait nor throw.
#pragma once

#include <concepts>
#include <exception>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include "coroguard/future/future_state.hpp"
#include "coroguard/task/task.hpp"

namespace coroguard {

// An awaiter that does not suspend and calls `function()` when it is awaited: for an enter() or exit() that never waits.
template <class F>
class [[nodiscard]] immediate : public runtime_awaiter {
public:
  explicit immediate(F function) noexcept : function_(std::move(function)) {}
  bool await_ready() const noexcept { return true; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  decltype(auto) await_resume() { return function_(); }

private:
  F function_;
};

// Something that can be entered and left. `co_await manager.enter()` comes first. `co_await manager.exit(error)` comes last,
// when enter() did not throw; `error` is what the body threw, or null. It gives void, or a bool: true when it swallows the
// error. It may throw another one instead.
template <class Manager>
concept async_manager = requires(Manager& manager, const std::exception_ptr& error) {
  { manager.enter() } -> awaitable;
  { manager.exit(error) } -> awaitable;
  requires std::is_void_v<await_result_t<decltype(manager.exit(error))>> ||
               std::same_as<await_result_t<decltype(manager.exit(error))>, bool>;
};

// True when the manager's exit() can swallow errors; a body that was cut short then has no result.
template <async_manager Manager>
constexpr bool swallows_errors =
    std::same_as<await_result_t<decltype(std::declval<Manager&>().exit(std::declval<const std::exception_ptr&>()))>, bool>;

// A callable that gives a coro, with or without the manager as its argument.
template <class Body, class Manager>
concept body_of = std::invocable<Body&, Manager&> || std::invocable<Body&>;

template <class Manager, body_of<Manager> Body>
auto call_body(Body& body, Manager& manager) {
  if constexpr (std::invocable<Body&, Manager&>)
    return std::invoke(body, manager);
  else
    return std::invoke(body);
}

template <class Manager, class Body>
using body_result_t = await_result_t<decltype(call_body(std::declval<Body&>(), std::declval<Manager&>()))>;

// What `with` gives: the body's result, in an optional when the manager can swallow errors.
template <class Manager, class Body, class Result = body_result_t<Manager, Body>>
using with_result_t =
    std::conditional_t<std::is_void_v<Result> || !swallows_errors<Manager>, Result, std::optional<std::decay_t<Result>>>;

// `with`, with the manager and the body in its frame. `Manager` may be an lvalue reference.
template <class Manager, class Body>
coro<with_result_t<std::remove_cvref_t<Manager>, Body>> with_in_frame(Manager manager, Body body) {
  using manager_type = std::remove_cvref_t<Manager>;
  using result_type = body_result_t<manager_type, Body>;
  co_await manager.enter();
  std::exception_ptr error;  // co_await cannot stand in a handler
  result_slot<result_type> result;
  try {
    if constexpr (std::is_void_v<result_type>)
      co_await call_body(body, manager);
    else
      result.set(co_await call_body(body, manager));
  } catch (...) {
    error = std::current_exception();
  }
  bool swallowed = false;
  if constexpr (swallows_errors<manager_type>)
    swallowed = co_await manager.exit(error);
  else
    co_await manager.exit(error);
  if (error && !swallowed) std::rethrow_exception(std::move(error));
  if constexpr (!std::is_void_v<result_type> && swallows_errors<manager_type>) {
    if (error) co_return std::nullopt;
  }
  if constexpr (!std::is_void_v<result_type>) co_return result.take();
}

// Enters `manager`, runs `body(manager)` or `body()`, a coro<R>, and leaves the manager, whatever the body did. Gives what the
// body gives; when the manager can swallow errors (its exit() gives a bool, as task_group's), an std::optional<R>, which is
// empty when it did; for R void nothing. Throws what enter() or exit() throw, or what the body threw unless it was swallowed.
//
// Lives in the coroutine that this makes: the body, so that a lambda may capture, and the manager, unless it is an lvalue,
// which must then outlive it. A coroutine that is destroyed while the body waits (its loop closes) does not call exit().
template <class Manager, body_of<std::remove_cvref_t<Manager>> Body>
  requires async_manager<std::remove_cvref_t<Manager>>
auto with(Manager&& manager, Body body) {
  return with_in_frame<Manager, Body>(std::forward<Manager>(manager), std::move(body));
}

}  // namespace coroguard
