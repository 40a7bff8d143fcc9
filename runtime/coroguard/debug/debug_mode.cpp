// Debug mode of one loop: what asyncio's does, and what the watchdog sees.
#include <exception>

#include "coroguard/debug/await_cycle.hpp"
#include "coroguard/debug/blocking_calls.hpp"
#include "coroguard/debug/blocking_descriptor.hpp"
#include "coroguard/debug/in_seconds.hpp"
#include "coroguard/debug/lost_wakeup.hpp"
#include "coroguard/debug/never_yielded.hpp"
#include "coroguard/debug/served_loops.hpp"
#include "coroguard/debug/turn_clock.hpp"
#include "coroguard/debug/turn_watch.hpp"
#include "coroguard/debug/watchdog.hpp"
#include "coroguard/loop/event_loop.hpp"
#include "coroguard/observe/thrown_reports.hpp"
#include "coroguard/task/task_core.hpp"

namespace coroguard {

namespace {

using std::chrono::nanoseconds;

class debug_mode final : public turn_observer {
public:
  explicit debug_mode(event_loop& loop)
      : loop_(loop), watched_(loop), served_(loop), blocking_(loop), clock_(loop.its_clock()), turns_(loop), lost_(loop),
        unyielding_(loop), descriptors_(loop) {}
  ~debug_mode() override {
    debug_mode::stopped();
    report_suppressed();
  }

  void runs() override {
    clock_.paused();
    if (std::exchange(runs_, true)) return;
    watched_.watch();
    blocking_.runs();
    served_.runs();
    lost_.runs();
  }
  void stopped() override {
    if (!std::exchange(runs_, false)) return;
    blocking_.stopped();
    watched_.unwatch();
    lost_.stopped();
    turns_.stopped(loop_.time().time_since_epoch());
  }

  void run_turn(ready_queue& batch) override {
    const nanoseconds slow = limit();
    watched_.set_limit(slow);
    clock_.turn_begins(slow);
    begin_turn();
    while (ready_item* const item = batch.pop()) {
      run(*item);
      if (kept_report_count.load(std::memory_order_relaxed) != 0) [[unlikely]] {
        throw_kept_reports_now(&loop_);
        clock_.lap();  // none was for this loop; waiting for them is not the next callback's
      }
      if (!loop_.get_debug()) [[unlikely]]
        break;
    }
    turn_ends();
  }

  // These two when somebody else observes the loop as well.
  void callback_begins(const ready_item& item) override {
    if (!std::exchange(in_turn_, true)) begin_turn();
    in_callback_ = true;
    watched_.set_limit(limit());
    begin(item);
  }
  void callback_ends(nanoseconds took) override {
    // Switched on in this callback: nobody told when it began.
    if (!std::exchange(in_callback_, false)) return;
    blocking_.callback_ends();
    look_at(took);
    watched_.callback_ends();
  }

  void turn_ends() override {
    in_turn_ = false;
    guarded([&] { turns_.turn_ends(); });
  }

  void polls(nanoseconds at) override {
    in_turn_ = false;  // an exception may have ended it
    turns_.polls(at);
  }
  void timers_due(nanoseconds at) override { turns_.timers_due(at); }
  void polled(std::optional<nanoseconds> timeout, nanoseconds took) override {
    guarded([&] {
      clock_.paused_until(turns_.polled(timeout, took));
      lost_.polled(timeout, turns_.watched());
    });
  }

  void task_begins(task_core& task) override {
    guarded([&] { unyielding_.task_begins(task); });
  }
  void task_waits(task_core& task) override {
    guarded([&] { cycles_.task_waits(task); });
  }
  void task_ends(task_core& task) override {
    guarded([&] {
      unyielding_.task_ends(task);
      lost_.task_ends(task.number());
    });
  }

  void descriptor_added(int fd, bool for_reading, std::source_location where) override {
    guarded([&] { descriptors_.descriptor_added(fd, for_reading, where); });
  }

