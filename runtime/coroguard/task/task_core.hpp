// The step machine of a task: asyncio.Task without its result.
//
// A task that is not done is in exactly one of three states: it waits for a future (and is in that future's list of
// callbacks), its next step is in the ready queue, or a step runs.
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

#include "coroguard/future/done_callback.hpp"
#include "coroguard/future/future_state.hpp"
#include "coroguard/loop/owned_by_loop.hpp"
#include "coroguard/observe/report.hpp"

namespace coroguard {

class coro_promise_base;

class task_core : public done_callback, public owned_by_loop {
public:
  // ---- what users ask, through task_base ---------------------------------------------------------------------------

  bool cancel(std::optional<std::string> message);
  int cancelling() const noexcept { return cancel_requests_; }
  int uncancel() noexcept;
  std::string name() const;
  void set_name(std::string_view name);
  // See task_base::get_stack.
  std::vector<std::source_location> stack() const;
  std::string describe_stack() const;
  // Copies the chain of coroutines that await each other, the innermost first; returns how many. It goes on with the task that
  // awaits this one, the first of them when there are several. Async-signal-safe in the loop's thread.
  std::size_t copy_chain(await_frame* to, std::size_t most) const noexcept;
  // The innermost coroutine of the chain; null once done.
  const coro_promise_base* leaf() const noexcept { return leaf_; }
  // The task that awaits this one, the first when there are several; also when it does so through gather and the like. Null:
  // none.
  task_core* awaited_by() const noexcept;
  std::uint64_t number() const noexcept { return number_; }
  // The future that it waits for, or null.
  future_state_base* waiting_for() const noexcept { return waiting_for_; }
  future_state_base& state() noexcept { return state_; }
  void do_not_report_destruction() noexcept { report_destruction_ = false; }

  void start_soon() noexcept;
  void start_now();

  // ---- what awaiters do --------------------------------------------------------------------------------------------

  // The leaf changes to `next`, which runs when the caller has returned to the task's loop; null: the task's coroutine ended.
  void continue_with(coro_promise_base* next) noexcept { leaf_ = next; }
  // `inner`, which `outer` awaits, becomes the leaf and runs: at once, on top of its awaiter, or, where the native stack would
  // grow too much, when the awaiter has returned to the task's loop. False when it ended: `outer` goes on.
  bool descend(coro_promise_base& inner, const coro_promise_base& outer) noexcept;
  // Suspends until the next turn.
  void yield() noexcept;
  // Suspends until `awaited` is done. What is wrong with awaiting it is thrown when the task goes on.
  void wait_for(future_state_base& awaited) noexcept;
  // Throws what the task was resumed with, if anything: a cancellation, an error of wait_for.
  void throw_if_woken_with_error() {
    if (must_cancel_ || wake_error_) [[unlikely]]
      throw_wake_error();
  }
  // The same after wait_for(awaited).
  void throw_if_woken_with_error(future_state_base& awaited) {
    if (must_cancel_ || wake_error_) [[unlikely]]
      throw_wake_error(awaited);
  }

  // ---- as an item of the loop --------------------------------------------------------------------------------------

  void run() override;
  void drop() noexcept override {}  // the loop destroys its tasks itself
  future_state_base* waiting() const noexcept override { return &state_; }
  item_note note() const noexcept override;
  std::string describe() const;
  void loop_closes() noexcept override;

  // Destroys the coroutines of the chain, the innermost first.
  void destroy_frames() noexcept;

protected:
  task_core(future_state_base& state, coro_promise_base& root) noexcept;
  ~task_core();

  // The coroutine ended: makes its result, or its exception, that of the task. `cancelled`: unless it failed, it was
  // cancelled at the last moment and ends so.
  virtual void finish(bool cancelled) = 0;
  std::optional<std::string> take_cancel_message();
  bool has_frame() const noexcept { return root_ != nullptr; }
  // It failed: reports are to say which coroutine that was when its frame is gone.
  void keep_coroutine() noexcept;

private:
  // What few tasks have.
  struct label {
    std::optional<std::string> name;
    std::source_location coroutine;  // line 0: not kept
  };

  void step();
  void resume_until_suspended();
  void complete();
  void report_destroyed() noexcept;
  void report_unretrieved() noexcept;
  [[noreturn]] void throw_wake_error();
  [[noreturn]] void throw_wake_error(future_state_base& awaited);
  void cancel_what_is_awaited(const std::optional<std::string>& message);
  void break_circle(const std::optional<std::string>& message);
  void cancel_next_step(const std::optional<std::string>& message);
  std::string describe_without_end() const;

  future_state_base& state_;
  coro_promise_base* leaf_;
  coro_promise_base* root_;
  future_state_base* waiting_for_ = nullptr;
  std::exception_ptr wake_error_;
  std::unique_ptr<std::string> cancel_message_;
  std::unique_ptr<label> label_;
  std::uint64_t number_;
  int cancel_requests_ = 0;
  std::uint8_t depth_ = 0;  // coroutines that run on top of the one that the task's loop resumed
  bool is_cancelling_ = false;  // cancel() is passing through here
  bool must_cancel_ : 1 = false;  // bits: so a task needs 16 bytes less
  bool came_back_ : 1 = false;    // cancel() came here again, through a future such as gather's
  bool suspended_ : 1 = false;
  bool started_ : 1 = false;
  bool begun_ : 1 = false;
  bool report_destruction_ : 1 = true;
};

}  // namespace coroguard
