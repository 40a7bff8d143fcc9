#include "coroguard/debug/turn_watch.hpp"

#include <cstdio>
#include <utility>

#include "coroguard/loop/event_loop.hpp"
#include "coroguard/observe/report.hpp"

namespace coroguard {

namespace {

using std::chrono::nanoseconds;

std::string in_seconds(nanoseconds time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", seconds(time).count());
  return text;
}

void add_suppressed(report& found, int count) {
  if (count > 0) found.notes.push_back("suppressed " + std::to_string(count) + " reports like this one");
}

}  // namespace

void turn_watch::turn_begins(nanoseconds at) noexcept {
  // Here and not at the end, which a turn that an exception ends does not have.
  began_ = at;
  total_ = slow_ = nanoseconds(0);
  callbacks_ = slow_callbacks_ = 0;
  contributors_ = {};
}

void turn_watch::callback_begins(const item_note& what) noexcept {
  if (what.due != item_note::never_due && !what.cancelled && began_) lag_.timer_called(*began_ + total_ - what.due);
}

void turn_watch::callback_ends(const item_note& what, nanoseconds took) noexcept {
  total_ += took;
  ++callbacks_;
  if (took < limit()) return keep_slowest(what, took);
  slow_ += took;
  ++slow_callbacks_;
}

void turn_watch::turn_ends() {
  if (!began_) return;
  lag_.turn_took(total_);
  watched_ += total_;
  if (limit() > nanoseconds(0) && total_ - slow_ >= limit()) report_turn();
  began_ = std::nullopt;
}

void turn_watch::report_turn() {
  const std::optional<int> suppressed = turn_reports_.allow(*began_ + total_);
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

void turn_watch::polled(std::optional<nanoseconds> timeout, nanoseconds took) {
  lag_.waited(took);
  watched_ += took;
  if (!timeout || limit() <= nanoseconds(0) || took - *timeout < limit()) return;
  const std::optional<int> suppressed = poll_reports_.allow(watched_);
  if (!suppressed) return;
  report found{.rule = "slow-poll", .loop = &loop_, .duration = took};
  found.message = "poll took " + in_seconds(took) + " seconds, " + in_seconds(took - *timeout) + " more than it was to wait";
  found.notes.push_back("the machine or the process was busy or stopped: timers and sockets were late by as much");
  add_suppressed(found, *suppressed);
  emit(std::move(found));
}

nanoseconds turn_watch::limit() const noexcept {
  return std::chrono::duration_cast<nanoseconds>(loop_.slow_callback_duration());
}

void turn_watch::keep_slowest(const item_note& what, nanoseconds took) noexcept {
  if (took <= contributors_.back().took) return;
  contributors_.back() = {what, took};
  for (std::size_t i = contributors_.size() - 1; i > 0 && contributors_[i].took > contributors_[i - 1].took; --i)
    std::swap(contributors_[i], contributors_[i - 1]);
}

}  // namespace coroguard
