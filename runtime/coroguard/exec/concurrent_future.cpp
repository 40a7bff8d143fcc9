#include "coroguard/exec/concurrent_future.hpp"

namespace coroguard {

bool concurrent_future_base::cancelled() const {
  const concurrent_state now = state();
  return now == concurrent_state::cancelled || now == concurrent_state::cancelled_and_notified;
}

bool concurrent_future_base::done() const {
  const concurrent_state now = state();
  return now != concurrent_state::pending && now != concurrent_state::running;
}

}  // namespace coroguard
