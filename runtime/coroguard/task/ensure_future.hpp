// A future for everything that can be awaited (asyncio.ensure_future).
#pragma once

#include <concepts>
#include <ranges>
#include <source_location>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "coroguard/task/task.hpp"

namespace coroguard {

// A handle on a future or a task, of whatever type.
template <class A>
concept future_like = std::derived_from<std::remove_cvref_t<A>, future_base>;

// A coro<T>.
template <class A>
constexpr bool is_coro = false;
template <class T>
constexpr bool is_coro<coro<T>> = true;

// A coroutine that awaits `awaited` and gives its result.
template <class A>
coro<await_result_t<A>> await_in_coroutine(A awaited) {
  co_return co_await std::move(awaited);
}

// Makes a task of `body` on `loop`. When it cannot be made this throws, and the coroutine is closed. `where`, here and
// below, is what reports call the place at which the task was made.
template <class T>
task<T> ensure_future(coro<T>&& body, event_loop& loop, std::source_location where = std::source_location::current()) {
  return loop.create_task(std::move(body), where);
}
// The same on the running loop. Throws runtime_error("no running event loop").
template <class T>
task<T> ensure_future(coro<T>&& body, std::source_location where = std::source_location::current()) {
  return create_task(std::move(body), {}, where);
}
// Uses up the variable, as co_await does. Throws runtime_error("cannot reuse already awaited coroutine") the second time.
template <class T>
task<T> ensure_future(coro<T>& body, event_loop& loop, std::source_location where = std::source_location::current()) {
  return loop.create_task(std::move(body), where);
}
template <class T>
task<T> ensure_future(coro<T>& body, std::source_location where = std::source_location::current()) {
  return create_task(std::move(body), {}, where);
}

// A future or a task is returned as it is. Throws std::invalid_argument when it belongs to another loop than `loop`, or the
// handle was moved from.
template <future_like Future>
std::remove_cvref_t<Future> ensure_future(Future&& awaited, event_loop& loop, std::source_location = {}) {
  require_valid(awaited);
  if (&awaited.get_loop() != &loop)
    throw std::invalid_argument("The future belongs to a different loop than the one specified as the loop argument");
  return std::forward<Future>(awaited);
}
template <future_like Future>
std::remove_cvref_t<Future> ensure_future(Future&& awaited, std::source_location = {}) {
  require_valid(awaited);
  return std::forward<Future>(awaited);
}

// Anything else that can be awaited is awaited by a new task.
template <awaitable A>
  requires(!future_like<A> && !is_coro<std::remove_cvref_t<A>>)
auto ensure_future(A&& awaited, event_loop& loop, std::source_location where = std::source_location::current()) {
  return loop.create_task(await_in_coroutine(std::decay_t<A>(std::forward<A>(awaited))), where);
}
template <awaitable A>
  requires(!future_like<A> && !is_coro<std::remove_cvref_t<A>>)
auto ensure_future(A&& awaited, std::source_location where = std::source_location::current()) {
  return create_task(await_in_coroutine(std::decay_t<A>(std::forward<A>(awaited))), {}, where);
}

// What ensure_future makes of an A.
template <class A>
using ensured_t = decltype(ensure_future(std::declval<A>()));

// What several can be made of at once: handles on futures, coroutines, and what else can be awaited.
template <class Range>
concept awaitable_range =
    std::ranges::input_range<Range> &&
    requires(std::ranges::range_reference_t<Range> one) { ensure_future(std::forward<decltype(one)>(one)); };

// Closes what is a coroutine: it was refused, and not forgotten.
template <class A>
void close_refused(A& refused) noexcept {
  if constexpr (is_coro<std::remove_cv_t<A>>) refused.close();
}

}  // namespace coroguard
