// How another thread reaches a loop that may be gone by then: a worker that ends after the loop was destroyed.
#pragma once

#include <atomic>
#include <cstdint>

#include "coroguard/base/ref.hpp"

namespace coroguard {

class event_loop;

// Each loop has one; whoever may outlive the loop keeps it. Any thread.
class loop_link final : public ref_counted {
public:
  explicit loop_link(event_loop& loop) noexcept : loop_(loop) {}

  // The loop is destroyed. Returns when no loop_use is left, and from then on none gets the loop.
  void cut() noexcept;

private:
  friend class loop_use;
  static constexpr std::uint32_t cut_off = std::uint32_t{1} << 31;

  bool enter() noexcept;
  void leave() noexcept;

  event_loop& loop_;
  std::atomic<std::uint32_t> users_{0};  // threads that use the loop now, and the bit cut_off
};

// The loop for as long as this lives, unless it was closed before: its destructor waits. For a few instructions, and not in
// the call stack of what destroys the loop.
class loop_use {
public:
  explicit loop_use(const ref<loop_link>& link) noexcept : link_(link), loop_(link->enter() ? &link->loop_ : nullptr) {}
  ~loop_use() {
    if (loop_ != nullptr) link_->leave();
  }
  loop_use(const loop_use&) = delete;

  explicit operator bool() const noexcept;
  event_loop& operator*() const noexcept { return *loop_; }
  event_loop* operator->() const noexcept { return loop_; }

private:
  const ref<loop_link> link_;  // what is used may drop the caller's
  event_loop* const loop_;
};

}  // namespace coroguard
