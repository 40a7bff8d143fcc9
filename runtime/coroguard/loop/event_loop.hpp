// Long because a class is one piece: this is its list of what it does.
// The event loop: asyncio's, for C++20 coroutines, on Linux.
//
// A turn (`_run_once` in asyncio) does this, in this order: it drops cancelled timers, asks the selector (without waiting
// when something is ready), queues the callbacks of ready descriptors and what other threads posted, queues due timers,
// and runs exactly what was queued at that moment. What a callback schedules runs in the next turn. Everything goes
// through this queue, wake-ups of tasks included: the order is part of the contract.
//
// Threads: a loop belongs to the thread that runs it, or ran it last (loop_thread.hpp). Only call_soon_threadsafe, and what says
// so, may be called by others. In debug mode a call from the wrong thread is reported and throws runtime_error: "Non-thread-safe
// operation invoked on an event loop other than the current one: ...".
#pragma once

#include <atomic>
#include <chrono>
#include <concepts>
#include <coroutine>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <source_location>
#include <string>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "coroguard/base/callback.hpp"
#include "coroguard/base/errors.hpp"
#include "coroguard/base/executor.hpp"
#include "coroguard/loop/clock.hpp"
#include "coroguard/loop/exception_context.hpp"
#include "coroguard/loop/handle.hpp"
#include "coroguard/loop/inbox.hpp"
#include "coroguard/loop/loop_link.hpp"
#include "coroguard/loop/loop_thread.hpp"
#include "coroguard/loop/owned_by_loop.hpp"
#include "coroguard/loop/selector.hpp"
#include "coroguard/loop/timer_heap.hpp"
#include "coroguard/observe/observer.hpp"

namespace coroguard {

template <class T>
class coro;
template <class T>
class future;
template <class T>
class task;
class task_base;
class task_core;
struct task_options;

template <class T>
inline constexpr bool is_coroutine = false;
template <class T>
inline constexpr bool is_coroutine<coro<T>> = true;

// What call_soon and the like take: something to call without arguments. A coroutine function is none: the coroutine that
// it gives would never run (asyncio: "coroutines cannot be used with call_soon()").
template <class F>
concept loop_callback = std::invocable<F&> && !is_coroutine<std::remove_cvref_t<std::invoke_result_t<F&>>>;

// What an executor calls, once. A coroutine function is none either: the coroutine belongs on the loop.
template <class F>
concept executor_work = std::invocable<F> && !is_coroutine<std::remove_cvref_t<std::invoke_result_t<F>>>;

// The parts of a loop that tests replace. What is null is made: a monotonic_clock, an epoll selector.
struct loop_parts {
  std::unique_ptr<coroguard::clock> clock;
  std::unique_ptr<coroguard::selector> selector;
};

class event_loop {
public:
  using exception_handler = std::function<void(event_loop&, const exception_context&)>;
  // Gets each new task, which has not begun, and makes it begin: task_base::start_soon (what is done without a factory) or
  // task_base::start_now.
  using task_factory = std::function<void(event_loop&, task_base&)>;

  // Throws std::system_error when the kernel has no descriptors left. Debug mode is on from the start when the environment
  // variable COROGUARD_DEBUG is 1 or throw, or says nothing and set_debug_by_default(true) was called.
  explicit event_loop(loop_parts parts = {});
  // Closes it. A loop must not be destroyed while it runs.
  ~event_loop();
  event_loop(const event_loop&) = delete;
  event_loop& operator=(const event_loop&) = delete;

  // ---- running -----------------------------------------------------------------------------------------------------

  // Runs turns until stop(). Throws runtime_error when the loop is closed ("Event loop is closed"), runs already ("This event
  // loop is already running") or another loop runs in this thread ("Cannot run the event loop while another loop is
  // running"). What passes_through_loop() leaves from here; the rest of the turn stays queued.
  void run_forever();

  // Runs until the future is done and returns its result or throws its exception. A coroutine becomes a task first. Throws
  // runtime_error("Event loop stopped before Future completed.") when stop() came first, std::invalid_argument for a future of
  // another loop.
  template <class T>
  T run_until_complete(future<T> awaited);
  template <class T>
  T run_until_complete(coro<T> body, std::source_location where = std::source_location::current());

