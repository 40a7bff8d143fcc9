#include "coroguard/loop/living_loops.hpp"

#include <algorithm>
#include <vector>

namespace coroguard {

namespace {

struct registry {
  std::mutex mutex;
  std::vector<const event_loop*> loops;
};

// Never destroyed, like the sink of log().
registry& all_loops() {
  static registry* const only = new registry;
  return *only;
}

}  // namespace

void add_living_loop(const event_loop& loop) {
  const std::scoped_lock lock(all_loops().mutex);
  all_loops().loops.push_back(&loop);
}

void remove_living_loop(const event_loop& loop) noexcept {
  const std::scoped_lock lock(all_loops().mutex);
  std::erase(all_loops().loops, &loop);
}

void lock_living_loops() noexcept { all_loops().mutex.lock(); }
void unlock_living_loops() noexcept { all_loops().mutex.unlock(); }

living_loop::living_loop(const event_loop* loop)
    : lock_(all_loops().mutex), alive_(std::ranges::find(all_loops().loops, loop) != all_loops().loops.end()) {}

}  // namespace coroguard