  void executor_left(std::size_t unfinished) override {
    guarded([&] {
      report found{.rule = "unclosed-executor", .loop = &loop_};
      found.message = "the default executor was left with " + std::to_string(unfinished) + (unfinished == 1 ? " piece" : " pieces") +
                      " of work that is not done: its threads outlive the loop, and nobody gets the results";
      found.notes.push_back("co_await shutdown_default_executor() before, as run() does");
      emit(std::move(found));
    });
  }

  const lag_record* lag() const noexcept override { return &turns_.lag(); }

private:
  // What debug mode does must not end what it looks at.
  template <class F>
  static void guarded(F what) noexcept {
    try {
      what();
    } catch (...) {
      log_error("debug mode could not report", std::current_exception());
    }
  }

  void begin_turn() noexcept {
    turns_.turn_begins();
    lost_.turn_begins();
  }
  void begin(const ready_item& item) noexcept {
    watched_.callback_begins(item);
    turns_.callback_begins(watched_.what());
    unyielding_.callback_begins(watched_.what());
    blocking_.callback_begins(watched_.what());
  }

  void run(ready_item& item) {
    struct scope {
      debug_mode& debug;
      ~scope() {
        debug.blocking_.callback_ends();
        if (debug.clock_.moved()) [[unlikely]]
          debug.took_time();
        debug.watched_.callback_ends();
      }
    } const ends{*this};
    begin(item);
    item.run();
  }

  [[gnu::noinline]] void took_time() noexcept { look_at(clock_.lap()); }

  // At a callback that took time that can be measured.
  void look_at(nanoseconds took) noexcept {
    if (took >= limit()) report_slow_callback(took);
    turns_.callback_took(watched_.what(), took);
    guarded([&] { unyielding_.callback_took(watched_.what(), took); });
    if (turns_.total() >= limit() / 8) clock_.be_exact();
  }

  nanoseconds limit() const noexcept { return loop_.slow_callback_limit(); }

  // One that was reported while it lasted is also reported when it ends; the others have a rate of their own.
  void report_slow_callback(nanoseconds took) noexcept {
    try {
      std::optional<int> suppressed = runs_ ? watched_.suppressed_if_reported() : std::nullopt;
      if (!suppressed) suppressed = slow_callbacks_.allow(loop_.time().time_since_epoch());
      if (!suppressed) return;
      report found{.rule = "slow-callback", .loop = &loop_, .task = watched_.what().task, .duration = took};
      found.message = "Executing " + watched_.what().text() + " took " + in_seconds(took) + " seconds";
      std::string what = runs_ ? watched_.classification(took) : std::string();
      if (!what.empty()) found.notes.push_back(std::move(what));
      if (*suppressed > 0) found.notes.push_back(suppressed_note(*suppressed));
      emit(found);
    } catch (...) {
      log_error("debug mode could not report a slow callback", std::current_exception());
    }
  }

  // What no later report has told.
  void report_suppressed() noexcept {
    const int count = slow_callbacks_.suppressed() + watched_.suppressed();
    if (count == 0) return;
    try {
      report found{.rule = "slow-callback", .loop = &loop_};
      found.message = "suppressed " + std::to_string(count) + (count == 1 ? " report" : " reports") + " of slow callbacks";
      emit(found);
    } catch (...) {
      log_error("debug mode could not report what it suppressed", std::current_exception());
    }
  }

  event_loop& loop_;
  watched_loop watched_;
  served_loop served_;
  blocking_calls blocking_;
  bool runs_ = false;
  bool in_callback_ = false;
  turn_clock clock_;
  rate_limit slow_callbacks_;
  bool in_turn_ = false;  // beside somebody else's observer
  turn_watch turns_;
  await_cycle cycles_;
  lost_wakeup lost_;
  never_yielded unyielding_;
  blocking_descriptors descriptors_;
};

}  // namespace

std::unique_ptr<turn_observer> make_debug_observer(event_loop& loop) { return std::make_unique<debug_mode>(loop); }

}  // namespace coroguard
