// What call_soon, call_later and the like return: the right to cancel a callback (asyncio.Handle, asyncio.TimerHandle).
#pragma once

#include <source_location>
#include <string>
#include <utility>

#include "coroguard/base/frame_pool.hpp"
#include "coroguard/base/ref.hpp"
#include "coroguard/loop/clock.hpp"
#include "coroguard/loop/loop_thread.hpp"
#include "coroguard/loop/ready_queue.hpp"

namespace coroguard {

class event_loop;

// A callback that the loop holds. Users see `handle`. Laid out so that it fits into 64 bytes, one line of a processor's
// cache, together with a callback of two pointers: loops make more of these than of anything else.
class handle_state : public ready_item, public ref_count<handle_state>, public pooled {
public:
  handle_state(event_loop& loop, std::source_location where) : loop_(&loop), where_(where) {}

  void run() override;
  void drop() noexcept override;
  item_note note() const noexcept override { return {"Handle", cancelled_, where_}; }
  std::string describe() const { return note().text(); }

  // Most handles are dropped by the callback that made them, while the item waits in the queue of the loop that runs this thread:
  // two owners, both here. That needs no lock on the bus, which costs more than the rest of call_soon. Only the loop's thread may
  // ask whether it is queued.
  void release() const noexcept {
    if (!one_thread() && loop_ == loop_of_thread && queued() && owners() == 2)
      release_in_its_thread();
    else
      ref_count::release();
  }

  virtual void cancel() noexcept;
  bool cancelled() const noexcept { return cancelled_; }
  std::source_location where() const noexcept { return where_; }
  // In debug mode, reports a call in the wrong thread; not of what is cancelled: that does nothing.
  void note_thread(const char* operation) const noexcept {
    if (!cancelled_) note_thread_of(loop_, operation);
  }

protected:
  virtual ~handle_state() = default;
  // The callback itself; gone after `drop_callback`.
  virtual void call() = 0;
  virtual void drop_callback() noexcept = 0;
  event_loop& loop() const noexcept { return *loop_; }

private:
  friend class ref_count<handle_state>;
  template <class State, class F>
  friend class callback_state;
  event_loop* loop_;
  std::source_location where_;
  bool cancelled_ = false;
  bool runs_ = false;
  bool holds_callback_ = true;  // callback_state's: here it takes no room
};

class timer_state : public handle_state {
public:
  timer_state(event_loop& loop, time_point when, std::source_location where) : handle_state(loop, where), when_(when) {}
  void cancel() noexcept override;
  time_point when() const noexcept { return when_; }
  item_note note() const noexcept override {
    item_note note{"TimerHandle", cancelled(), where()};
    note.due = when_.time_since_epoch();
    return note;
  }

private:
  friend class timer_heap;
  bool scheduled_ = false;
  time_point when_;
};

// `State` (handle_state or timer_state) with its callback inside: one allocation for both.
template <class State, class F>
class callback_state final : public State {
public:
  template <class... Args>
  explicit callback_state(F&& function, Args&&... args) : State(std::forward<Args>(args)...), function_(std::move(function)) {}

  ~callback_state() override { callback_state::drop_callback(); }

protected:
  void call() override { function_(); }
  void drop_callback() noexcept override {
    if (std::exchange(this->holds_callback_, false)) function_.~F();
  }

private:
  union {
    F function_;
  };
};

// One scheduled callback. Copies stand for the same one; dropping all of them does not cancel it.
// Not thread-safe: cancel on the loop's thread. In debug mode a call in another one is reported; it throws nothing, because it is
// what destructors call.
class handle {
public:
  handle() = default;
  explicit handle(ref<handle_state> state) : state_(std::move(state)) {}

  // The callback will not be called, and is destroyed now, or when it has returned if it cancels itself. No effect when it was
  // called or cancelled before.
  void cancel() noexcept {
    if (!state_) return;
    state_->note_thread("handle::cancel");
    state_->cancel();
  }
  bool cancelled() const noexcept { return state_ && state_->cancelled(); }
  friend bool operator==(const handle&, const handle&) = default;

protected:
  ref<handle_state> state_;
};

// A callback scheduled for a point in time.
class timer_handle : public handle {
public:
  timer_handle() = default;
  explicit timer_handle(ref<timer_state> state) : handle(std::move(state)) {}
  // When it is due, by event_loop::time().
  time_point when() const noexcept { return static_cast<const timer_state&>(*state_).when(); }
};

}  // namespace coroguard
