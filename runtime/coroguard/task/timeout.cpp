#include "coroguard/task/timeout.hpp"

#include <cstdio>

namespace coroguard {

timeout::timeout(std::optional<seconds> delay) {
  event_loop& loop = get_running_loop();
  if (delay) when_ = loop.time() + to_nanoseconds(*delay);
}

timeout::timeout(timeout&& other) : when_(other.when_) {
  // The timer and the scope's cancellation know the object's address.
  if (other.state_ != state::created) throw runtime_error("Timeout has already been entered");
}

timeout::~timeout() { timer_.cancel(); }

timeout timeout_at(std::optional<time_point> when) { return timeout(timeout::absolute(), when); }

void timeout::reschedule(std::optional<time_point> when) {
  if (state_ == state::created) throw runtime_error("Timeout has not been entered");
  task_.state().check_thread("timeout::reschedule");
  if (state_ != state::active) throw runtime_error(std::string("Cannot change state of ") + name_of(state_) + " Timeout");
  when_ = when;
  timer_.cancel();
  timer_ = handle();
  if (!when) return;
  event_loop& loop = task_.get_loop();
  const auto expires = [this] { on_timeout(); };
  if (*when <= loop.time())
    timer_ = loop.call_soon(expires);
  else
    timer_ = loop.call_at(*when, expires);
}

void timeout::begin() {
  if (state_ != state::created) throw runtime_error("Timeout has already been entered");
  task_ = current_task();
  if (!task_) throw runtime_error("Timeout should be used inside a task");
  state_ = state::active;
  cancelling_ = task_.cancelling();
  reschedule(when_);
}

void timeout::end(const std::exception_ptr& error) {
  if (state_ == state::created) throw runtime_error("Timeout has not been entered");
  timer_.cancel();
  timer_ = handle();
  if (state_ == state::active) state_ = state::finished;
  if (state_ != state::expiring) return;
  state_ = state::expired;
  // More requests than before the scope: one of them is somebody else's, and the cancellation belongs to it.
  const bool ours_alone = task_.uncancel() <= cancelling_;
  if (!ours_alone || !error) return;
  try {
    std::rethrow_exception(error);
  } catch (const cancelled_error&) {
    std::throw_with_nested(timeout_error());
  } catch (...) {
    return;  // `with` throws it
  }
}

void timeout::on_timeout() {
  task_.cancel();
  state_ = state::expiring;
  timer_ = handle();
}

const char* timeout::name_of(state which) noexcept {
  switch (which) {
    case state::created:
      return "created";
    case state::active:
      return "active";
    case state::expiring:
      return "expiring";
    case state::expired:
      return "expired";
    case state::finished:
      return "finished";
  }
  return "";
}

std::string timeout::describe() const {
  std::string text = std::string("<Timeout [") + name_of(state_) + "]";
  if (state_ == state::active && when_) {
    char digits[40];
    std::snprintf(digits, sizeof digits, " when=%.3f", seconds(when_->time_since_epoch()).count());
    text += digits;
  } else if (state_ == state::active) {
    text += " when=None";
  }
  return text + ">";
}

}  // namespace coroguard