  // Ends run_forever after the current turn. Called before: one turn without waiting, then the end. Not thread-safe.
  void stop() {
    check_thread("event_loop::stop");
    stopping_ = true;
  }

  // Drops what is queued, destroys pending tasks (each is reported: "Task was destroyed but it is pending!") and shuts the
  // default executor down without waiting. Throws runtime_error("Cannot close a running event loop"). A second call does
  // nothing.
  void close();

  bool is_running() const noexcept { return running_.load(std::memory_order_relaxed); }
  bool is_closed() const noexcept { return closed_.load(std::memory_order_relaxed); }

  // Hands the loop over: the next thread that uses it has it. For threads that live on when they are done with a loop; while
  // the loop runs: once it has stopped. Nobody else may use the loop meanwhile, which is for the caller to see to.
  void detach_from_thread() noexcept;

  // ---- scheduling --------------------------------------------------------------------------------------------------

  // The loop's clock.
  time_point time() noexcept { return clock_->now(); }

  // Calls `function()` in the next turn; callbacks are called in the order in which they were scheduled, each once. What it
  // throws goes to the exception handler. Throws runtime_error when the loop is closed.
  template <loop_callback F>
    requires(!std::convertible_to<F, std::coroutine_handle<>>)
  handle call_soon(F function, std::source_location where = std::source_location::current());

  // Resumes `suspended` in the next turn. Allocates nothing once the thread's pool has a block. The loop does not own the
  // coroutine: when the loop is closed before, it is not resumed and not destroyed.
  void call_soon(std::coroutine_handle<> suspended, std::source_location where = std::source_location::current());

  // Calls `function()` after `delay`, or at `when`; in the next turn when that is past. Timers are called by due time; those
  // due at the same time, in the order in which they were made. Throws std::invalid_argument for NaN.
  template <loop_callback F>
  timer_handle call_later(seconds delay, F function, std::source_location where = std::source_location::current());
  template <loop_callback F>
  timer_handle call_at(time_point when, F function, std::source_location where = std::source_location::current());

  // call_soon for every thread: wakes the loop when it waits. Calls of one thread keep their order. Throws runtime_error when
  // the loop is closed. The caller answers for the loop being alive during the call.
  template <loop_callback F>
  handle call_soon_threadsafe(F function, std::source_location where = std::source_location::current());

  // A pending future of this loop.
  template <class T>
  future<T> create_future(std::source_location where = std::source_location::current());

  // Makes a task of a coroutine; its first step runs in the next turn. The loop owns the task until it is done. When this
  // throws, the coroutine is closed.
  template <class T>
  [[nodiscard]] task<T> create_task(coro<T> body, std::source_location where = std::source_location::current());
  template <class T>
  [[nodiscard]] task<T> create_task(coro<T> body, task_options options,
                                    std::source_location where = std::source_location::current());

  // ---- file descriptors --------------------------------------------------------------------------------------------

  // Calls `function()` in each turn in which `fd` can be read (written). A second call for the same descriptor replaces the
  // first callback; cancelling the handle is remove_reader (remove_writer). Throws std::system_error for what epoll refuses
  // (a regular file), std::invalid_argument for fd < 0.
  template <loop_callback F>
  handle add_reader(int fd, F function, std::source_location where = std::source_location::current());
  template <loop_callback F>
  handle add_writer(int fd, F function, std::source_location where = std::source_location::current());
  // False when there was none; also harmless on a closed loop.
  bool remove_reader(int fd);
  bool remove_writer(int fd);

  // ---- signals -----------------------------------------------------------------------------------------------------

  // Calls `function()` on the loop when the process got the signal, once for all that came since the last turn. Main thread
  // only (runtime_error otherwise); throws std::invalid_argument for a number that is no signal and
  // runtime_error("sig N cannot be caught") for what the kernel refuses. System calls that the signal interrupts go on
  // (SA_RESTART). When several loops ask for one signal, the last one gets it.
  template <loop_callback F>
  void add_signal_handler(int signal, F function, std::source_location where = std::source_location::current());
  // Back to the default action. False when there was none. Main thread only, unless the loop closes; throws as above.
  bool remove_signal_handler(int signal);

  // ---- executors ---------------------------------------------------------------------------------------------------

