// for: seastar
// What is sent to another shard may not touch the sender's shard.
#include <lib.h>

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
