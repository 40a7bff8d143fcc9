#include "coroguard/loop/living_loops.hpp"

#include <unistd.h>

#include <algorithm>

#include "coroguard/base/fork_safe_mutex.hpp"
#include "coroguard/base/own_mutex.hpp"
#include "coroguard/loop/event_loop.hpp"
#include "coroguard/observe/unclosed.hpp"

namespace coroguard {

namespace {

struct registry {
  fork_safe_mutex mutex{fork_rank::outer};  // that of the owners of loops is taken under it
  struct entry {
    const event_loop* loop;
    const void* owner;
  };
  std::vector<entry> loops;
  const pid_t process = ::getpid();
};

// Never destroyed, like the sink of log().
registry& all_loops() {
  const own_wait waiting;
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
  for (const auto& [one, owner] : all_loops().loops)
    if (one->get_debug() && !one->is_closed()) found.push_back({one, owner, one->is_running()});
  return found;
}

void add_living_loop(const event_loop& loop) {
  const std::scoped_lock lock(all_loops().mutex);
  all_loops().loops.push_back({&loop, &loop});
}

void set_owner_of_loop(const event_loop& loop, const void* owner) noexcept {
  const std::scoped_lock lock(all_loops().mutex);
  const auto found = std::ranges::find(all_loops().loops, &loop, &registry::entry::loop);
  if (found != all_loops().loops.end()) found->owner = owner;
}

void remove_living_loop(const event_loop& loop) noexcept {
  const std::scoped_lock lock(all_loops().mutex);
  std::erase_if(all_loops().loops, [&](const registry::entry& one) { return one.loop == &loop; });
}

living_loop::living_loop(const event_loop* loop)
    : lock_(all_loops().mutex),
      alive_(std::ranges::find(all_loops().loops, loop, &registry::entry::loop) != all_loops().loops.end()) {}

}  // namespace coroguard
