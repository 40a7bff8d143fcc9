// never-yielded: tasks that keep the loop for themselves from beginning to end.
// Not in <coroguard/runtime.hpp>: only the library needs it.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <tuple>
#include <vector>

#include "coroguard/loop/clock.hpp"
#include "coroguard/observe/item_note.hpp"

namespace coroguard {

class event_loop;
class task_core;

class never_yielded {
public:
  explicit never_yielded(event_loop& loop) noexcept : loop_(loop) {}

  // As an observer hears of them.
  void callback_begins(const item_note& what) noexcept {
    callback_task_ = what.task;
    first_step_ = ended_ = false;
    if (!eager_.empty()) [[unlikely]]
      eager_.clear();  // those have suspended
  }
  void task_begins(const task_core& task);
  void task_ends(const task_core& task);
  // For callbacks that took time that can be measured.
  void callback_took(const item_note& what, std::chrono::nanoseconds took);

private:
  // A task that began in a callback of something else (eager_task_factory, start_now): the clock is read for it.
  struct eager {
    std::uint64_t number;
    item_note what;
    time_point began;
  };

  bool is_long(std::chrono::nanoseconds took) const noexcept;
  void report_task(const item_note& what, std::chrono::nanoseconds took, bool ended);

  event_loop& loop_;
  std::uint64_t callback_task_ = 0;
  bool first_step_ = false;  // this callback is the first step of its task
  bool ended_ = false;       // and its last
  std::vector<eager> eager_;
  std::map<std::tuple<const char*, std::uint32_t>, unsigned> counts_;  // by coroutine function: reported at 1, 2, 4, 8 ...
};

}  // namespace coroguard
