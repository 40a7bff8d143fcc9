// Debug mode of one loop: what asyncio's does, and what the watchdog sees.
#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>

#include "coroguard/debug/served_loops.hpp"
#include "coroguard/debug/turn_clock.hpp"
#include "coroguard/debug/watchdog.hpp"
#include "coroguard/loop/event_loop.hpp"
#include "coroguard/observe/thrown_reports.hpp"

namespace coroguard {

namespace {

using std::chrono::nanoseconds;

std::string in_seconds(nanoseconds time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", seconds(time).count());
  return text;
}

class debug_mode final : public turn_observer {
public:
  explicit debug_mode(event_loop& loop) : loop_(loop), watched_(loop), served_(loop), clock_(loop.its_clock()) {}
  ~debug_mode() override {
    debug_mode::stopped();
    report_suppressed();
  }

  void runs() override {
    clock_.waited();
    if (std::exchange(runs_, true)) return;
    watched_.watch();
    served_.runs();
  }
  void stopped() override {
    if (std::exchange(runs_, false)) watched_.unwatch();
  }

  void run_turn(ready_queue& batch) override {
    const nanoseconds slow = limit();
    watched_.set_limit(slow);
    clock_.turn_begins(slow);
    forget_turn();  // that an exception ended
    while (ready_item* const item = batch.pop()) {
      run(*item);
      throw_kept_reports(&loop_);
      if (!loop_.get_debug()) [[unlikely]]
        break;
    }
    turn_ends();
  }

  // These two when somebody else observes the loop as well.
  void callback_begins(const ready_item& item) override {
    in_callback_ = true;
    ++callbacks_;
    watched_.set_limit(limit());
    watched_.callback_begins(item);
  }
  void callback_ends(nanoseconds took) override {
    // Switched on in this callback: nobody told when it began.
    if (!std::exchange(in_callback_, false)) return;
    look_at(took);
    watched_.callback_ends();
  }

  void turn_ends() override {
    // A slow callback has been reported as such.
    if (turn_ != nanoseconds(0) && turn_ >= limit() && contributors_[0].took < limit()) report_slow_turn();
    forget_turn();
  }

  void polled(std::optional<nanoseconds> timeout, nanoseconds took) override {
    clock_.waited();
    if (!timeout || limit() <= nanoseconds(0) || took - *timeout < limit()) return;
    report found{.rule = "slow-poll", .loop = &loop_, .duration = took};
    found.message = "poll took " + in_seconds(took) + " seconds, " + in_seconds(took - *timeout) + " more than it was to wait";
    found.notes.push_back("the machine or the process was busy or stopped: timers and sockets were late by as much");
    emit(found);
  }

private:
  struct contributor {
    item_note what;
    nanoseconds took{};
  };

  void forget_turn() noexcept {
    callbacks_ = 0;
    if (turn_ == nanoseconds(0)) return;
    turn_ = nanoseconds(0);
    contributors_ = {};
  }

  void run(ready_item& item) {
    struct scope {
      debug_mode& debug;
      ~scope() {
        if (debug.clock_.moved()) [[unlikely]]
          debug.took_time();
        debug.watched_.callback_ends();
      }
    } const ends{*this};
    ++callbacks_;
    watched_.callback_begins(item);
    item.run();
  }

  [[gnu::noinline]] void took_time() noexcept { look_at(clock_.lap()); }

  // At a callback that took time that can be measured.
  void look_at(nanoseconds took) noexcept {
    if (took >= limit()) report_slow_callback(took);
    add_to_turn(took);
    if (turn_ >= limit() / 8) clock_.be_exact();
  }

  nanoseconds limit() const { return std::chrono::duration_cast<nanoseconds>(loop_.slow_callback_duration()); }

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

  void report_slow_turn() noexcept {
    try {
      report found{.rule = "slow-turn", .loop = &loop_, .duration = turn_};
      found.message = "A turn of the loop took " + in_seconds(turn_) + " seconds for " + std::to_string(callbacks_) +
                      " callbacks, none of them slow";
      for (const contributor& one : contributors_)
        if (one.took > nanoseconds(0)) found.notes.push_back(in_seconds(one.took) + " seconds: " + one.what.text());
      emit(found);
    } catch (...) {
      log_error("debug mode could not report a slow turn", std::current_exception());
    }
  }

  // Keeps the slowest of the turn, the slowest first.
  void add_to_turn(nanoseconds took) {
    turn_ += took;
    if (took <= contributors_.back().took) return;
    contributors_.back() = {watched_.what(), took};
    for (std::size_t i = contributors_.size() - 1; i > 0 && contributors_[i].took > contributors_[i - 1].took; --i)
      std::swap(contributors_[i], contributors_[i - 1]);
  }

  event_loop& loop_;
  watched_loop watched_;
  served_loop served_;
  bool runs_ = false;
  bool in_callback_ = false;
  turn_clock clock_;
  rate_limit slow_callbacks_;
  nanoseconds turn_{};
  int callbacks_ = 0;
  std::array<contributor, 3> contributors_;
};

}  // namespace

std::unique_ptr<turn_observer> make_debug_observer(event_loop& loop) { return std::make_unique<debug_mode>(loop); }

}  // namespace coroguard
