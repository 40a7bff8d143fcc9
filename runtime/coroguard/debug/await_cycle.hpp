// await-cycle: tasks that wait for each other.
// Not in <coroguard/runtime.hpp>: only the library needs it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_set>
#include <vector>

#include "coroguard/future/future_state.hpp"
#include "coroguard/task/task_core.hpp"

namespace coroguard {

class await_cycle {
public:
  // `task` begins to wait for task.waiting_for().
  void task_waits(task_core& task) {
    // What nobody waits for closes no circle.
    if (task.state().first_callback() != nullptr && task.waiting_for() != nullptr) look(task);
  }

private:
  // A future, and the place in the list of the one that it needs.
  struct step {
    future_state_base* future;
    std::size_t needs;
  };

  void look(task_core& task);
  // From the task that began to wait over what it waits for to itself; empty when there is no circle.
  std::vector<future_state_base*> circle_of(task_core& task);
  void report_circle(const std::vector<future_state_base*>& circle, task_core& closes);

  std::vector<step> steps_;
  std::unordered_set<std::uint64_t> reported_;  // circles, as a sum over the numbers of their tasks
};

}  // namespace coroguard
