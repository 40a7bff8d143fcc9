#include "coroguard/task/task.hpp"

#include <algorithm>

#include "coroguard/observe/origin.hpp"
#include "coroguard/observe/report.hpp"

namespace coroguard {

task_base current_task() { return current_task(get_running_loop()); }

task_base current_task(event_loop& loop) {
  loop.check_thread("current_task");
  task_core* current = loop.current_task();
  return current == nullptr ? task_base() : task_base(ref<future_state_base>::share(&current->state()));
}

std::vector<task_base> all_tasks() { return all_tasks(get_running_loop()); }

std::vector<task_base> all_tasks(event_loop& loop) {
  loop.check_thread("all_tasks");
  std::vector<task_base> tasks;
  for (owned_by_loop* owned = loop.tasks().first(); owned != nullptr; owned = owned_list::after(*owned))
    tasks.emplace_back(ref<future_state_base>::share(&static_cast<task_core*>(owned)->state()));
  std::ranges::reverse(tasks);
  return tasks;
}

void eager_task_factory(event_loop& loop, task_base& made) {
  if (running_loop() == &loop)
    made.start_now();
  else
    made.start_soon();
}

void report_never_awaited(const coro_promise_base& promise) noexcept {
  const std::source_location where = promise.where();
  try {
    report found{.rule = "unawaited-coroutine"};
    found.message = std::string(where.file_name()) + ":" + std::to_string(where.line()) + ": RuntimeWarning: coroutine '" +
                    function_name(where) + "' was never awaited";
    if (const std::optional<origin> made = promise.made_by()) made->tell(found);
    emit(std::move(found));
  } catch (...) {
    log_error("a coroutine was never awaited, and cannot be reported", std::current_exception());
  }
}

}  // namespace coroguard
