#include "coroguard/loop/event_loop.hpp"

#include <sched.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <random>
#include <system_error>

#include "coroguard/base/fork_safe_mutex.hpp"
#include "coroguard/loop/living_loops.hpp"
#include "coroguard/loop/signals.hpp"
#include "coroguard/observe/origin.hpp"
#include "coroguard/observe/report.hpp"
#include "coroguard/observe/thrown_reports.hpp"

namespace coroguard {

namespace {

constexpr std::chrono::hours longest_wait{24};  // asyncio: MAXIMUM_SELECT_TIMEOUT
constexpr std::chrono::microseconds short_wait{50};  // about what going to sleep and being woken costs

// A child of fork has only the thread that forked, and no loop runs in it: the loop is the parent's. It may make one.
const child_of_fork forgets_loop([]() noexcept {
  loop_of_thread = nullptr;
  reports_here_are_of(nullptr);
  forget_signals();
});

// Makes a loop the running one for as long as it lives.
class running_scope {
public:
  running_scope(event_loop& loop, std::atomic<bool>& running, bool& stopping) : running_(running), stopping_(stopping) {
    loop_of_thread = &loop;
    reports_here_are_of(&loop);
    running_.store(true);
  }
  ~running_scope() {
    stopping_ = false;
    running_.store(false);
    loop_of_thread = nullptr;
    reports_here_are_of(nullptr);
  }
  running_scope(const running_scope&) = delete;

private:
  std::atomic<bool>& running_;
  bool& stopping_;
};

}  // namespace

event_loop* running_loop() noexcept { return loop_of_thread; }

event_loop& get_running_loop() {
  if (loop_of_thread == nullptr) throw runtime_error("no running event loop");
  return *loop_of_thread;
}

event_loop::event_loop(loop_parts parts)
    : clock_(parts.clock ? std::move(parts.clock) : std::make_unique<monotonic_clock>()),
      selector_(parts.selector ? std::move(parts.selector) : nullptr),
      always_select_(selector_ != nullptr) {
  begin_living_loops();
  if (!selector_) selector_ = make_epoll_selector();
  wake_fd_ = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (wake_fd_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  selector_->watch(wake_fd_, true, false);
  if (debug_by_default()) set_debug(true);
  add_living_loop(*this);
}

event_loop::~event_loop() {
  if (!is_closed()) {
    note_thread("event_loop::~event_loop");
    close_now();
  }
  link_->cut();
  take_posted();  // what was posted while it closed
  drop_everything();
  remove_living_loop(*this);
  take_posted();  // by report_from_anywhere, until now
  drop_everything();
  ::close(wake_fd_);
  if (get_debug()) {
    forget_origin(this);
    if (--loops_in_debug_mode == 0) forget_origins();
  }
  flush_reports();
  reports_lose_loop(this);
}

// ---- running ---------------------------------------------------------------------------------------------------------

void event_loop::run_forever() {
  prepare_to_run();
  const running_scope scope(*this, running_, stopping_);
  struct told {
    event_loop& loop;
    explicit told(event_loop& runs) : loop(runs) {
      if (!loop.watched()) [[likely]] return;
      if (observer* debug = loop.debugger()) debug->runs();
    }
    ~told() {
      if (loop.hands_over_when_stopped_.load(std::memory_order_relaxed)) loop.hand_over();
      if (!with_observer || !loop.debug_observer_) return;
      loop.debug_observer_->stopped();
      flush_reports();  // what was found is told before the loop's user goes on
    }
  };
  {
    const told told(*this);
    do run_once();
    while (!stopping_);
  }
  throw_kept_reports(this);
}

void event_loop::prepare_to_run() {
  check_open();
  if (is_running()) throw runtime_error("This event loop is already running");
  if (loop_of_thread != nullptr) throw runtime_error("Cannot run the event loop while another loop is running");
  thread_.runs_here();
}

void event_loop::close() {
  check_thread("event_loop::close");
  close_now();
}

void event_loop::close_now() {
  if (is_running()) throw runtime_error("Cannot close a running event loop");
  if (closed_.exchange(true)) return;
  picky_ = true;
  take_posted();
  drop_everything();
  while (!tasks_.empty()) tasks_.first()->loop_closes();
  drop_everything();  // what destructors of the tasks' frames scheduled
  for (auto& [fd, watched] : std::exchange(descriptors_, {})) selector_->watch(fd, false, false);
  while (!signal_handlers_.empty()) remove_signal_handler(signal_handlers_.begin()->first);
  executor_shut_down_ = true;
  if (default_executor_) leave_executor(*default_executor_);
}

void event_loop::drop_everything() noexcept {
  while (ready_item* item = ready_.pop()) item->drop();
  timers_.clear();
}

void event_loop::throw_closed() { throw runtime_error("Event loop is closed"); }

bool event_loop::runs_here() const noexcept { return loop_of_thread == this; }

void event_loop::run_once() {
  timers_.drop_cancelled();
  waited_ = {};
  poll(poll_timeout());
  posts_stream_ = inbox_.take_all(ready_) && waited_ < short_wait;
  if (!timers_.empty()) queue_due_timers();
  run_ready();
}

std::optional<std::chrono::nanoseconds> event_loop::poll_timeout() {
  if (!ready_.empty() || stopping_) return std::chrono::nanoseconds(0);
  if (posts_stream_ && more_is_posted()) return std::chrono::nanoseconds(0);
  if (timers_.empty()) return std::nullopt;
  const time_point now = time();
  // Compared first: the distance to a point long ago may be no duration.
  if (timers_.next() <= now) return std::chrono::nanoseconds(0);
  return std::min<std::chrono::nanoseconds>(timers_.next() - now, longest_wait);
}

// Where posts come fast, the thread that woke this one is often in the midst of them, and waits for this processor. Sleeping
// at once would mean to be woken for each post.
bool event_loop::more_is_posted() const noexcept {
  ::sched_yield();
  return !inbox_.empty();
}

void event_loop::poll(std::optional<std::chrono::nanoseconds> timeout) {
  const bool wait = timeout != std::chrono::nanoseconds(0);
  if (!wait && descriptors_.empty() && !always_select_) {
    // Nothing that the selector could say: posts and signals are seen without it.
    if (pending_signals_.load(std::memory_order_relaxed) != 0) queue_signals();
    return;
  }
  if (wait) {
    // Whoever posts after this store sees it and writes to wake_fd_; whoever posted before is seen by empty().
    asleep_.store(true, std::memory_order_seq_cst);
    if (!inbox_.empty() || pending_signals_.load() != 0) timeout = std::chrono::nanoseconds(0);
  }
  events_.clear();
  const bool told = watched();  // once: nobody is called meanwhile who could change it
  const bool timed = wait || told;
  const time_point before = timed ? time() : time_point();
  if (told) [[unlikely]]
    tell([&](observer& each) { each.polls(before.time_since_epoch()); });
  selector_->select(timeout, events_);
  if (wait) asleep_.store(false, std::memory_order_relaxed);
  if (timed) waited_ = time() - before;
  if (told) [[unlikely]]
    tell([&](observer& each) { each.polled(timeout, waited_); });
  for (const io_event& event : events_) {
    if (event.fd == wake_fd_) {
      std::uint64_t count = 0;
      [[maybe_unused]] const ssize_t got = ::read(wake_fd_, &count, sizeof count);
      continue;
    }
    if (event.readable) queue_direction(event.fd, &descriptor::reader);
    if (event.writable) queue_direction(event.fd, &descriptor::writer);
  }
  if (pending_signals_.load(std::memory_order_relaxed) != 0) queue_signals();
}

void event_loop::queue_due_timers() {
  const time_point now = time();
  const time_point end = now + clock_->resolution();
  tell([&](observer& each) { each.timers_due(now.time_since_epoch()); });
  while (!timers_.empty() && timers_.next() < end) {
    ref<timer_state> timer = timers_.pop();
    if (!timer->cancelled() && ready_.push(*timer)) timer.detach();
  }
}

void event_loop::run_ready() {
  // The rest of a turn that an exception ends stays first in the queue.
  struct turn {
    ready_queue batch;
    ready_queue& rest;
    ~turn() { rest.prepend(std::move(batch)); }
  } now{std::move(ready_), ready_};
  if (shuffle_) [[unlikely]] now.batch.prepend(shuffled(std::move(now.batch)));
  if (watched() && !now.batch.empty()) [[unlikely]]
    run_watched(now.batch);
  while (ready_item* item = now.batch.pop()) item->run();
}

// With somebody else's observer the clock is read once for each callback: where one ends, the next begins.
void event_loop::run_watched(ready_queue& batch) {
  if (observer_ == nullptr) {
    debugger()->run_turn(batch);
    return;
  }
  time_point last = time();
  while (ready_item* item = batch.pop()) {
    run_watched(*item, last);
    if (kept_report_count.load(std::memory_order_relaxed) == 0) [[likely]] continue;
    throw_kept_reports(this);
    last = time();  // looking took its time
  }
  if (observer_ != nullptr) observer_->turn_ends();
  if (observer* debug = debugger()) debug->turn_ends();
  throw_kept_reports(this);
}

void event_loop::run_watched(ready_item& item, time_point& last) {
  observer* const watcher = observer_;
  observer* const debug = debugger();
  struct scope {
    event_loop& loop;
    observer* watcher;
    observer* debug;
    time_point& last;
    ~scope() {
      const time_point now = loop.time();
      const std::chrono::nanoseconds took = now - std::exchange(last, now);
      if (watcher != nullptr) watcher->callback_ends(took);
      if (debug != nullptr) debug->callback_ends(took);
    }
  } const ends{*this, watcher, debug, last};
  if (watcher != nullptr) watcher->callback_begins(item);
  if (debug != nullptr) debug->callback_begins(item);
  item.run();
}

ready_queue event_loop::shuffled(ready_queue batch) {
  std::vector<ready_item*> items;
  while (ready_item* item = batch.pop()) items.push_back(item);
  std::mt19937_64 random((*shuffle_)++);
  std::ranges::shuffle(items, random);
  ready_queue result;
  for (ready_item* item : items) result.push(*item);
  return result;
}

// ---- scheduling ------------------------------------------------------------------------------------------------------

void event_loop::queue_handle(const ref<handle_state>& state) noexcept {
  if (ready_.push(*state)) state->add_ref();
}

void event_loop::post_new(handle_state& state) {
  if (runs_here()) {
    queue_new(state);
    return;
  }
  state.add_ref_while_new();
  post(state);
}

void event_loop::wake() noexcept {
  // One write for all posts until the loop is awake.
  if (!asleep_.exchange(false, std::memory_order_seq_cst)) return;
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t wrote = ::write(wake_fd_, &one, sizeof one);
}

// ---- executors, debugging --------------------------------------------------------------------------------------------

executor* event_loop::default_executor() const {
  if (executor_shut_down_) throw runtime_error("Executor shutdown has been called");
  return default_executor_.get();
}

void event_loop::leave_executor(executor& left) {
  if (watched()) [[unlikely]] {
    if (const std::size_t unfinished = left.unfinished(); unfinished != 0)
      tell([&](observer& each) { each.executor_left(unfinished); });
  }
  left.shutdown(false);
}

void event_loop::set_default_executor(std::unique_ptr<executor> pool) {
  check_thread("event_loop::set_default_executor");
  if (default_executor_) leave_executor(*default_executor_);  // or its destructor would wait for its work
  default_executor_ = std::move(pool);
}

std::unique_ptr<executor> event_loop::take_default_executor() {
  check_thread("event_loop::take_default_executor");
  executor_shut_down_ = true;
  return std::move(default_executor_);
}

void event_loop::set_debug(bool on) {
  if constexpr (!with_observer) {
    // Not thrown: a program shall run as it did, however its library was built and whatever the environment says.
    static std::atomic_flag told;
    if (on && !told.test_and_set())
      log(log_level::warning, "debug mode stays off: coroguard was built with COROGUARD_WITHOUT_OBSERVER");
    return;
  }
  const bool before = get_debug();
  if (on || before) check_thread_now("event_loop::set_debug", {});
  if (on && !debug_observer_) debug_observer_ = make_debug_observer(*this);
  debug_.store(on, std::memory_order_relaxed);
  if (on && !before) {
    ++loops_in_debug_mode;
    kept_origins_once = true;
    keep_origin(this, __builtin_return_address(0));
  }
  if (!on && before) forget_origin(this);
  if (!on && before && --loops_in_debug_mode == 0) forget_origins();
  if (on && !before && runs_here()) debug_observer_->runs();
  if (!on && before) debug_observer_->stopped();
  picky_ = on || is_closed();
  update_watched();
}

void event_loop::set_observer(observer* watcher) {
  check_thread("event_loop::set_observer");
  observer_ = watcher;
  update_watched();
}

}  // namespace coroguard
