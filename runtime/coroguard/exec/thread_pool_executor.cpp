#include "coroguard/exec/thread_pool_executor.hpp"

#include "coroguard/exec/pool_registry.hpp"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <thread>

namespace coroguard {

namespace {

// Those that this thread may run on, not those that the machine has: a container gives a process only some.
int usable_cpus() {
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  if (sched_getaffinity(0, sizeof cpus, &cpus) == 0) return CPU_COUNT(&cpus);
  return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

std::size_t checked(std::optional<int> max_workers) {
  const int count = max_workers.value_or(std::min(32, usable_cpus() + 4));
  if (count <= 0) throw std::invalid_argument("max_workers must be greater than 0");
  return static_cast<std::size_t>(count);
}

std::string default_prefix() {
  static std::atomic<unsigned> count{0};
  return "ThreadPool-" + std::to_string(count.fetch_add(1));
}

}  // namespace

thread_pool_executor::thread_pool_executor(std::optional<int> max_workers, std::string thread_name_prefix,
                                           callback<void()> initializer)
    : pool_(ref<thread_pool>::adopt(
          new thread_pool(checked(max_workers), thread_name_prefix.empty() ? default_prefix() : thread_name_prefix,
                          std::move(initializer)))) {
  pool_registry::add(pool_);
}

thread_pool_executor::~thread_pool_executor() {
  if (!left_running_) shutdown(!pool_->runs_this_thread());
}

void thread_pool_executor::post(callback<void()> work) {
  pool_->submit(std::make_unique<posted_work>(std::move(work)));
}

void thread_pool_executor::shutdown(bool wait, bool cancel_futures) {
  if (pool_->inherited()) return;
  pool_->close(cancel_futures);
  if (!wait) {
    left_running_ = true;
    return;
  }
  if (pool_->runs_this_thread()) throw runtime_error("cannot join current thread");
  pool_->join();
  pool_registry::remove(*pool_);
}

}  // namespace coroguard
