// Where an asynchronous program begins and ends (asyncio.run, asyncio.Runner).
//
//   int main() {
//     try {
//       return coroguard::run(amain());
//     } catch (const coroguard::keyboard_interrupt&) {
//       return 130;
//     }
//   }
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <source_location>
#include <type_traits>
#include <utility>

#include "coroguard/loop/event_loop.hpp"
#include "coroguard/loop/interrupt.hpp"
#include "coroguard/observe/thrown_reports.hpp"
#include "coroguard/task/task.hpp"

namespace coroguard {

struct run_options {
  // Nothing: as the loop begins, which debug_by_default() decides: COROGUARD_DEBUG, as a rule.
  std::optional<bool> debug = {};
  // What makes the loop; empty: a plain event_loop.
  std::function<std::unique_ptr<event_loop>()> loop_factory = {};
};

// Throws runtime_error("<who> cannot be called from a running event loop") when one runs in this thread.
void refuse_running_loop(const char* who);

// A loop, for one coroutine after the other. The loop is made when it is first needed.
//
// Ctrl+C: when the main thread runs a coroutine and SIGINT has its default action, the first SIGINT cancels the coroutine, and
// run() throws keyboard_interrupt when it ends as cancelled for no other reason; a coroutine that swallows the cancellation
// goes on. The second SIGINT ends the process as it does by default, without destructors. Between runs and while the runner
// closes the default action is in place.
class runner {
public:
  explicit runner(run_options options = {}) : options_(std::move(options)) {}
  // Closes it, and logs what close() throws.
  ~runner();
  runner(const runner&) = delete;
  runner& operator=(const runner&) = delete;

  // Runs a coroutine as a task until it ends, and gives its result. Throws what it throws; keyboard_interrupt; and runtime_error
  // when the runner is closed ("Runner is closed"), when a loop runs in this thread ("Runner.run() cannot be called from a
  // running event loop") or when the loop was stopped first.
  template <class T>
  T run(coro<T> body, std::source_location where = std::source_location::current());

  // The loop, which lives as long as the runner. Throws runtime_error("Runner is closed").
  event_loop& get_loop();

  // Cancels all tasks, runs the loop until they have ended, reports those that failed to the loop's exception handler
  // ("unhandled exception during asyncio.run() shutdown"), joins the default executor for at most five minutes and closes the
  // loop. Throws keyboard_interrupt from a task, and runtime_error when somebody stops the loop meanwhile; the loop is then
  // closed, too. Throws runtime_error("Cannot close a running event loop"), and at the end report_error, when reports throw and
  // there were some. The second time: nothing.
  void close();

private:
  enum class state { created, initialized, closed };
  void close_loop();

  run_options options_;
  std::unique_ptr<event_loop> loop_;
  state state_ = state::created;
};

// Makes a loop, runs a coroutine to its end, ends all other tasks and closes the loop: runner, used once. Throws runtime_error
// when a loop runs in this thread ("asyncio.run() cannot be called from a running event loop").
template <class T>
T run(coro<T> body, run_options options = {}, std::source_location where = std::source_location::current());

// ---- templates ------------------------------------------------------------------------------------------------------

template <class T>
T runner::run(coro<T> body, std::source_location where) {
  refuse_running_loop("Runner.run()");
  event_loop& loop = get_loop();
  loop.belongs_to_this_thread();
  const task<T> made = loop.create_task(std::move(body), where);
  bool cancelled_by_interrupt = false;
  interrupt_scope interrupts(loop, [main = task_base(made), &cancelled_by_interrupt] { cancelled_by_interrupt = main.cancel(); });
  // A Ctrl+C that came too late to cancel the coroutine is not lost.
  const auto throw_late_interrupt = [&] {
    interrupts.end();
    if (interrupts.happened() && !cancelled_by_interrupt) throw keyboard_interrupt();
  };
  try {
    if constexpr (std::is_void_v<T>) {
      loop.run_until_complete(future<T>(made));
      throw_late_interrupt();
    } else {
      T result = loop.run_until_complete(future<T>(made));
      throw_late_interrupt();
      return std::forward<T>(result);
    }
  } catch (const cancelled_error&) {
    interrupts.end();
    if (cancelled_by_interrupt && made.uncancel() == 0) throw keyboard_interrupt();
    throw;
  }
}

template <class T>
T run(coro<T> body, run_options options, std::source_location where) {
  refuse_running_loop("asyncio.run()");
  runner once(std::move(options));
  std::exception_ptr error;
  result_slot<T> result;
  try {
    if constexpr (std::is_void_v<T>)
      once.run(std::move(body), where);
    else
      result.set(once.run(std::move(body), where));
  } catch (...) {
    error = std::current_exception();
  }
  try {
    once.close();  // what this throws goes first, as from Python's `with`
  } catch (const report_error&) {
    if (!error) throw;  // but not a report: the first one is what counts, or the error that came before
  }
  if (error) std::rethrow_exception(std::move(error));
  return result.take();
}

}  // namespace coroguard
