// Debug mode of one loop: what asyncio's does, and what the watchdog sees.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>

#include "coroguard/debug/await_cycle.hpp"
#include "coroguard/debug/blocking_descriptor.hpp"
#include "coroguard/debug/lost_wakeup.hpp"
#include "coroguard/debug/never_yielded.hpp"
#include "coroguard/debug/turn_watch.hpp"
#include "coroguard/debug/watchdog.hpp"
#include "coroguard/loop/event_loop.hpp"
#include "coroguard/task/task_core.hpp"

namespace coroguard {

namespace {

using std::chrono::nanoseconds;

std::string in_seconds(nanoseconds time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", seconds(time).count());
  return text;
}

class debug_mode final : public observer {
public:
  explicit debug_mode(event_loop& loop)
      : loop_(loop), watched_(loop), turns_(loop), lost_(loop), unyielding_(loop), descriptors_(loop) {}
  ~debug_mode() override { debug_mode::stopped(); }

  void runs() override {
    if (std::exchange(runs_, true)) return;
    watched_.watch();
    lost_.runs();
  }
  void stopped() override {
    if (!std::exchange(runs_, false)) return;
    watched_.unwatch();
    lost_.stopped();
  }

  void callback_begins(const ready_item& item) override {
    now_ = item.note();
    in_callback_ = true;
    turns_.callback_begins(now_);
    unyielding_.callback_begins(now_);
    watched_.callback_begins(now_, limit());
  }

  void callback_ends(nanoseconds took) override {
    if (!std::exchange(in_callback_, false)) return;
    if (took >= limit()) report_slow_callback(took);
    watched_.callback_ends();
    turns_.callback_ends(now_, took);
    guarded([&] { unyielding_.callback_ends(now_, took); });
  }

  void turn_begins(nanoseconds at) override {
    turns_.turn_begins(at);
    lost_.turn_begins();
  }
  void turn_ends() override {
    guarded([&] { turns_.turn_ends(); });
  }
  void polled(std::optional<nanoseconds> timeout, nanoseconds took) override {
    guarded([&] {
      turns_.polled(timeout, took);
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

  nanoseconds limit() const { return std::chrono::duration_cast<nanoseconds>(loop_.slow_callback_duration()); }

  void report_slow_callback(nanoseconds took) noexcept {
    try {
      report found{.rule = "slow-callback", .loop = &loop_, .task = now_.task, .duration = took};
      found.message = "Executing " + now_.text() + " took " + in_seconds(took) + " seconds";
      if (std::string what = runs_ ? watched_.classification() : std::string(); !what.empty()) found.notes.push_back(std::move(what));
      emit(found);
    } catch (...) {
      log_error("debug mode could not report a slow callback", std::current_exception());
    }
  }

  event_loop& loop_;
  watched_loop watched_;
  bool runs_ = false;
  bool in_callback_ = false;
  item_note now_;
  turn_watch turns_;
  await_cycle cycles_;
  lost_wakeup lost_;
  never_yielded unyielding_;
  blocking_descriptors descriptors_;
};

}  // namespace

std::unique_ptr<observer> make_debug_observer(event_loop& loop) { return std::make_unique<debug_mode>(loop); }

bool debug_mode_by_environment() {
  const char* value = std::getenv("COROGUARD_DEBUG");
  if (value == nullptr || *value == '\0' || std::strcmp(value, "0") == 0) return false;
  if (std::strcmp(value, "1") == 0) return true;
  static std::atomic_flag told;
  if (!told.test_and_set())
    log(log_level::warning, std::string("COROGUARD_DEBUG is '") + value +
                                "' and ignored: 1 switches debug mode on; 0, empty and unset leave it off");
  return false;
}

}  // namespace coroguard
