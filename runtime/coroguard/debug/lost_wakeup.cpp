#include "coroguard/debug/lost_wakeup.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "coroguard/loop/event_loop.hpp"
#include "coroguard/observe/report.hpp"
#include "coroguard/task/coro.hpp"
#include "coroguard/task/task_core.hpp"

namespace coroguard {

namespace {

using std::chrono::nanoseconds;

// All handles are in awaiters of tasks: none is left to end it with.
bool is_lost(const future_state_base& awaited) {
  if (!awaited.made_by_hand() || awaited.done()) return false;
  std::uint32_t waiting = 0;
  const std::uint32_t owners = awaited.owners();
  for (done_callback* one = awaited.first_callback(); one != nullptr; one = future_state_base::after(*one)) {
    future_state_base* const who = one->waiting();
    task_core* const task = who != nullptr ? who->as_task() : nullptr;
    if (task == nullptr || task->waiting_for() != &awaited || ++waiting > owners) return false;
  }
  return owners == waiting;
}

// `co_await loop.create_future<void>()`: that is how one waits for ever.
bool is_meant(const task_core& task, const future_state_base& awaited) {
  const std::source_location at = task.leaf()->suspended_at();
  const std::source_location made = awaited.where();
  return at.line() == made.line() && std::string_view(at.file_name()) == made.file_name();
}

}  // namespace

void lost_wakeup::runs() {
  if (std::exchange(runs_, true)) return;
  pause_ = std::chrono::seconds(1);
  seen_at_ = nanoseconds(0);
  ticker::add(*this);
}

void lost_wakeup::stopped() noexcept {
  if (std::exchange(runs_, false)) ticker::remove(*this);
}

// A loop that does nothing for a while is woken, each time after twice as long: another thread may have dropped a handle.
void lost_wakeup::tick(nanoseconds now) noexcept {
  constexpr nanoseconds longest = std::chrono::minutes(1);
  const std::uint64_t turns = turns_.load(std::memory_order_relaxed);
  if (turns != seen_turns_ || seen_at_ == nanoseconds(0)) {
    seen_turns_ = turns;
    seen_at_ = now;
    pause_ = std::chrono::seconds(1);
  } else if (now - seen_at_ >= pause_) {
    seen_at_ = now;
    pause_ = std::min(pause_ * 2, longest);
    wanted_.store(true, std::memory_order_relaxed);
    loop_.wake();
  }
}

void lost_wakeup::look_at_all() {
  for (owned_by_loop* one = loop_.tasks().first(); one != nullptr; one = owned_list::after(*one)) {
    task_core& task = static_cast<task_core&>(*one);
    const future_state_base* const awaited = task.waiting_for();
    // Each future once, however many tasks wait for it.
    const done_callback& waits = task;
    if (awaited == nullptr || awaited->first_callback() != &waits || !is_lost(*awaited)) continue;
    for (done_callback* each = awaited->first_callback(); each != nullptr; each = future_state_base::after(*each)) {
      task_core& waiting = *each->waiting()->as_task();
      if (!is_meant(waiting, *awaited) && reported_.insert(waiting.number()).second) report_lost(waiting);
    }
  }
}

void lost_wakeup::report_lost(task_core& task) {
  const future_state_base& awaited = *task.waiting_for();
  report found{.rule = "lost-wakeup", .level = log_level::error, .loop = &loop_, .task = task.number()};
  found.message = task.name() + " waits for a future that nobody else has a handle on: nothing can wake it but a cancellation";
  found.notes.push_back("future: " + awaited.describe());
  found.notes.push_back("whoever is to end it has dropped it: keep a handle until set_result, set_exception or cancel was called");
  found.notes.push_back("a wait that only a cancellation is to end: co_await loop.create_future<void>(), in one line");
  std::array<await_frame, 32> chain;
  found.await_chain.assign(chain.begin(), chain.begin() + static_cast<std::ptrdiff_t>(task.copy_chain(chain.data(), chain.size())));
  if (const std::shared_ptr<const origin> made = awaited.made_by()) made->tell(found);
  emit(std::move(found));
}

}  // namespace coroguard
