// Timers by due time; those due at the same time, by the order in which they were made.
//
// A cancelled timer stays until it comes to the head, or until more than half of over a hundred are cancelled: then all
// cancelled ones leave at once (asyncio's rule). So cancelling costs a flag and memory stays bounded.
#pragma once

#include <cstdint>
#include <vector>

#include "coroguard/loop/handle.hpp"

namespace coroguard {

class timer_heap {
public:
  timer_heap() = default;
  timer_heap(const timer_heap&) = delete;
  timer_heap& operator=(const timer_heap&) = delete;
  ~timer_heap() { clear(); }

  bool empty() const noexcept { return entries_.empty(); }
  std::size_t size() const noexcept { return entries_.size(); }
  // How many of them are cancelled.
  std::size_t cancelled() const noexcept { return cancelled_; }
  // Due time of the head. Not when empty.
  time_point next() const noexcept { return entries_.front().when; }

  void push(ref<timer_state> timer);
  // The head, which leaves.
  ref<timer_state> pop() noexcept;
  // Counts a timer that was cancelled while here.
  void note_cancelled() noexcept { ++cancelled_; }
  // The hygiene described above; after it the head is not cancelled.
  void drop_cancelled() noexcept;
  void clear() noexcept;

private:
  struct entry {
    time_point when;
    std::uint64_t order;
    timer_state* timer;  // owned
    bool before(const entry& other) const noexcept {
      return when != other.when ? when < other.when : order < other.order;
    }
  };

  void sift_up(std::size_t at, time_point when, std::uint64_t order, timer_state* timer) noexcept;
  void sift_down(std::size_t at) noexcept;
  void remove_head() noexcept;

  std::vector<entry> entries_;  // a heap in which entry i has the children 4i+1 .. 4i+4
  std::uint64_t made_ = 0;
  std::size_t cancelled_ = 0;
};

}  // namespace coroguard
