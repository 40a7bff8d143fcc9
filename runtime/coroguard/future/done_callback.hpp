// What waits in a future's list for it to be done, and then in the ready queue for its turn.
#pragma once

#include "coroguard/loop/ready_queue.hpp"

namespace coroguard {

class future_state_base;

// A done-callback, or a task that awaits the future. The future links it and does not own it; the node removes itself when
// it gives up waiting.
class done_callback : public ready_item {
public:
  // The future is done and puts this into the ready queue.
  virtual void will_run(future_state_base& /*done*/) noexcept {}
  // The future or task that waits here, for reports of who awaits whom; null when it is a callback of somebody. For signal
  // handlers in the loop's thread, too.
  virtual future_state_base* waiting() const noexcept { return nullptr; }
  // What waits here cannot be done before this future is, but for errors, cancellation and the end of its time.
  virtual bool needs_this() const noexcept { return waiting() != nullptr; }

protected:
  ~done_callback() = default;

private:
  friend class future_state_base;
  done_callback* next_waiting_ = nullptr;
  done_callback* previous_waiting_ = nullptr;
};

}  // namespace coroguard
