// Tasks: coroutines that the loop runs on their own (asyncio.Task).
#pragma once

#include <concepts>
#include <optional>
#include <source_location>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "coroguard/future/future.hpp"
#include "coroguard/task/coro.hpp"
#include "coroguard/task/task_core.hpp"

namespace coroguard {

// The state of a task: a future's, its step machine, and the coroutine.
template <class T>
class task_state final : public future_state<T>, public task_core {
public:
  task_state(event_loop& loop, std::coroutine_handle<coro_promise<T>> body, std::source_location where)
      : future_state<T>(loop, where, future_kind::task), task_core(static_cast<future_state_base&>(*this), body.promise()), body_(body) {}

  bool cancel(std::optional<std::string> message) override {
    this->mark_retrieved();
    return task_core::cancel(std::move(message));
  }
  void set_exception(std::exception_ptr) override { throw runtime_error("Task does not support set_exception operation"); }
  task_core* as_task() noexcept override { return this; }
  std::string describe() const override { return task_core::describe(); }

protected:
  void require_settable() const override { throw runtime_error("Task does not support set_result operation"); }

  void finish(bool cancelled) override {
    if (!this->has_frame()) {  // cancelled before its first step
      this->finish_cancelled(this->take_cancel_message());
      return;
    }
    try {
      if constexpr (std::is_void_v<T>) {
        take_body_result(cancelled);
        this->store();
      } else {
        this->store(take_body_result(cancelled));
      }
    } catch (const cancelled_error& error) {
      this->destroy_frames();
      this->finish_cancelled(error.message());
    } catch (...) {
      this->keep_coroutine();
      this->destroy_frames();
      this->finish_with_error(std::current_exception());
      if (passes_through_loop(std::current_exception())) throw;
    }
  }

private:
  // Destroys the frame when there is a result.
  T take_body_result(bool cancelled) {
    if constexpr (std::is_void_v<T>) {
      body_.promise().take_result();
      if (cancelled) [[unlikely]]
        throw cancelled_error(this->take_cancel_message());  // an exception of the body wins
      this->destroy_frames();
    } else {
      T result = body_.promise().take_result();
      if (cancelled) [[unlikely]]
        throw cancelled_error(this->take_cancel_message());
      this->destroy_frames();
      return result;
    }
  }

  std::coroutine_handle<coro_promise<T>> body_;
};

// What create_task may be told besides the coroutine. Trivial on purpose: g++ 12 destroys class-type default arguments
// twice when the call stands inside a co_await expression (GCC bugs 95599, 99576).
struct task_options {
  std::string_view name = {};  // copied; empty: "Task-<number>"
};

// A task of whatever type. Not thread-safe.
class task_base : public future_base {
public:
  task_base() = default;
  explicit task_base(ref<future_state_base> state) noexcept : future_base(std::move(state)) {}

  // Asks it to end: a cancelled_error is thrown where it waits, or a task that has not begun never begins. False when it is
  // done. The task may catch the error and go on; then it must be asked again. Each request counts (cancelling()).
  using future_base::cancel;
  // "<Task pending name=... coro=<...>>"; see future_base::describe.
  using future_base::describe;
  // How many requests to cancel have not been taken back with uncancel().
  int cancelling() const noexcept { return core().cancelling(); }
  // Takes one back, and returns how many are left. With none left, a cancellation that was not delivered yet is not.
  int uncancel() const {
    state_->check_thread("task::uncancel");
    return core().uncancel();
  }
  std::string get_name() const { return core().name(); }
  void set_name(std::string_view name) const {
    state_->check_thread("task::set_name");
    core().set_name(name);
  }

  // Where the coroutines of the chain are, each awaited by the one before: at a co_await, or at its beginning; the last one
  // may run past it. Empty when done.
  std::vector<std::source_location> get_stack() const {
    state_->check_thread("task::get_stack");
    return core().stack();
  }
  // The same for people: asyncio's print_stack.
  std::string describe_stack() const {
    state_->check_thread("task::describe_stack");
    return core().describe_stack();
  }

  // For task factories: the first step in the next turn, or at once. No effect on a task that was started.
  void start_soon() const {
    state_->check_thread("task::start_soon");
    core().start_soon();
  }
  void start_now() const {
    state_->check_thread("task::start_now");
    core().start_now();
  }

