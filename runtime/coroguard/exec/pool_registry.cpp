#include "coroguard/exec/pool_registry.hpp"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <mutex>
#include <utility>
#include <vector>

#include "coroguard/base/fork_safe_mutex.hpp"
#include "coroguard/base/own_mutex.hpp"
#include "coroguard/observe/allow_blocking.hpp"
#include "coroguard/observe/unclosed.hpp"

namespace coroguard::pool_registry {

namespace {

using pools = std::vector<ref<thread_pool>>;

struct registry {
  fork_safe_mutex mutex{fork_rank::outer};
  pools open;
  pools inherited;  // those of a parent process: their threads cannot be joined, so they are never destroyed
  bool process_exits = false;
};

constinit std::atomic<unsigned> generation{0};

// Never destroyed: workers and destructors of static objects use it during the exit.
registry& all();

void close_and_join_all() {
  pools open;
  {
    const std::lock_guard lock(all().mutex);
    all().process_exits = true;
    open.swap(all().open);
  }
  for (const ref<thread_pool>& pool : open)
    if (const std::size_t unfinished = pool->closed() ? 0 : pool->unfinished(); unfinished != 0)
      report_unclosed_pool(pool->name(), unfinished);
  for (const ref<thread_pool>& pool : open) pool->close_for_exit();
  for (const ref<thread_pool>& pool : open) pool->join();
}

void after_fork_in_child() noexcept {
  generation.fetch_add(1);
  registry& mine = all();
  std::move(mine.open.begin(), mine.open.end(), std::back_inserter(mine.inherited));
  mine.open.clear();
}

registry* make_registry() {
  std::atexit(close_and_join_all);
  return new registry;
}

registry& all() {
  const own_wait waiting;
  static registry* const instance = make_registry();
  static const child_of_fork leaves_them(after_fork_in_child);
  return *instance;
}

}  // namespace

void add(ref<thread_pool> pool) {
  pools finished;
  {
    const std::lock_guard lock(all().mutex);
    pools& open = all().open;
    const auto begin = std::partition(open.begin(), open.end(), [](const auto& other) { return !other->finished(); });
    std::move(begin, open.end(), std::back_inserter(finished));
    open.erase(begin, open.end());
    if (all().process_exits) pool->close_for_exit();
    else open.push_back(std::move(pool));
  }
  const allow_blocking allowed("their threads have ended");
  for (const ref<thread_pool>& ended : finished) ended->join();
}

void remove(const thread_pool& pool) {
  ref<thread_pool> removed;  // dropped without the lock
  const std::lock_guard lock(all().mutex);
  const auto found = std::ranges::find(all().open, &pool, &ref<thread_pool>::get);
  if (found == all().open.end()) return;
  removed = std::move(*found);
  all().open.erase(found);
}

std::vector<ref<thread_pool>> open_pools() {
  const std::lock_guard lock(all().mutex);
  return all().open;
}

unsigned fork_generation() noexcept { return generation.load(std::memory_order_relaxed); }

}  // namespace coroguard::pool_registry
