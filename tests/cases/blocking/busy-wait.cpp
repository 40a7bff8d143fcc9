// A loop in loop code that does nothing but wait.
#include <atomic>
#include <chrono>
#include <coroutine>
#include <functional>
#include <future>
#include <mutex>
#include <optional>
#include <queue>
#include <string>
#include <task.h>
#include <thread>
#include <vector>

using mock::awaiter;
using mock::lazy_task;
using mock::sleep_for;
using namespace std::chrono_literals;

std::atomic<bool> ready;
std::atomic<int> count;
std::atomic_flag flag;
bool plain_flag;
volatile bool volatile_flag;
std::mutex m;
awaiter next();
awaiter open();
void log(const char *);
extern "C" void _mm_pause();

// --- The plain bug -------------------------------------------------------------------------------------------------

lazy_task<> plain() {
  while (!ready.load()) { // warn: busy-wait "'ready' is waited for in a loop that does nothing else; the event loop's thread spins until it changes"
  }
  co_return;
}

// --- What it looks at ------------------------------------------------------------------------------------------------

struct box {
  bool done_ = false;
  std::atomic<int> pending{0};
  std::queue<int> queue;
  std::future<int> result;
  bool done() const;
  bool is_open() { return pending.load() > 0; }
  lazy_task<> work();

  lazy_task<> members(std::coroutine_handle<> h, const box &other, box *pointer) {
    while (!done_) {}             // warn: busy-wait "'this->done_'"
    while (pending != 0) {}       // warn: busy-wait "pending"
    while (pending) {}            // warn: busy-wait "pending"
    while (queue.empty()) {}      // warn: busy-wait "queue"
    while (!done()) {}            // warn: busy-wait "done()"
    while (!h.done()) {}          // warn: busy-wait "'h'"
    while (!other.done_) {}       // warn: busy-wait "'other.done_'"
    while (!pointer->done()) {}   // warn: busy-wait "'pointer'"
    while (is_open()) {}          // warn: busy-wait "is_open"
    while (result.wait_for(0s) != std::future_status::ready) {} // warn: busy-wait "result"
    co_return;
  }
};
lazy_task<> flags(bool &by_reference, std::chrono::steady_clock::time_point deadline) {
  while (!plain_flag) {}    // warn: busy-wait "'plain_flag'"
  while (!volatile_flag) {} // warn: busy-wait "'volatile_flag'"
  while (!flag.test()) {}   // warn: busy-wait "'flag'"
  while (!by_reference) {}  // warn: busy-wait "'by_reference'"
  while (std::atomic_load(&count) < 3) {} // warn: busy-wait "count"
  while (std::chrono::steady_clock::now() < deadline) {} // warn: busy-wait "now()"
  co_return;
}
lazy_task<> captured(void (*post)(std::function<void()>)) {
  bool finished = false;
  post([&] { finished = true; });
  while (!finished) std::this_thread::yield(); // warn: busy-wait "'finished'"
  co_return;
}

// --- How it is written -----------------------------------------------------------------------------------------------

#define SPIN_UNTIL(condition) while (!(condition)) std::this_thread::yield()
template <class Flag> lazy_task<> generic(Flag &f) {
  while (!f.load()) std::this_thread::yield(); // warn: busy-wait "'f'"
  co_return;
}
template lazy_task<> generic(std::atomic<bool> &);
template lazy_task<> generic(std::atomic<int> &);

lazy_task<> spellings(box &b) {
  while (!ready) std::this_thread::yield(); // warn: busy-wait "'ready'"
  while (!ready) _mm_pause();               // warn: busy-wait "'ready'"
  while (!ready) asm volatile("pause");     // warn: busy-wait "'ready'"
  while (!ready);                           // warn: busy-wait "'ready'"
  while (!ready) continue;                  // warn: busy-wait "'ready'"
  do {                                      // warn: busy-wait "'ready'"
  } while (!ready);
  do std::this_thread::yield(); while (!ready); // warn: busy-wait "'ready'"
  for (; !ready;) {}                        // warn: busy-wait "'ready'"
  for (;;) {                                // warn: busy-wait "'ready'"
    if (ready) break;
  }
  for (;;) {                                // warn: busy-wait "'ready'"
    if (ready.load(std::memory_order_acquire)) break;
    std::this_thread::yield();
  }
again:                                      // warn: busy-wait "'ready'"
  if (!ready) goto again;
  bool seen = false;
  while (!seen) seen = ready.load();        // warn: busy-wait "'ready'"
  while (true) {                            // warn: busy-wait "'count'"
    int now = count.load();
    if (now > 3) co_return;
  }
  int spins = 0;
  while (!ready) ++spins;                   // warn: busy-wait "'ready'"
  while (!ready) {                          // warn: busy-wait "'ready'"
    for (int i = 0; i < 64; ++i) _mm_pause();
  }
  SPIN_UNTIL(ready);                        // warn: busy-wait "'ready'"
  while (!m.try_lock()) {}                  // warn: busy-wait "'m'"
  while (flag.test_and_set()) {}            // warn: busy-wait "'flag'"
  while (!ready && !b.done()) {}            // warn: busy-wait "'ready'"
  int item;
  bool (*try_pop)(int &) = nullptr;
  (void)item, (void)try_pop;
}
struct mailbox {
  bool try_pop(int &);
};
lazy_task<> polls(mailbox &box) {
  int item;
  while (!box.try_pop(item)) std::this_thread::yield(); // warn: busy-wait "box.try_pop(item)"
  for (;;) {                                            // warn: busy-wait "try_pop"
    if (box.try_pop(item)) break;
    std::this_thread::yield();
  }
  co_return;
}

