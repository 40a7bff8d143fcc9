// Items that other threads hand to a loop: any thread puts, the loop's thread takes all at once. Lock-free.
#pragma once

#include <atomic>

#include "coroguard/loop/ready_queue.hpp"

namespace coroguard {

class inbox {
public:
  // `item` is in no queue.
  void put(ready_item& item) noexcept {
    item.next_ = newest_.load(std::memory_order_relaxed);
    // Sequentially consistent, for the handshake with a loop that is about to sleep (event_loop::call_soon_threadsafe).
    while (!newest_.compare_exchange_weak(item.next_, &item, std::memory_order_seq_cst, std::memory_order_relaxed)) {
    }
  }

  bool empty() const noexcept { return newest_.load(std::memory_order_seq_cst) == nullptr; }

  // Appends everything to `queue`, in the order in which it was put. False when there is nothing.
  bool take_all(ready_queue& queue) noexcept {
    if (newest_.load(std::memory_order_relaxed) == nullptr) [[likely]]
      return false;
    take_some(queue);
    return true;
  }

private:
  void take_some(ready_queue& queue) noexcept {
    ready_item* const newest = newest_.exchange(nullptr, std::memory_order_acquire);
    ready_item* oldest = nullptr;
    for (ready_item* item = newest; item != nullptr;) {
      ready_item* const older = item->next_;
      item->next_ = oldest;
      item->queued_ = true;
      oldest = item;
      item = older;
    }
    queue.append(oldest, newest);
  }

  std::atomic<ready_item*> newest_{nullptr};
};

}  // namespace coroguard
