// What the tests of task_group have in common.
#pragma once

#include <coroguard/task/sleep.hpp>
#include <coroguard/task/task_group.hpp>

#include <chrono>
#include <stdexcept>
#include <string>
#include <utility>

#include "thrown.hpp"
#include "virtual_loop.hpp"

namespace coroguard {

inline coro<void> crash_after(seconds delay) {
  co_await sleep(delay);
  throw std::domain_error("division");
}

inline coro<void> invalid_after(seconds delay) {
  co_await sleep(delay);
  throw std::invalid_argument("invalid");
}

// Awaits it and notes whether it was cancelled.
inline coro<void> noticing(coro<void> awaited, bool& cancelled) {
  try {
    co_await awaited;
  } catch (const cancelled_error&) {
    cancelled = true;
    throw;
  }
}

inline coro<void> counting(coro<void> awaited, int& cancelled) {
  try {
    co_await awaited;
  } catch (const cancelled_error&) {
    ++cancelled;
    throw;
  }
}

// The kinds of the exceptions of an exception_group, in order; "none" when it is no such group.
inline std::string types_in(const std::exception_ptr& error) {
  std::string types;
  for (const std::exception_ptr& member : members_of(error)) {
    if (!types.empty()) types += ' ';
    if (is<exception_group>(member))
      types += "group";
    else if (is<std::domain_error>(member))
      types += "division";
    else if (is<std::invalid_argument>(member))
      types += "invalid";
    else if (is<std::logic_error>(member))
      types += "logic";
    else
      types += "other";
  }
  return types.empty() ? "none, but " + describe(error) : types;
}

// The message of a cancelled_error.
inline std::string message_of(const std::exception_ptr& error) {
  if (!error) return "no exception";
  try {
    std::rethrow_exception(error);
  } catch (const cancelled_error& caught) {
    return caught.message().value_or("");
  } catch (...) {
    return "another exception: " + describe(error);
  }
}

class task_group_test : public virtual_loop {
protected:
  // Runs `body()`, a coro<void>, whose closure outlives it.
  template <class Body>
  void run_body(Body body) {
    run(body());
  }

  // What `made` throws when it is cancelled after 0.1 s; it must still run then.
  static coro<std::exception_ptr> cancelled_after_100ms(task<void> made) {
    co_await sleep(std::chrono::milliseconds(100));
    EXPECT_FALSE(made.done());
    made.cancel();
    co_return co_await thrown_by(made);
  }

  // A group in a group, each with a task that fails.
  static coro<void> nested_groups(seconds outer_fails, seconds inner_fails) {
    co_await with(task_group(), [outer_fails, inner_fails](task_group& outer) -> coro<void> {
      outer.create_task(invalid_after(outer_fails));
      co_await with(task_group(), [inner_fails](task_group& inner) -> coro<void> {
        inner.create_task(invalid_after(inner_fails));
        co_return;
      });
    });
  }
};

}  // namespace coroguard
