#include "coroguard/debug/turn_watch.hpp"

#include <utility>

#include "coroguard/debug/in_seconds.hpp"
#include "coroguard/loop/event_loop.hpp"
#include "coroguard/observe/report.hpp"

namespace coroguard {

namespace {

using std::chrono::nanoseconds;

void add_suppressed(report& found, int count) {
  if (count > 0) found.notes.push_back(suppressed_note(count));
}

}  // namespace

void turn_watch::forget_turn() noexcept {
  total_ = slow_ = nanoseconds(0);
  slow_callbacks_ = 0;
  contributors_ = {};
}

void turn_watch::callback_took(const item_note& what, nanoseconds took) noexcept {
  total_ += took;
  if (took < limit()) return keep_slowest(what, took);
  slow_ += took;
  ++slow_callbacks_;
}

void turn_watch::end_turn() {
  if (total_ - slow_ >= limit() && limit() > nanoseconds(0)) report_turn();
  turn_begins();
}

void turn_watch::report_turn() {
  const std::optional<int> suppressed = turn_reports_.allow(loop_.time().time_since_epoch());
  if (!suppressed) return;
  report found{.rule = "slow-turn", .loop = &loop_, .duration = total_};
  found.message = "A turn of the loop took " + in_seconds(total_) + " seconds for " + std::to_string(callbacks_) + " callbacks, ";
  if (slow_callbacks_ == 0)
    found.message += "none of them slow";
  else
    found.message += std::to_string(slow_callbacks_) + " of them slow; the others took " + in_seconds(total_ - slow_) + " seconds";
  for (const contributor& one : contributors_)
    if (one.took > nanoseconds(0)) found.notes.push_back(in_seconds(one.took) + " seconds: " + one.what.text());
  add_suppressed(found, *suppressed);
  emit(std::move(found));
}

void turn_watch::report_poll(nanoseconds timeout, nanoseconds took) {
  const std::optional<int> suppressed = poll_reports_.allow(*resumed_at_);
  if (!suppressed) return;
  report found{.rule = "slow-poll", .loop = &loop_, .duration = took};
  found.message = "poll took " + in_seconds(took) + " seconds, " + in_seconds(took - timeout) + " more than it was to wait";
  found.notes.push_back("the machine or the process was busy or stopped: timers and sockets were late by as much");
  add_suppressed(found, *suppressed);
  emit(std::move(found));
}

nanoseconds turn_watch::limit() const noexcept { return loop_.slow_callback_limit(); }

void turn_watch::keep_slowest(const item_note& what, nanoseconds took) noexcept {
  if (took <= contributors_.back().took) return;
  contributors_.back() = {what, took};
  for (std::size_t i = contributors_.size() - 1; i > 0 && contributors_[i].took > contributors_[i - 1].took; --i)
    std::swap(contributors_[i], contributors_[i - 1]);
}

}  // namespace coroguard