  task_core& core() const noexcept { return *state_->as_task(); }
};

// The task of a coroutine with a result of type T: a future<T> that ends with what the coroutine returns or throws.
// set_result and set_exception throw runtime_error. Not thread-safe; dropping handles ends nothing: the loop owns the task.
template <class T>
class task : public future<T> {
public:
  task() = default;
  explicit task(ref<future_state<T>> state) noexcept : future<T>(std::move(state)) {}

  operator task_base() const { return task_base(this->state_); }
  int cancelling() const noexcept { return core().cancelling(); }
  int uncancel() const {
    this->state_->check_thread("task::uncancel");
    return core().uncancel();
  }
  std::string get_name() const { return core().name(); }
  void set_name(std::string_view name) const {
    this->state_->check_thread("task::set_name");
    core().set_name(name);
  }
  std::vector<std::source_location> get_stack() const {
    this->state_->check_thread("task::get_stack");
    return core().stack();
  }
  std::string describe_stack() const {
    this->state_->check_thread("task::describe_stack");
    return core().describe_stack();
  }

private:
  task_core& core() const noexcept { return *this->state_->as_task(); }
};

// A task on the running loop. Throws runtime_error("no running event loop"); the coroutine is then closed.
template <class T>
[[nodiscard]] task<T> create_task(coro<T> body, task_options options = {},
                                  std::source_location where = std::source_location::current()) {
  event_loop* loop = running_loop();
  if (loop == nullptr) body.close();
  return get_running_loop().create_task(std::move(body), std::move(options), where);
}

// The task whose step runs now; an invalid handle in a callback. Throws runtime_error when no loop runs here.
task_base current_task();
// The same of `loop`, which need not run.
task_base current_task(event_loop& loop);
// The tasks of `loop` (the running one) that are not done, oldest first.
std::vector<task_base> all_tasks();
std::vector<task_base> all_tasks(event_loop& loop);

// The task factory that begins each task at once, in create_task: one that never waits needs no turn of the loop
// (asyncio.eager_task_factory). Outside of a running loop tasks begin with it.
void eager_task_factory(event_loop& loop, task_base& made);

template <class T>
task<T> event_loop::create_task(coro<T> body, task_options options, std::source_location where) {
  struct scope {
    coro<T>& body;
    ~scope() { body.close(); }  // refused: it was not forgotten
  } const ends{body};
  check_open();
  check_thread("event_loop::create_task", where);
  auto state = ref<task_state<T>>::adopt(new task_state<T>(*this, body.release(), where));
  if (!options.name.empty()) state->set_name(options.name);
  task<T> made(state);
  if (task_factory_) {
    task_base begins = made;
    const task_factory factory = task_factory_;  // a copy: what it begins may replace it
    factory(*this, begins);
  } else {
    state->start_soon();
  }
  return made;
}

template <class T>
task<T> event_loop::create_task(coro<T> body, std::source_location where) {
  return create_task(std::move(body), task_options{}, where);
}

template <class T>
T event_loop::run_until_complete(future<T> awaited) {
  prepare_to_run();
  require_valid(awaited);
  if (&awaited.get_loop() != this)
    throw std::invalid_argument("The future belongs to a different loop than the one specified as the loop argument");
  struct stop_when_done {
    event_loop* loop;
    void operator()(const future<T>& done) const {
      // An interrupt has ended the run already: stopping now would end the next one.
      if (!done.cancelled() && passes_through_loop(done.exception())) return;
      loop->stop();
    }
    bool operator==(const stop_when_done&) const = default;
  };
  const stop_when_done stops{this};
  awaited.add_done_callback(stops);
  // The loop may be another thread's by then: it was handed over.
  const auto forget = [&] { remove_equal_callbacks(awaited.state(), &stops, typeid(stop_when_done)); };
  try {
    run_forever();
  } catch (...) {
    forget();
    // What left the loop is this future's own exception: it is not lost.
    if (awaited.done() && !awaited.cancelled()) awaited.state().mark_retrieved();
    throw;
  }
  forget();
  if (!awaited.done()) throw runtime_error("Event loop stopped before Future completed.");
  return awaited.result();
}

template <class T>
T event_loop::run_until_complete(coro<T> body, std::source_location where) {
  if (is_closed() || is_running() || running_loop() != nullptr) body.close();
  prepare_to_run();
  task<T> made = create_task(std::move(body), where);
  made.state().as_task()->do_not_report_destruction();
  return run_until_complete(future<T>(made));
}

}  // namespace coroguard

#include "coroguard/task/awaiters.hpp"
