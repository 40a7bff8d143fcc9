// for: seastar
// What belongs to a shard, used on a thread of one's own.
#include <lib.h>
#include <thread>

struct worker {
  ss::alien::instance &alien;
  ss::promise<> done;
  ss::semaphore limit{1};

  void start() {
    std::thread([this] {
      done.set_value(); // warn: wrong-thread-call "'seastar::promise::set_value'"
      limit.signal();   // warn: wrong-thread-call "'seastar::basic_semaphore::signal'"
    }).detach();
  }
  // Silent: the way in.
  void allowed() {
    std::thread([this] {
      ss::alien::run_on(alien, 0, [this] { done.set_value(); });
    }).detach();
  }
};