// --- In what loop code calls ---------------------------------------------------------------------------------------

void wait_until_ready() {
  while (!ready) std::this_thread::yield(); // warn: busy-wait "'ready'"
}
void settle() { wait_until_ready(); } // note: "'settle' calls 'wait_until_ready'"
lazy_task<> through_helpers() {
  settle(); // note: "'through_helpers' calls 'settle'"
  co_return;
}
lazy_task<> in_lambda() {
  auto wait = [] { while (!ready) {} }; // warn: busy-wait "'ready'"
  wait();
  co_return;
}

// --- A handler that retries at once ----------------------------------------------------------------------------------

struct service {
  bool stopped = false;
  std::atomic<bool> aborted = false;
  bool is_stopped() const;
  awaiter start();
  awaiter handle(int);
  void warn(std::exception_ptr);
  void fail();
  void mark(std::exception_ptr) { stopped = true; }

  lazy_task<> run() {
    while (!is_stopped()) { // note: "the loop goes around without a suspension behind the handler"
      try {
        int guard = co_await start();
        co_await handle(guard);
      } catch (...) {
        warn(std::current_exception()); // warn: busy-wait "'service::start' is tried again at once when it has failed; the loop spins while it fails"
      }
    }
  }
  lazy_task<> endless() {
    for (;;) {
      try {
        co_await start();
      } catch (const std::exception &) {
        log("failed"); // warn: busy-wait "'service::start' is tried again at once"
      }
    }
  }
  lazy_task<> with_continue() {
    while (true) {
      try {
        co_await start();
        co_return;
      } catch (...) {
        continue; // warn: busy-wait "'service::start'"
      }
    }
  }
  lazy_task<> empty_handler() {
    while (!aborted) {
      try {
        co_await start();
        break;
      } catch (...) { // warn: busy-wait "'service::start'"
      }
    }
  }
  lazy_task<> sleeps_behind() {
    while (!is_stopped()) {
      bool failed = false;
      try {
        co_await start();
      } catch (...) {
        warn(std::current_exception());
        failed = true;
      }
      if (failed) co_await sleep_for(1000);
    }
  }
  lazy_task<> sleeps_before() {
    for (;;) {
      co_await sleep_for(10);
      try {
        co_await start();
      } catch (...) {
      }
    }
  }
  lazy_task<> sleeps_inside() {
    for (;;) {
      try {
        co_await sleep_for(10);
        co_await start();
      } catch (...) {
      }
    }
  }
  lazy_task<> pauses_inside(awaiter (*pause)(std::chrono::seconds)) {
    for (;;) {
      try {
        co_await pause(1s);
        co_await start();
      } catch (...) {
      }
    }
  }
  lazy_task<> limited() {
    int tries = 0;
    while (true) {
      try {
        co_await start();
        co_return;
      } catch (...) {
        if (++tries == 3) throw;
      }
    }
  }
  lazy_task<> counted() {
    for (int i = 0; i < 3; ++i) {
      try {
        co_await start();
      } catch (...) {
        log("again");
      }
    }
  }
  lazy_task<> each(std::vector<int> &items) {
    for (int item : items) {
      try {
        co_await handle(item);
      } catch (...) {
        log("next");
      }
    }
  }
  lazy_task<> drains(std::queue<int> &items) {
    while (!items.empty()) {
      int item = items.front();
      items.pop();
      try {
        co_await handle(item);
      } catch (...) {
        log("next");
      }
    }
  }
  lazy_task<> receives_in_front() {
    while (true) {
      int item = co_await start();
      try {
        co_await handle(item);
      } catch (...) {
        log("next");
      }
    }
  }
  lazy_task<> rethrows() {
    while (true) {
      try {
        co_await start();
      } catch (...) {
        log("no");
        throw;
      }
    }
  }
  lazy_task<> gives_up() {
    while (true) {
      try {
        co_await start();
      } catch (...) {
        break;
      }
    }
  }
  lazy_task<> stops_itself() {
    while (!stopped) {
      try {
        co_await start();
      } catch (...) {
        fail();
      }
    }
  }
  lazy_task<> marks_itself() {
    while (!stopped) {
      try {
        co_await start();
      } catch (...) {
        mark(std::current_exception());
      }
    }
  }
  lazy_task<> only_timeouts() {
    while (true) {
      try {
        co_await start();
      } catch (const std::bad_alloc &) {
      }
    }
  }
  lazy_task<> sets_flag() {
    bool go_on = true;
    while (go_on) {
      try {
        co_await start();
      } catch (...) {
        go_on = false;
      }
    }
  }
  lazy_task<> sleeps_badly() {
    while (true) {
      try {
        co_await start();
      } catch (...) {
        std::this_thread::sleep_for(1s); // warn: blocking-call "sleep_for"
      }
    }
  }
};

