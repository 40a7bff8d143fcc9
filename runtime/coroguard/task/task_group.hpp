// Tasks that end together (asyncio.TaskGroup).
//
//   co_await with(task_group(), [&](task_group& group) -> coro<void> {
//     group.create_task(fetch("a"));
//     group.create_task(fetch("b"));
//     co_return;
//   });  // both have ended
#pragma once

#include <cstddef>
#include <exception>
#include <source_location>
#include <string>
#include <utility>
#include <vector>

#include "coroguard/base/exception_group.hpp"
#include "coroguard/loop/event_loop.hpp"
#include "coroguard/task/task.hpp"
#include "coroguard/task/with.hpp"

namespace coroguard {

// Leaving the group waits for all its tasks. The first task that fails, and a body that throws, end the group: the other tasks
// and the body are cancelled, no task can be added, and when all have ended exception_group("unhandled errors in a TaskGroup")
// has the errors, the body's last. A task that is cancelled does not count as failed. keyboard_interrupt leaves the group
// bare; the errors beside it are reported to the loop's exception handler.
//
// Cancelling the task that uses the group cancels the tasks of the group; cancelled_error leaves it once they have ended, or
// the exception_group when there are errors, and then the cancellation comes again at the next suspension.
//
// `with` gives a body's result as an optional, because cancel() can cut the body short.
// For one use. May be moved until it is entered. Loop's thread only.
class task_group {
public:
  task_group() = default;
  // Throws runtime_error("TaskGroup ... has already been entered") when `other` was.
  task_group(task_group&& other);
  task_group& operator=(task_group&&) = delete;
  ~task_group();

  // Makes a task of a coroutine, as event_loop::create_task does. Its handle may be dropped. Throws runtime_error, and closes
  // the coroutine, when the group "has not been entered", "is finished" or "is shutting down". Tasks of the group may add
  // tasks as long as one runs.
  template <class T>
  task<T> create_task(coro<T> body, std::source_location where = std::source_location::current()) {
    return create_task(std::move(body), task_options{}, where);
  }
  template <class T>
  task<T> create_task(coro<T> body, task_options options, std::source_location where = std::source_location::current());

  // Cancels the tasks and the body; the group then ends without an error, unless there is another reason for one. Before the
  // group is entered: at its first suspension. Afterwards, and the second time: nothing.
  void cancel();

  // How many of its tasks have not ended.
  std::size_t size() const noexcept { return size_; }
  // "<TaskGroup tasks=2 errors=1 cancelling>", for people.
  std::string describe() const;

  // For `with`. Entering throws runtime_error("TaskGroup ... has already been entered") or, outside of a task,
  // runtime_error("TaskGroup ... cannot determine the parent task").
  auto enter() {
    return immediate([this] { begin(); });
  }
  coro<bool> exit(std::exception_ptr error);

private:
  class child;

  void begin();
  void abort();
  void adopt(future_state_base& task);
  void unlink(child& ended) noexcept;
  void child_ended(future_state_base& task);
  void keep_error(const std::exception_ptr& error);
  // Throws what the group ends with, if anything.
  void throw_errors(const std::exception_ptr& body_error, std::exception_ptr cancellation, const std::exception_ptr& late_cancellation);
  [[noreturn]] void throw_base_error();
  [[noreturn]] void refuse(const char* why) const;
  const char* reason_to_refuse() const noexcept;

  event_loop* loop_ = nullptr;
  task_base parent_;
  child* first_ = nullptr;
  child* last_ = nullptr;
  std::size_t size_ = 0;
  std::vector<std::exception_ptr> errors_;
  std::exception_ptr base_error_;
  future<void> all_ended_;  // valid while exit() waits
  bool entered_ = false;
  bool exiting_ = false;
  bool aborting_ = false;
  bool parent_cancel_requested_ = false;  // by the group; it takes that back
  bool cancel_on_enter_ = false;
};

template <class T>
task<T> task_group::create_task(coro<T> body, task_options options, std::source_location where) {
  struct scope {
    coro<T>& body;
    ~scope() { body.close(); }  // refused: it was not forgotten
  } const ends{body};
  check_thread_of(loop_, "task_group::create_task", where);
  if (const char* why = reason_to_refuse()) refuse(why);
  task<T> made = loop_->create_task(std::move(body), options, where);
  adopt(made.state());
  return made;
}

}  // namespace coroguard
