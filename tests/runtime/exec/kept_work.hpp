// Executors that tests drive.
#pragma once

#include <coroguard/base/executor.hpp>
#include <cstddef>
#include <semaphore>
#include <utility>
#include <vector>

namespace coroguard {

// Runs nothing by itself: the test runs the work, or drops it.
class keeping_executor final : public executor {
public:
  void post(callback<void()> work) override { kept_.push_back(std::move(work)); }
  void shutdown(bool = true, bool = false) override { drop_all(); }

  std::size_t size() const { return kept_.size(); }
  void run_all() {
    for (callback<void()>& work : std::exchange(kept_, {})) work();
  }
  void drop_all() { kept_.clear(); }

private:
  std::vector<callback<void()>> kept_;
};

// Work that says when it has begun, and then waits until the test lets it go on.
class held_work {
public:
  void operator()() {
    begun_.release();
    let_go_.acquire();
  }
  void wait_until_begun() { begun_.acquire(); }
  void let_go() { let_go_.release(); }

private:
  std::binary_semaphore begun_{0};
  std::binary_semaphore let_go_{0};
};

}  // namespace coroguard