  // Runs `function()` in a thread of `pool`; null: the default executor, a thread_pool_executor that is made when first needed
  // and whose threads are called "asyncio_<n>". Gives a future of the function's result or exception; cancelling it keeps the
  // function from being called when no thread has begun it, and otherwise loses the result. Work that the pool drops ends as
  // cancelled. Throws runtime_error when the loop is closed, when the default executor was shut down ("Executor shutdown has been
  // called"), and what executor::post throws. Loop's thread only. The function is destroyed in the thread that called it.
  // Declared here, defined in coroguard/exec/run_in_executor.hpp.
  template <executor_work F>
  auto run_in_executor(executor* pool, F function, std::source_location where = std::source_location::current());
  // Null before it is made or set.
  // Throws runtime_error("Executor shutdown has been called") after shutdown_default_executor.
  executor* default_executor() const;
  // The one before, if any, is shut down without waiting.
  void set_default_executor(std::unique_ptr<executor> pool);
  // Refuses new work and gives up the executor, for whoever joins it.
  std::unique_ptr<executor> take_default_executor();

  // ---- errors ------------------------------------------------------------------------------------------------------

  // Empty: the default handler, which logs.
  void set_exception_handler(exception_handler handler) {
    check_thread("event_loop::set_exception_handler");
    exception_handler_ = std::move(handler);
  }
  const exception_handler& get_exception_handler() const noexcept { return exception_handler_; }
  // Reports an error that nobody can catch. Never throws, except for what passes_through_loop(): a handler that throws is
  // itself reported through the default handler.
  void call_exception_handler(const exception_context& context);
  void default_exception_handler(const exception_context& context);

  // ---- tasks, debugging --------------------------------------------------------------------------------------------

  void set_task_factory(task_factory factory) {
    check_thread("event_loop::set_task_factory");
    task_factory_ = std::move(factory);
  }
  const task_factory& get_task_factory() const noexcept { return task_factory_; }

  bool get_debug() const noexcept { return with_observer && debug_.load(std::memory_order_relaxed); }
  // Between callbacks or in one; loop's thread only while it runs. Throws what starting the watchdog's thread throws. Built with
  // COROGUARD_WITHOUT_OBSERVER the loop has no debug mode: true logs that once, and changes nothing.
  void set_debug(bool on);
  // In debug mode a callback that takes at least this long is logged; 0.1 s at first.
  seconds slow_callback_duration() const noexcept { return slow_callback_duration_; }
  void set_slow_callback_duration(seconds least) {
    check_thread("event_loop::set_slow_callback_duration");
    slow_callback_limit_ = to_nanoseconds(least);  // refuses NaN
    slow_callback_duration_ = least;
  }
  // The same in the loop's own unit, for who asks in every turn.
  std::chrono::nanoseconds slow_callback_limit() const noexcept { return slow_callback_limit_; }
  // Null: none. The caller keeps it alive. Debug mode has an observer of its own. Without effect in a build with
  // COROGUARD_WITHOUT_OBSERVER.
  void set_observer(observer* watcher);
  // What debug mode has to say of this loop; null when it was never on.
  observer* debug_observer() const noexcept { return debug_observer_.get(); }
  // Calls `what(observer)` for each that watches; a branch when none does.
  template <class F>
  void tell(F what) const {
    if (!watched()) [[likely]]
      return;
    if (observer_ != nullptr) what(*observer_);
    if (observer* const debug = debugger()) what(*debug);
  }
  // For tests: each turn runs its callbacks in an order drawn from this seed, to find code that relies on an order that is
  // not promised. Nothing: the order of scheduling.
  void set_shuffle_seed(std::optional<std::uint64_t> seed) {
    check_thread("event_loop::set_shuffle_seed");
    shuffle_ = seed;
  }

  // ---- for the other parts of the runtime --------------------------------------------------------------------------

