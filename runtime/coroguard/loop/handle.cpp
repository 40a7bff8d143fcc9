#include "coroguard/loop/handle.hpp"

#include "coroguard/loop/event_loop.hpp"

namespace coroguard {

void handle_state::run() {
  const ref<handle_state> queued = ref<handle_state>::adopt(this);
  if (cancelled_) return;
  struct scope {
    handle_state& state;
    ~scope() {
      state.runs_ = false;
      if (state.cancelled_) state.drop_callback();
    }
  } const ends{*this};
  runs_ = true;
  try {
    call();
  } catch (...) {
    const std::exception_ptr error = std::current_exception();
    if (passes_through_loop(error)) throw;
    loop_->call_exception_handler({"Exception in callback " + describe(), error, describe()});
  }
}

void handle_state::drop() noexcept {
  const ref<handle_state> queued = ref<handle_state>::adopt(this);
  cancel();
}

void handle_state::cancel() noexcept {
  if (cancelled_) return;
  cancelled_ = true;
  if (!runs_) drop_callback();  // a callback that cancels itself is destroyed when it has returned
}

void timer_state::cancel() noexcept {
  if (!cancelled() && scheduled_) loop().timers().note_cancelled();
  handle_state::cancel();
}

}  // namespace coroguard
