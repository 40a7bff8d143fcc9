// Ctrl+C, from the signal handler to a loop.
#pragma once

#include <atomic>

#include "coroguard/base/callback.hpp"
#include "coroguard/loop/event_loop.hpp"
#include "coroguard/loop/handle.hpp"

namespace coroguard {

// Takes SIGINT over until end(), when this is the main thread and SIGINT has its default action; else it does nothing.
//
// The first SIGINT queues a callback on the loop and wakes it. A second one ends the process as SIGINT does by default, in the
// handler itself: a loop that is busy, or a task that does not want to end, cannot hold it up. System calls that the first one
// interrupts go on (SA_RESTART).
class interrupt_scope {
public:
  // The loop must outlive it.
  interrupt_scope(event_loop& loop, callback<void()> at_first);
  ~interrupt_scope() { end(); }
  interrupt_scope(const interrupt_scope&) = delete;
  interrupt_scope& operator=(const interrupt_scope&) = delete;

  // Gives SIGINT its default action back, unless somebody else has taken it over meanwhile. The callback is not called any
  // more. Not for signal handlers.
  void end() noexcept;

  // True when there was a SIGINT. Also after end(), and final then.
  bool happened() const noexcept { return count_.load() != 0; }

private:
  static void on_signal(int signal);
  static void forget_in_children();
  void note() noexcept;

  event_loop& loop_;
  ref<handle_state> at_first_;
  std::atomic<int> count_{0};
  bool installed_ = false;
};

}  // namespace coroguard
