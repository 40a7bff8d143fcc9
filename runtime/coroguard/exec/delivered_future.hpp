// A future whose outcome comes from another thread.
#pragma once

#include <source_location>
#include <string>
#include <utility>

#include "coroguard/base/ref.hpp"
#include "coroguard/future/future.hpp"
#include "coroguard/loop/event_loop.hpp"
#include "coroguard/loop/loop_link.hpp"
#include "coroguard/loop/ready_queue.hpp"

namespace coroguard {

// The other thread owns one count and gives it up in `deliver`, so that it never destroys the future of a loop that runs.
// The future itself is what is queued: nothing is allocated for the way back.
template <class T>
class delivered_future : public future_state<T>, public ready_item {
public:
  delivered_future(event_loop& loop, std::source_location where) : future_state<T>(loop, where), link_(loop.link()) {}

  // Any thread, once: the loop ends the future in its next turn. One whose loop is closed stays as it is.
  static void deliver(ref<delivered_future> outcome) noexcept {
    const ref<loop_link> link = outcome->link_;
    delivered_future* const item = outcome.detach();  // from here on, the loop may drop it at any moment
    if (!queue(*item, link)) item->release();
  }

  void run() final {
    const ref<delivered_future> delivered = ref<delivered_future>::adopt(this);
    if (!this->done()) end();
  }
  void drop() noexcept final { this->release(); }
  item_note note() const noexcept final { return {"result of another thread", false, this->where()}; }

protected:
  // Ends the future. Loop's thread; only while it is pending.
  virtual void end() = 0;

private:
  static bool queue(ready_item& item, const ref<loop_link>& link) noexcept {
    const loop_use loop(link);
    if (!loop) return false;
    if (running_loop() == &*loop)
      loop->enqueue(item);
    else
      loop->post(item);
    return true;
  }

  const ref<loop_link> link_;
};

}  // namespace coroguard
