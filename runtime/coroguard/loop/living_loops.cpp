#include "coroguard/loop/living_loops.hpp"

#include <unistd.h>

#include <algorithm>

#include "coroguard/base/fork_safe_mutex.hpp"
#include "coroguard/loop/event_loop.hpp"
#include "coroguard/observe/unclosed.hpp"

namespace coroguard {

namespace {

struct registry {
  fork_safe_mutex mutex{fork_rank::outer};  // that of the owners of loops is taken under it
  std::vector<const event_loop*> loops;
  const pid_t process = ::getpid();
};

// Never destroyed, like the sink of log().
registry& all_loops() {
  static registry* const only = new registry;
  return *only;
}

// Made before other objects with static storage, and so destroyed after them: they may own loops.
struct last_look {
  ~last_look() { report_unclosed_loops(); }
};
[[gnu::init_priority(101)]] last_look at_the_end;

}  // namespace

void begin_living_loops() { all_loops(); }

std::vector<unclosed_loop> unclosed_loops_in_debug_mode() {
  std::vector<unclosed_loop> found;
  if (all_loops().process != ::getpid()) return found;
  const std::scoped_lock lock(all_loops().mutex);
  for (const event_loop* one : all_loops().loops)
    if (one->get_debug() && !one->is_closed()) found.push_back({one, one->is_running()});
  return found;
}

void add_living_loop(const event_loop& loop) {
  const std::scoped_lock lock(all_loops().mutex);
  all_loops().loops.push_back(&loop);
}

void remove_living_loop(const event_loop& loop) noexcept {
  const std::scoped_lock lock(all_loops().mutex);
  std::erase(all_loops().loops, &loop);
}

living_loop::living_loop(const event_loop* loop)
    : lock_(all_loops().mutex), alive_(std::ranges::find(all_loops().loops, loop) != all_loops().loops.end()) {}

}  // namespace coroguard
