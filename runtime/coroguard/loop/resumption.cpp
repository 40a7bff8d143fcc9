// The part of event_loop that resumes coroutines of others.
#include <coroutine>

#include "coroguard/loop/event_loop.hpp"

namespace coroguard {

namespace {

// A coroutine of somebody else that waits for its turn.
class resumption final : public ready_item, public pooled {
public:
  resumption(event_loop& loop, std::coroutine_handle<> suspended, std::source_location where)
      : loop_(loop), suspended_(suspended), where_(where) {}

  void run() override {
    const std::coroutine_handle<> resumed = suspended_;
    event_loop& loop = loop_;
    delete this;
    try {
      resumed.resume();
    } catch (...) {
      if (passes_through_loop(std::current_exception())) throw;
      loop.call_exception_handler({"Exception in resumed coroutine", std::current_exception(), ""});
    }
  }
  void drop() noexcept override { delete this; }
  item_note note() const noexcept override { return {"Handle of a coroutine,", false, where_}; }

private:
  event_loop& loop_;
  std::coroutine_handle<> suspended_;
  std::source_location where_;
};

}  // namespace

void event_loop::call_soon(std::coroutine_handle<> suspended, std::source_location where) {
  check_open();
  check_thread("event_loop::call_soon", where);
  if (!is_running()) take_posted();
  ready_.push(*new resumption(*this, suspended, where));
}

}  // namespace coroguard
