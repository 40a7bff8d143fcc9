// Debug mode of one loop: what asyncio's does, and what the watchdog sees.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>

#include "coroguard/debug/served_loops.hpp"
#include "coroguard/debug/watchdog.hpp"
#include "coroguard/loop/event_loop.hpp"

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
  explicit debug_mode(event_loop& loop) : loop_(loop), watched_(loop), served_(loop) {}
  ~debug_mode() override { debug_mode::stopped(); }

  void runs() override {
    if (std::exchange(runs_, true)) return;
    watched_.watch();
    served_.runs();
  }
  void stopped() override {
    if (std::exchange(runs_, false)) watched_.unwatch();
  }

  void callback_begins(const ready_item& item) override {
    now_ = item.note();
    in_callback_ = true;
    watched_.callback_begins(now_, limit());
  }

  void callback_ends(nanoseconds took) override {
    if (!std::exchange(in_callback_, false)) return;
    if (took >= limit()) report_slow_callback(took);
    watched_.callback_ends();
    add_to_turn(took);
  }

  void turn_ends() override {
    // A slow callback has been reported as such.
    if (turn_ >= limit() && contributors_[0].took < limit()) report_slow_turn();
    turn_ = nanoseconds(0);
    callbacks_ = 0;
    contributors_ = {};
  }

  void polled(std::optional<nanoseconds> timeout, nanoseconds took) override {
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
    ++callbacks_;
    if (took <= contributors_.back().took) return;
    contributors_.back() = {now_, took};
    for (std::size_t i = contributors_.size() - 1; i > 0 && contributors_[i].took > contributors_[i - 1].took; --i)
      std::swap(contributors_[i], contributors_[i - 1]);
  }

  event_loop& loop_;
  watched_loop watched_;
  served_loop served_;
  bool runs_ = false;
  bool in_callback_ = false;
  item_note now_;
  nanoseconds turn_{};
  int callbacks_ = 0;
  std::array<contributor, 3> contributors_;
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