  // Queues an item that somebody else owns. Loop's thread only.
  void enqueue(ready_item& item) noexcept { ready_.push(item); }
  // The same for every thread and for signal handlers. The item must not be queued already, and is dropped when the loop closes.
  void post(ready_item& item) noexcept {
    inbox_.put(item);
    if (asleep_.load(std::memory_order_seq_cst)) wake();
  }
  // Throws runtime_error("Event loop is closed").
  void check_open() const {
    if (is_closed()) [[unlikely]] throw_closed();
  }
  // In debug mode, when the loop belongs to another thread: reports "wrong-thread-call" and throws runtime_error with the text
  // of the report. `operation` is what was called, "event_loop::call_soon"; `where` is the call, if it is known.
  void check_thread(const char* operation, std::source_location where = {}) const {
    if (get_debug() && loop_of_thread != this) [[unlikely]] check_thread_now(operation, where);
  }
  // This thread is about to run the loop, unless another one does: from now on it is its thread.
  void belongs_to_this_thread() noexcept {
    if (!is_running()) thread_.belongs_here();
  }
  // For threads that may outlive the loop.
  const ref<loop_link>& link() const noexcept { return link_; }
  // Makes a loop that waits go on. Any thread, and signal handlers.
  void wake() noexcept;
  coroguard::clock& its_clock() noexcept { return *clock_; }
  timer_heap& timers() noexcept { return timers_; }
  // call_exception_handler for every thread, and for a loop that may have been destroyed: then nothing happens. While the loop
  // runs in another thread, its handler is called there.
  static void report_from_anywhere(event_loop* loop, exception_context context);
  // Tasks that are not done.
  owned_list& tasks() noexcept { return tasks_; }
  // The task whose step runs now, or null.
  task_core*& current_task() noexcept { return current_task_; }

private:
  struct descriptor {
    ref<handle_state> reader;
    ref<handle_state> writer;
  };

  template <class State, class F, class... Args>
  static ref<State> make_callback(F&& function, Args&&... args) {
    return ref<State>::adopt(new callback_state<State, std::decay_t<F>>(std::forward<F>(function), std::forward<Args>(args)...));
  }

  [[noreturn]] static void throw_closed();
  friend struct thread_of_loop;
  void check_thread_now(const char* operation, std::source_location where) const;
  void note_thread(const char* operation) const noexcept;  // reports instead of throwing
  void hand_over() noexcept;
  void close_now();
  template <class F>
  timer_handle add_timer(time_point when, F&& function, std::source_location where);
  void handle_exception(const exception_context& context);
  bool runs_here() const noexcept;
  void prepare_to_run();
  void run_once();
  std::optional<std::chrono::nanoseconds> poll_timeout();
  void poll(std::optional<std::chrono::nanoseconds> timeout);
  void take_posted() noexcept { inbox_.take_all(ready_); }
  bool more_is_posted() const noexcept;
  void queue_due_timers();
  void run_ready();
  void run_watched(ready_queue& batch);
  void run_watched(ready_item& item, time_point& last);
  bool watched() const noexcept { return with_observer && watched_; }
  turn_observer* debugger() const noexcept { return get_debug() ? debug_observer_.get() : nullptr; }
  ready_queue shuffled(ready_queue batch);
  void queue_new(handle_state& state) noexcept;
  void queue_handle(const ref<handle_state>& state) noexcept;
  void post_new(handle_state& state);
  handle set_direction(int fd, ref<handle_state> descriptor::*direction, ref<handle_state> state);
  bool remove_direction(int fd, ref<handle_state> descriptor::*direction);
  void queue_direction(int fd, ref<handle_state> descriptor::*direction);
  void watch(int fd, const descriptor& wanted);
  void set_signal_handler(int signal, ref<handle_state> state);
  void queue_signals() noexcept;
  void drop_everything() noexcept;
  void leave_executor(executor& left);
  void update_watched() noexcept { watched_ = get_debug() || observer_ != nullptr; }
  // One branch for both: whether there is anything to check before something is scheduled.
  bool picky() const noexcept { return picky_.load(std::memory_order_relaxed); }

  std::unique_ptr<coroguard::clock> clock_;
  std::unique_ptr<coroguard::selector> selector_;
  bool always_select_;  // a selector that tests brought is asked in each turn
  bool stopping_ = false;
  std::atomic<bool> debug_{false};  // read by calls of the wrong thread
  bool watched_ = false;
  bool posts_stream_ = false;  // the last turn got posts from other threads and hardly waited for them
  std::chrono::nanoseconds waited_{};  // for the selector, in this turn
  ready_queue ready_;
  timer_heap timers_;
  task_core* current_task_ = nullptr;
  owned_list tasks_;
  observer* observer_ = nullptr;
  std::unique_ptr<turn_observer> debug_observer_;

