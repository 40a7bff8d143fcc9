#include "coroguard/debug/await_cycle.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "coroguard/loop/event_loop.hpp"
#include "coroguard/observe/report.hpp"
#include "coroguard/task/coro.hpp"

namespace coroguard {

namespace {

// So much may depend on one task; more is not looked at, and a circle through it not seen.
constexpr std::size_t most_steps = 512;
// So many circles are remembered; then those that come again are told again.
constexpr std::size_t most_remembered = 1000;

// A task that has not begun, or that runs, waits for nothing itself.
bool leads_nowhere(future_state_base& awaited) {
  const task_core* const task = awaited.as_task();
  return task != nullptr && task->waiting_for() == nullptr;
}

std::uint64_t mixed(std::uint64_t number) {
  number *= 0x9e3779b97f4a7c15u;
  return number ^ (number >> 29);
}

}  // namespace

void await_cycle::look(task_core& task) {
  if (leads_nowhere(*task.waiting_for())) return;
  const std::vector<future_state_base*> circle = circle_of(task);
  if (circle.empty()) return;
  std::uint64_t key = 0;
  for (future_state_base* one : circle)
    if (const task_core* const member = one->as_task()) key += mixed(member->number());
  if (reported_.size() >= most_remembered) reported_.clear();
  if (reported_.insert(key).second) report_circle(circle, task);
}

std::vector<future_state_base*> await_cycle::circle_of(task_core& task) {
  steps_.assign(1, {&task.state(), 0});
  bool branched = false;  // until then, what was seen before can only be the task itself
  for (std::size_t at = 0; at < steps_.size(); ++at) {
    for (done_callback* waiting = steps_[at].future->first_callback(); waiting != nullptr; waiting = future_state_base::after(*waiting)) {
      future_state_base* const next = waiting->needs_this() ? waiting->waiting() : nullptr;
      if (next == nullptr) continue;
      if (next == &task.state()) {
        std::vector<future_state_base*> circle{next};
        for (; at != 0; at = steps_[at].needs) circle.push_back(steps_[at].future);
        return circle;
      }
      branched |= steps_.size() > at + 1;
      if (branched && std::ranges::find(steps_, next, &step::future) != steps_.end()) continue;
      if (steps_.size() == most_steps) return {};
      steps_.push_back({next, at});
    }
  }
  return {};
}

void await_cycle::report_circle(const std::vector<future_state_base*>& circle, task_core& closes) {
  report found{.rule = "await-cycle", .level = log_level::error, .loop = &closes.state().loop(), .task = closes.number()};
  std::vector<task_core*> tasks;
  for (future_state_base* one : circle)
    if (task_core* const task = one->as_task()) tasks.push_back(task);
  for (const task_core* task : tasks) found.message += task->name() + " waits for ";
  found.message += closes.name() + ": a circle, in which no task can go on";
  for (std::size_t i = 0, at = 0; i < tasks.size(); ++i) {
    task_core& task = *tasks[i];
    std::string through;
    while (circle[at]->as_task() != &task) ++at;
    for (std::size_t between = at + 1; between < circle.size() && circle[between]->as_task() == nullptr; ++between)
      through = " through " + circle[between]->describe();
    found.notes.push_back(task.name() + " (created " + place_text(task.state().where()) + ") waits for " +
                          tasks[(i + 1) % tasks.size()]->name() + through);
    for (const coro_promise_base* one = task.leaf(); one != nullptr; one = one->awaited_by())
      found.await_chain.push_back({one->where(), one->suspended_at(), task.number(), task.state().where()});
  }
  found.notes.push_back("only a cancellation ends this wait, a timeout's too: let one of them return its result some other way than to be awaited");
  emit(std::move(found));
}

}  // namespace coroguard
