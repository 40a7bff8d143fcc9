#include "coroguard/exec/run_coroutine_threadsafe.hpp"

namespace coroguard {

void cancel_on_loop(const ref<loop_link>& link, const ref<bridged_task>& bridge) noexcept {
  const loop_use loop(link);
  if (!loop) return;
  try {
    loop->call_soon_threadsafe([bridge] {
      if (bridge->task != nullptr) bridge->task->cancel(std::nullopt);
    });
  } catch (const runtime_error&) {
    // Closed since.
  }
}

void cancel_and_notify(const concurrent_future_base& outcome) noexcept {
  if (outcome.cancel() && outcome.state() == concurrent_state::cancelled) outcome.set_running_or_notify_cancel();
}

}  // namespace coroguard