  // What other threads and signal handlers touch. Each post writes the first line of the cache, and reads the second.
  alignas(64) inbox inbox_;
  alignas(64) std::atomic<bool> asleep_{false};
  std::atomic<bool> running_{false};
  std::atomic<bool> closed_{false};
  std::atomic<bool> picky_{false};  // closed, or in debug mode
  std::atomic<std::uint64_t> pending_signals_{0};
  int wake_fd_ = -1;
  std::atomic<bool> hands_over_when_stopped_{false};
  mutable loop_thread thread_;
  const ref<loop_link> link_ = ref<loop_link>::adopt(new loop_link(*this));

  alignas(64) std::vector<io_event> events_;
  std::unordered_map<int, descriptor> descriptors_;
  std::map<int, ref<handle_state>> signal_handlers_;
  std::unique_ptr<executor> default_executor_;
  bool executor_shut_down_ = false;
  exception_handler exception_handler_;
  task_factory task_factory_;
  seconds slow_callback_duration_{0.1};
  std::chrono::nanoseconds slow_callback_limit_ = to_nanoseconds(slow_callback_duration_);
  std::optional<std::uint64_t> shuffle_;
};

// The loop that runs in this thread. Throws runtime_error("no running event loop").
event_loop& get_running_loop();
// The same, or null.
event_loop* running_loop() noexcept;

// ---- templates ------------------------------------------------------------------------------------------------------

inline void event_loop::queue_new(handle_state& state) noexcept {
  // Before the loop runs, what was posted comes first: the order of the calls is the order of the callbacks.
  if (!is_running()) take_posted();
  state.add_ref_while_new();
  ready_.push(state);
}

template <loop_callback F>
  requires(!std::convertible_to<F, std::coroutine_handle<>>)
handle event_loop::call_soon(F function, std::source_location where) {
  if (picky()) [[unlikely]] {
    check_open();
    check_thread("event_loop::call_soon", where);
  }
  auto state = make_callback<handle_state>(std::move(function), *this, where);
  queue_new(*state);
  return handle(std::move(state));
}

template <loop_callback F>
timer_handle event_loop::call_later(seconds delay, F function, std::source_location where) {
  const time_point when = time() + to_nanoseconds(delay);
  if (picky()) [[unlikely]] {
    check_open();
    check_thread("event_loop::call_later", where);
  }
  return add_timer(when, std::move(function), where);
}

template <loop_callback F>
timer_handle event_loop::call_at(time_point when, F function, std::source_location where) {
  if (picky()) [[unlikely]] {
    check_open();
    check_thread("event_loop::call_at", where);
  }
  return add_timer(when, std::move(function), where);
}

template <class F>
timer_handle event_loop::add_timer(time_point when, F&& function, std::source_location where) {
  auto state = make_callback<timer_state>(std::move(function), *this, when, where);
  state->add_ref_while_new();
  timers_.push(ref<timer_state>::adopt(state.get()));
  return timer_handle(std::move(state));
}

template <loop_callback F>
handle event_loop::call_soon_threadsafe(F function, std::source_location where) {
  check_open();
  auto state = make_callback<handle_state>(std::move(function), *this, where);
  post_new(*state);
  return handle(std::move(state));
}

template <loop_callback F>
handle event_loop::add_reader(int fd, F function, std::source_location where) {
  check_open();
  check_thread("event_loop::add_reader", where);
  return set_direction(fd, &descriptor::reader, make_callback<handle_state>(std::move(function), *this, where));
}

template <loop_callback F>
handle event_loop::add_writer(int fd, F function, std::source_location where) {
  check_open();
  check_thread("event_loop::add_writer", where);
  return set_direction(fd, &descriptor::writer, make_callback<handle_state>(std::move(function), *this, where));
}

template <loop_callback F>
void event_loop::add_signal_handler(int signal, F function, std::source_location where) {
  check_open();
  check_thread("event_loop::add_signal_handler", where);
  set_signal_handler(signal, make_callback<handle_state>(std::move(function), *this, where));
}

}  // namespace coroguard
