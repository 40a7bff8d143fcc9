#include "coroguard/debug/executor_starvation.hpp"

#include <algorithm>
#include <atomic>
#include <string>
#include <utility>

#include "coroguard/debug/in_seconds.hpp"
#include "coroguard/debug/ticker.hpp"
#include "coroguard/exec/pool_registry.hpp"
#include "coroguard/observe/log.hpp"
#include "coroguard/observe/report.hpp"

namespace coroguard {

namespace {

using std::chrono::nanoseconds;

constinit std::atomic<std::int64_t> limit_count{1'000'000'000};

std::string pieces(std::size_t count) { return std::to_string(count) + (count == 1 ? " piece" : " pieces"); }

void report_pool(const thread_pool& pool, const pool_load& load, nanoseconds waited) {
  constexpr std::size_t most_places = 8;
  report found{.rule = "executor-starvation", .duration = waited};
  found.message = pieces(load.queued) + " of work in the queue of thread pool '" + load.name + "', the oldest for " +
                  in_seconds(waited) + " seconds, while " + (load.threads == 1 ? "its only thread is busy" : "all its " + std::to_string(load.threads) + " threads are busy");
  const std::vector<work_place> running = pool.running_work();
  for (std::size_t i = 0; i < std::min(running.size(), most_places); ++i) {
    const work_place& one = running[i];
    if (one.where.line() != 0)
      found.notes.push_back(std::string("running: posted at ") + one.where.file_name() + ":" + std::to_string(one.where.line()));
    if (found.creation_stack.empty() && one.made) one.made->tell(found);
  }
  found.notes.push_back("what waits for this work waits as long: give the pool more threads, or slow work a pool of its own");
  emit(std::move(found));
}

}  // namespace

void set_executor_starvation_limit(seconds limit) noexcept {
  limit_count.store(std::chrono::duration_cast<nanoseconds>(limit).count(), std::memory_order_relaxed);
  ticker::wake();
}

seconds executor_starvation_limit() noexcept { return nanoseconds(limit_count.load(std::memory_order_relaxed)); }

void executor_starvation::look(nanoseconds now) noexcept {
  try {
    for (auto& [pool, past] : seen_) past.exists = false;
    for (const ref<thread_pool>& pool : pool_registry::open_pools()) look_at(pool, now);
    std::erase_if(seen_, [](const auto& one) { return !one.second.exists; });
  } catch (...) {
    log_error("debug mode could not look at the thread pools", std::current_exception());
  }
}

void executor_starvation::look_at(const ref<thread_pool>& pool, nanoseconds now) {
  const nanoseconds limit(limit_count.load(std::memory_order_relaxed));
  const pool_load load = pool->load();
  history& past = seen_[pool.get()];
  past.exists = true;
  if (load.queued == 0) {
    past.samples.clear();
    past.next_report = nanoseconds(0);
    return;
  }
  if (load.idle != 0) return;  // between two pieces of work, or just starting
  // The oldest work that waits was submitted as number load.taken + 1.
  while (!past.samples.empty() && past.samples.front().submitted <= load.taken) past.samples.pop_front();
  if (past.samples.empty() || past.samples.back().submitted != load.taken + load.queued)
    past.samples.push_back({now, load.taken + load.queued});
  const nanoseconds waited = now - past.samples.front().at;
  if (waited < std::max(limit, past.next_report)) {
    if (waited < limit) past.next_report = nanoseconds(0);  // it went on meanwhile
    return;
  }
  past.next_report = std::max(waited, limit) * 2;
  report_pool(*pool, load, waited);
}

}  // namespace coroguard
