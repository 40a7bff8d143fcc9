// executor-starvation: work waits in the queue of a thread pool while all its threads are busy.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>

#include "coroguard/base/ref.hpp"
#include "coroguard/loop/clock.hpp"

namespace coroguard {

class thread_pool;

// For how long work may wait before debug mode reports it; 1 s at first, as the stuck thread pool of Jane Street's Async. Any
// thread. It is looked at four times in this time, and at least 4 and at most 200 times a second.
void set_executor_starvation_limit(seconds limit) noexcept;
seconds executor_starvation_limit() noexcept;

// For the library: what the ticker's thread has seen of the pools. Pools keep no times: of how much work was taken and how
// much waits, each time they are looked at, follows since when the oldest waits.
class executor_starvation {
public:
  void look(std::chrono::nanoseconds now) noexcept;
  void forget() noexcept { seen_.clear(); }

private:
  struct sample {
    std::chrono::nanoseconds at;
    std::uint64_t submitted;
  };
  struct history {
    std::deque<sample> samples;  // those in which the oldest work was there already
    std::chrono::nanoseconds next_report{};
    bool exists = false;
  };

  void look_at(const ref<thread_pool>& pool, std::chrono::nanoseconds now);

  std::map<const thread_pool*, history> seen_;
};

}  // namespace coroguard
