#include "coroguard/exec/concurrent_wait.hpp"

#include <string>

namespace coroguard::concurrent {

namespace {

// Opens when enough of a number of futures have ended.
class gate final : public completion_watcher {
public:
  gate(std::size_t expected, return_when mode) : expected_(expected), mode_(mode) {}

  void completed(concurrent_future_core&, concurrent_outcome outcome) noexcept override { count(outcome); }

  void count(concurrent_outcome outcome) noexcept {
    const std::lock_guard lock(mutex_);
    ++ended_;
    failed_ = failed_ || outcome == concurrent_outcome::exception;
    if (open()) opened_.notify_all();
  }

  void wait(const deadline& end) {
    std::unique_lock lock(mutex_);
    end.wait(opened_, lock, [this] { return open(); });
  }

private:
  bool open() const noexcept {
    if (ended_ == expected_) return true;
    return (mode_ == return_when::first_completed && ended_ > 0) || (mode_ == return_when::first_exception && failed_);
  }

  const std::size_t expected_;
  const return_when mode_;
  std::mutex mutex_;
  std::condition_variable opened_;
  std::size_t ended_ = 0;
  bool failed_ = false;
};

}  // namespace

std::vector<bool> wait_for_cores(const std::vector<concurrent_future_core*>& cores, const time_limit& limit,
                                 return_when mode) {
  const deadline end(limit);
  gate enough(cores.size(), mode);
  for (concurrent_future_core* core : cores)
    if (const auto outcome = core->watch(enough)) enough.count(*outcome);
  enough.wait(end);
  std::vector<bool> done;
  for (concurrent_future_core* core : cores) done.push_back(core->unwatch(enough));
  return done;
}

completion_queue::completion_queue(std::vector<concurrent_future_base> distinct_futures, const time_limit& limit)
    : total_(distinct_futures.size()), end_(limit) {
  completed_.reserve(total_);
  for (concurrent_future_base& future : distinct_futures) {
    concurrent_future_core* core = future.core().get();
    pending_.emplace(core, future);
    if (!core->watch(*this)) continue;
    pending_.erase(core);
    done_before_.push_back(std::move(future));
  }
}

completion_queue::~completion_queue() { forget_pending(); }

void completion_queue::completed(concurrent_future_core& future, concurrent_outcome) noexcept {
  const std::lock_guard lock(mutex_);
  completed_.push_back(&future);
  changed_.notify_one();
}

std::optional<concurrent_future_base> completion_queue::next() {
  if (!done_before_.empty()) {
    std::optional<concurrent_future_base> future(std::move(done_before_.front()));
    done_before_.pop_front();
    return future;
  }
  if (pending_.empty()) return std::nullopt;
  concurrent_future_core* core = wait_for_completion();
  core->unwatch(*this);  // returns when the thread that ended it has left this object
  return std::move(pending_.extract(core).mapped());
}

concurrent_future_core* completion_queue::wait_for_completion() {
  std::unique_lock lock(mutex_);
  if (end_.wait(changed_, lock, [this] { return taken_ < completed_.size(); })) return completed_[taken_++];
  lock.unlock();
  const std::size_t unfinished = pending_.size();
  forget_pending();
  throw timeout_error(std::to_string(unfinished) + " (of " + std::to_string(total_) + ") futures unfinished");
}

void completion_queue::forget_pending() noexcept {
  for (const auto& [core, future] : pending_) core->unwatch(*this);
  pending_.clear();
}

}  // namespace coroguard::concurrent