// --- Silent --------------------------------------------------------------------------------------------------------

lazy_task<> suspends() {
  while (!ready) co_await sleep_for(10);
  while (!ready) { // warn: loop-without-suspension "'suspends'"
    if (plain_flag) co_await next();
  }
}
lazy_task<> makes_progress(std::queue<int> &q, const char *p, std::atomic<int> &a) {
  while (!q.empty()) q.pop();
  while (*p == ' ') ++p;
  while (count > 0) --count;
  while (count.fetch_sub(1) > 0) {}
  int expected = a.load();
  while (!a.compare_exchange_weak(expected, expected + 1)) {}
  while (!a.compare_exchange_weak(expected, expected + 1)) _mm_pause();
  for (int i = 0; i < 10; ++i) {}
  while (plain_flag) plain_flag = false;
  co_return;
}
struct node { node *next; };
lazy_task<> walks(node *n, std::string text) {
  while (n->next) n = n->next;
  while ((n = n->next)) {}
  size_t i = 0;
  while (i < text.size() && text[i] == ' ') i++;
  auto it = text.begin();
  while (it != text.end() && *it == 'a') ++it;
  bool first = true;
  while (first) first = false;
  co_return;
}
lazy_task<> limited(int limit) {
  int spins = 0;
  while (!ready && ++spins < limit) {}
  while (!ready && spins < limit) ++spins;
  for (int i = 0; i < 100 && !ready; ++i) _mm_pause();
  for (int i = 0; i < 100; ++i)
    if (ready) break;
  while (!ready) {
    if (++spins > 1000) co_return;
  }
}
bool step();
void pump();
lazy_task<> works(mailbox &box) {
  while (!ready) pump();         // warn: loop-without-suspension "'works'"
  while (step()) {}
  while (!ready) log("waiting"); // warn: loop-without-suspension "'works'"
  while (step()) std::this_thread::yield();
  int item;
  while (box.try_pop(item)) log("got");
  while (box.try_pop(item)) {}
  do log("once"); while (false);
  co_return;
}
lazy_task<> waits_elsewhere() {
  while (!ready) ready.wait(false);                 // warn: blocking-call "wait"
  while (!ready) std::this_thread::sleep_for(1ms);  // warn: blocking-call "sleep_for"
  co_return;
}
void on_a_thread() {
  while (!ready) std::this_thread::yield(); // nobody's loop
}
void starts_thread() {
  std::thread([] { while (!ready) {} }).detach();
}
struct spin_lock {
  std::atomic_flag taken;
  void lock() {
    while (taken.test_and_set(std::memory_order_acquire)) _mm_pause();
  }
  void unlock() { taken.clear(); }
};
lazy_task<> with_spin_lock(spin_lock &lock) {
  std::lock_guard guard(lock);
  co_return;
}
lazy_task<> local_only() {
  co_await next();
  bool going = true;
  int rounds = 3;
  while (going) {
    if (--rounds == 0) going = false;
  }
  while (true) { // warn: loop-without-suspension "'local_only' can go around this loop"
    pump();
  }
}

// --- Imperfections -------------------------------------------------------------------------------------------------

lazy_task<> logs_meanwhile() {
  while (!ready) { // missed alarm: busy-wait // warn: loop-without-suspension "'logs_meanwhile'"
    log("waiting");
  }
  co_return;
}
lazy_task<> by_continue() {
  while (true) { // missed alarm: busy-wait // warn: loop-without-suspension "'by_continue'"
    if (!ready) continue;
    break;
  }
  co_return;
}
bool is_ready();
lazy_task<> asks_a_stranger() {
  while (!is_ready()) {} // missed alarm: busy-wait
  co_return;
}
