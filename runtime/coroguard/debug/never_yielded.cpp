#include "coroguard/debug/never_yielded.hpp"

#include <algorithm>
#include <bit>
#include <string>
#include <utility>

#include "coroguard/debug/in_seconds.hpp"
#include "coroguard/loop/event_loop.hpp"
#include "coroguard/observe/report.hpp"
#include "coroguard/task/task_core.hpp"

namespace coroguard {

namespace {

using std::chrono::nanoseconds;

// tokio-console's: of a task that goes on, this is too long for a first step.
constexpr nanoseconds too_long = std::chrono::seconds(1);

}  // namespace

void never_yielded::task_begins(const task_core& task) {
  if (task.number() == callback_task_)
    first_step_ = true;
  else
    eager_.push_back({task.number(), task.note(), loop_.time()});
}

void never_yielded::task_ends(const task_core& task) {
  if (task.number() == callback_task_) {
    ended_ = true;
    return;
  }
  const auto found = std::ranges::find(eager_, task.number(), &eager::number);
  if (found == eager_.end()) return;
  const eager one = *found;
  eager_.erase(found);
  if (const nanoseconds took = loop_.time() - one.began; is_long(took)) report_task(one.what, took, true);
}

void never_yielded::callback_took(const item_note& what, nanoseconds took) {
  if (first_step_ && (ended_ || took >= too_long) && is_long(took)) report_task(what, took, ended_);
}

bool never_yielded::is_long(nanoseconds took) const noexcept {
  const seconds limit = loop_.slow_callback_duration();
  return limit > seconds(0) && took >= limit;
}

void never_yielded::report_task(const item_note& what, nanoseconds took, bool ended) {
  const unsigned count = ++counts_[{what.coroutine.file_name(), what.coroutine.line()}];
  if (!std::has_single_bit(count)) return;
  report found{.rule = "never-yielded", .loop = &loop_, .task = what.task, .duration = took};
  found.message = what.text() + (ended ? " ran from beginning to end in " : " ran for ") + in_seconds(took) + " seconds " +
                  (ended ? "without ever suspending" : "before it suspended for the first time") + ": nothing else ran meanwhile";
  found.notes.push_back("co_await in its loop (sleep(0s) lets others run), or give the work to run_in_executor");
  if (count > 1) found.notes.push_back("number " + std::to_string(count) + " of the tasks of this coroutine that did so");
  emit(std::move(found));
}

}  // namespace coroguard
