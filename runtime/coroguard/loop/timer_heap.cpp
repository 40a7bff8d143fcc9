#include "coroguard/loop/timer_heap.hpp"

#include <algorithm>

namespace coroguard {

namespace {
constexpr std::size_t children = 4;
constexpr std::size_t kept_cancelled = 100;  // asyncio: _MIN_SCHEDULED_TIMER_HANDLES
}  // namespace

void timer_heap::push(ref<timer_state> timer) {
  entries_.emplace_back();
  timer_state* added = timer.detach();
  added->scheduled_ = true;
  sift_up(entries_.size() - 1, added->when_, made_++, added);
}

ref<timer_state> timer_heap::pop() noexcept {
  ref<timer_state> head = ref<timer_state>::adopt(entries_.front().timer);
  head->scheduled_ = false;
  if (head->cancelled()) --cancelled_;
  remove_head();
  return head;
}

void timer_heap::drop_cancelled() noexcept {
  if (cancelled_ == 0) return;
  if (entries_.size() > kept_cancelled && cancelled_ * 2 > entries_.size()) {
    std::erase_if(entries_, [](const entry& one) {
      if (!one.timer->cancelled()) return false;
      one.timer->scheduled_ = false;
      one.timer->release();
      return true;
    });
    cancelled_ = 0;
    for (std::size_t at = entries_.size() / children + 1; at-- > 0;) sift_down(at);
    return;
  }
  while (!entries_.empty() && entries_.front().timer->cancelled()) pop();
}

void timer_heap::clear() noexcept {
  // Swapped out first: what a callback's destructor cancels must not find itself here.
  std::vector<entry> entries;
  entries.swap(entries_);
  cancelled_ = 0;
  for (entry& one : entries) one.timer->scheduled_ = false;
  for (entry& one : entries) {
    one.timer->cancel();
    one.timer->release();
  }
}

// Member by member: g++ copies an entry that was just written in one piece, and the processor has to wait for the write.
void timer_heap::sift_up(std::size_t at, time_point when, std::uint64_t order, timer_state* timer) noexcept {
  while (at > 0) {
    const std::size_t parent = (at - 1) / children;
    // One that is due at the same time was made before.
    if (entries_[parent].when <= when) break;
    entries_[at] = entries_[parent];
    at = parent;
  }
  entries_[at].when = when;
  entries_[at].order = order;
  entries_[at].timer = timer;
}

void timer_heap::sift_down(std::size_t at) noexcept {
  if (at >= entries_.size()) return;
  const entry moved = entries_[at];
  for (;;) {
    const std::size_t first = at * children + 1;
    if (first >= entries_.size()) break;
    std::size_t least = first;
    for (std::size_t child = first + 1; child < std::min(first + children, entries_.size()); ++child)
      if (entries_[child].before(entries_[least])) least = child;
    if (!entries_[least].before(moved)) break;
    entries_[at] = entries_[least];
    at = least;
  }
  entries_[at] = moved;
}

void timer_heap::remove_head() noexcept {
  entries_.front() = entries_.back();
  entries_.pop_back();
  sift_down(0);
}

}  // namespace coroguard
