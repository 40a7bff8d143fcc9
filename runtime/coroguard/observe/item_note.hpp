// What the loop runs, said later: a note of an item outlives it and costs no allocation.
#pragma once

#include <chrono>
#include <cstdint>
#include <source_location>
#include <string>
#include <string_view>

namespace coroguard {

struct item_note {
  static constexpr std::chrono::nanoseconds never_due = std::chrono::nanoseconds::min();

  const char* what = "";  // "Handle", "Task", "done callback of gather"
  bool cancelled = false;
  std::source_location where = {};      // the call that scheduled it; line 0: not known
  std::uint64_t task = 0;               // the number of the task; 0: it is none
  std::source_location coroutine = {};  // the task's
  std::chrono::nanoseconds due = never_due;  // of a timer, by the loop's clock
  char name[40];  // of the task, when somebody gave it one; cut off if it is longer; the rest is not written: that would cost time

  item_note(const char* what_it_is = "", bool is_cancelled = false, std::source_location scheduled = {}) noexcept
      : what(what_it_is), cancelled(is_cancelled), where(scheduled) {
    name[0] = '\0';
  }

  // "<Handle created at f.cpp:3>", "<Task name='Task-1' coro=<f() at f.cpp:7>>"
  std::string text() const;
};

// "wait" for a place in coroguard/task/wait.hpp: a line of the runtime says less than that. Empty for the places of
// others.
std::string_view maker_in_runtime(std::source_location where) noexcept;
// "at f.cpp:3", or "by wait()".
std::string place_text(std::source_location where);

// "f" for a coroutine `namespace::coro<int> f(int)`.
std::string function_name(std::source_location where);

}  // namespace coroguard
