// for: seastar
// What is sent to another shard may not touch the sender's shard.
#include <atomic>
#include <lib.h>
#include <mutex>
#include <vector>

struct registry {
  int entries = 0;
  ss::sharded<registry> &everywhere;
  ss::lw_shared_ptr<int> shared;
  void clean();

  // --- Warn -----------------------------------------------------------------------------------------------------

  ss::future<> sends() {
    co_await everywhere.invoke_on(0, [this](registry &there) { clean(); }); // warn: cross-thread-capture "'registry::clean'"
    co_await ss::smp::submit_to(1, [p = shared] {});                        // warn: cross-thread-capture "p"
    co_await ss::smp::invoke_on_all([this] { clean(); });                   // warn: cross-thread-capture "'registry::clean'"
  }

  // All shards at the same time.
  ss::future<> collects() {
    std::vector<int> found;
    int total = 0;
    co_await everywhere.invoke_on_all([&found](registry &there) { found.push_back(there.entries); }); // warn: cross-thread-capture "'found' is changed on several threads at the same time"
    co_await everywhere.invoke_on_all([&](registry &there) { total += there.entries; });             // warn: cross-thread-capture "'total'"
    co_await ss::smp::invoke_on_all([&total] { ++total; });                                          // warn: cross-thread-capture "'total'"
  }
  ss::future<> collects_well() {
    std::vector<int> found(ss::smp::count);
    std::atomic<int> total = 0;
    int own = 0, sum = 0;
    std::mutex m;
    co_await everywhere.invoke_on_all([&found](registry &there) { found[ss::this_shard_id()] = there.entries; });
    co_await everywhere.invoke_on_all([&](registry &there) { total += there.entries; });
    co_await everywhere.invoke_on_all([&](registry &there) { if (ss::this_shard_id() == 0) own = there.entries; });
    co_await everywhere.invoke_on_all([&](registry &there) { std::lock_guard lock(m); sum += there.entries; });
    co_await everywhere.invoke_on_all([sum](registry &there) mutable { there.entries = ++sum; });
    co_await everywhere.invoke_on_all([&](registry &there) { there.entries = own; });
    co_await everywhere.invoke_on(1, [&](registry &there) { own = there.entries; });
  }

  // --- Silent ---------------------------------------------------------------------------------------------------

  ss::future<> stays() {
    co_await everywhere.invoke_on(0, [](registry &there) { there.clean(); });
    co_await everywhere.invoke_on(0, [n = entries](registry &there) { there.entries = n; });
    co_await ss::smp::submit_to(ss::this_shard_id(), [this] { clean(); });
    co_await ss::smp::submit_to(1, [p = ss::make_foreign(shared)] {});
  }

  // --- Known imperfections --------------------------------------------------------------------------------------

  // A constant may be the object's own shard.
  ss::future<> sends_to_a_constant() {
    co_await ss::smp::submit_to(1, [this] { clean(); }); // missed alarm: cross-thread-capture
  }
};
