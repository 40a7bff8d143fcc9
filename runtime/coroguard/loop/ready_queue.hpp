// What the loop runs next, in order. Items link themselves: queueing allocates nothing.
#pragma once

#include <utility>

#include "coroguard/observe/item_note.hpp"

namespace coroguard {

// Something the loop can run: a callback, a step of a task, a done-callback of a future.
class ready_item {
public:
  ready_item() = default;
  ready_item(const ready_item&) = delete;
  ready_item& operator=(const ready_item&) = delete;

  // Runs it. Only what passes_through_loop() may be thrown.
  virtual void run() = 0;
  // Its turn never comes: the loop was closed.
  virtual void drop() noexcept = 0;
  // What debug mode says of it. Async-signal-safe, and valid when the item is gone.
  virtual item_note note() const noexcept = 0;

protected:
  ~ready_item() = default;
  // Whether some queue has it.
  bool queued() const noexcept { return queued_; }

private:
  friend class ready_queue;
  friend class inbox;
  ready_item* next_ = nullptr;
  bool queued_ = false;
};

// A queue of items, first in, first out. Does not own them.
class ready_queue {
public:
  ready_queue() = default;
  ready_queue(ready_queue&& other) noexcept
      : first_(std::exchange(other.first_, nullptr)), last_(std::exchange(other.last_, nullptr)) {}
  ready_queue& operator=(ready_queue&&) = delete;

  bool empty() const noexcept { return first_ == nullptr; }

  // False when the item is queued already; an item has one place at a time.
  bool push(ready_item& item) noexcept {
    if (item.queued_) return false;
    item.queued_ = true;
    item.next_ = nullptr;
    (last_ == nullptr ? first_ : last_->next_) = &item;
    last_ = &item;
    return true;
  }

  // Null when empty.
  ready_item* pop() noexcept {
    ready_item* item = first_;
    if (item == nullptr) return nullptr;
    first_ = item->next_;
    if (first_ == nullptr) last_ = nullptr;
    item->queued_ = false;
    return item;
  }

  // Puts all of `front` before what is here.
  void prepend(ready_queue&& front) noexcept {
    if (front.empty()) return;
    front.last_->next_ = first_;
    if (last_ == nullptr) last_ = front.last_;
    first_ = std::exchange(front.first_, nullptr);
    front.last_ = nullptr;
  }

private:
  friend class inbox;

  // A chain of items, which are marked as queued.
  void append(ready_item* first, ready_item* last) noexcept {
    (last_ == nullptr ? first_ : last_->next_) = first;
    last_ = last;
  }

  ready_item* first_ = nullptr;
  ready_item* last_ = nullptr;
};

}  // namespace coroguard
