#include "coroguard/loop/loop_link.hpp"

#include "coroguard/loop/event_loop.hpp"

namespace coroguard {

bool loop_link::enter() noexcept {
  if ((users_.fetch_add(1, std::memory_order_acquire) & cut_off) == 0) return true;
  leave();
  return false;
}

void loop_link::leave() noexcept {
  if (users_.fetch_sub(1, std::memory_order_release) == cut_off + 1) users_.notify_all();
}

void loop_link::cut() noexcept {
  users_.fetch_or(cut_off, std::memory_order_relaxed);
  for (;;) {
    const std::uint32_t users = users_.load(std::memory_order_acquire);
    if (users == cut_off) return;
    users_.wait(users, std::memory_order_acquire);
  }
}

loop_use::operator bool() const noexcept { return loop_ != nullptr && !loop_->is_closed(); }

}  // namespace coroguard
