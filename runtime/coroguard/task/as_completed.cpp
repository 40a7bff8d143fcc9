#include "coroguard/task/as_completed.hpp"

#include <algorithm>

namespace coroguard {

void completion_queue::begin(std::vector<ref<future_state_base>> futures, std::optional<seconds> limit) {
  left_ = pending_ = futures.size();
  if (pending_ > 0 && limit) {
    // A plain pointer: the destructor cancels the timer.
    timer_ = loop_.call_later(*limit, [this] { time_is_over(); });
  }
  watch(std::move(futures));
}

void completion_queue::completed(std::size_t place) {
  if (pending_ == 0) return;  // the time was over before
  --pending_;
  put(place);
  if (pending_ == 0) timer_.cancel();
}

void completion_queue::time_is_over() {
  stop();
  for (; pending_ > 0; --pending_) put(timed_out);
}

void completion_queue::put(std::size_t place) {
  done_.push_back(place);
  wake_next();
}

void completion_queue::wake_next() {
  while (!waiters_.empty()) {
    const future<void> waiter = std::move(waiters_.front());
    waiters_.pop_front();
    if (waiter.done()) continue;
    waiter.set_result();
    return;
  }
}

coro<std::size_t> completion_queue::next(ref<completion_queue> queue) {
  while (queue->done_.empty()) {
    const future<void> waiter = queue->loop_.create_future<void>();
    queue->waiters_.push_back(waiter);
    try {
      co_await waiter;
    } catch (...) {
      waiter.cancel();
      std::erase(queue->waiters_, waiter);
      // Woken and cancelled in one turn: what ended is for the next one who waits.
      if (!queue->done_.empty() && !waiter.cancelled()) queue->wake_next();
      throw;
    }
  }
  const std::size_t place = queue->done_.front();
  queue->done_.pop_front();
  if (place == timed_out) throw timeout_error();
  co_return place;
}

}  // namespace coroguard
