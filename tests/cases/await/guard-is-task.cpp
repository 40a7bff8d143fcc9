// for: std asio
// A variable that looks like a lock's guard holds the task that would give the guard.
#include <lib.h>
#include <mutex>
#include <utility>

struct async_lock {
  async_lock(async_lock &&);
  ~async_lock();
};
struct SemaphorePermit {
  SemaphorePermit(SemaphorePermit &&);
  ~SemaphorePermit();
};
template <class T> struct scoped_guard {
  scoped_guard(scoped_guard &&);
  ~scoped_guard();
};
struct shared_mutex {
  struct holder {
    holder(holder &&);
    ~holder();
  };
  task<holder> read();
  mock::eager_task<holder> write();
};

/// What a lock gives before it is awaited.
struct lock_operation {
  bool await_ready() noexcept;
  void await_suspend(std::coroutine_handle<>) noexcept;
  async_lock await_resume();
};
struct [[nodiscard]] operator_operation {
  lock_operation operator co_await() &&;
};

struct async_mutex {
  task<async_lock> lock();
  mock::eager_task<async_lock> lock_now();
  mock::detached_task<async_lock> lock_detached();
  mock::nodiscard_task<std::unique_lock<std::mutex>> standard();
  lock_operation scoped_lock();
  operator_operation scoped();
  template <class T> task<scoped_guard<T>> guard_for(T);
};
task<SemaphorePermit> permit(int n);
void change();
void use(async_lock &);
void keep(task<async_lock>);

// --- The plain bug -------------------------------------------------------------------------------------------------

task<> handle(async_mutex &m) {
  auto guard = m.lock(); // warn: guard-is-task "'guard' is not the guard but what 'async_mutex::lock()' gives to await; the code below runs without the lock"
  change();
  co_return;
}

// --- Spellings -----------------------------------------------------------------------------------------------------

task<> spellings(async_mutex &m, shared_mutex &s) {
  auto eager = m.lock_now();            // warn: guard-is-task "'eager'"
  auto detached = m.lock_detached();    // warn: guard-is-task "'detached'"
  auto standard = m.standard();         // warn: guard-is-task "'standard'"
  auto awaiter = m.scoped_lock();       // warn: guard-is-task "'awaiter'"
  auto with_operator = m.scoped();      // warn: guard-is-task "'with_operator'"
  auto of_template = m.guard_for(1);    // warn: guard-is-task "'of_template'"
  auto units = permit(2);               // warn: guard-is-task "'units' is not the guard but what 'permit()' gives to await"
  auto holder = s.read();               // warn: guard-is-task "'holder'"
  auto writing = s.write();             // warn: guard-is-task "'writing'"
  [[maybe_unused]] auto unused = m.lock(); // warn: guard-is-task "'unused'"
  const auto constant = m.lock();       // warn: guard-is-task "'constant'"
  auto &&reference = m.lock();          // warn: guard-is-task "'reference'"
  task<async_lock> braces{m.lock()};    // warn: guard-is-task "'braces'"
  change();
  co_await permit(1);
}

task<> scopes(async_mutex &m, bool b) {
  if (auto guard = m.lock(); b) change(); // warn: guard-is-task "'guard'"
  {
    auto guard = m.lock_now(); // warn: guard-is-task "'guard'"
    co_await permit(1);
  }
  while (b) {
    auto guard = m.lock(); // warn: guard-is-task "'guard'"
    co_await permit(1);
  }
  try {
    auto guard = m.lock(); // warn: guard-is-task "'guard'"
    change();
  } catch (...) {
  }
}

struct service {
  async_mutex mutex;
  void plain() {
    auto guard = mutex.lock(); // warn: guard-is-task "'guard'"
    change();
  }
  task<async_lock> own_wrapper() { return mutex.lock(); }
  task<> wrapped() {
    auto guard = own_wrapper(); // warn: guard-is-task "'guard'"
    co_return;
  }
};

template <class Clock> struct aggregator {
  async_mutex mutex;
  task<> grab() {
    try {
      auto units = mutex.lock_now(); // warn: guard-is-task "'units'"
      co_await permit(1);
    } catch (...) {
    }
  }
};
template struct aggregator<int>;
template struct aggregator<char>;

// --- Silent --------------------------------------------------------------------------------------------------------

task<> awaited(async_mutex &m, shared_mutex &s) {
  auto guard = co_await m.lock();
  auto units = co_await permit(1);
  auto later = m.lock();
  change();
  auto held = co_await std::move(later);
  auto operation = m.scoped_lock();
  auto locked = co_await operation;
  auto given = m.lock();
  keep(std::move(given));
  auto captured = m.lock_now();
  auto closure = [&] { return std::move(captured); };
  std::mutex thread;
  std::lock_guard synchronous(thread);
  std::unique_lock other(thread);
}

task<async_lock> returned(async_mutex &m) {
  auto guard = m.lock();
  return guard;
}

// Silent: no guard in it, and eager.
struct block {
  block(block &&);
  ~block();
};
struct wall_clock {
  wall_clock(wall_clock &&);
  ~wall_clock();
};
struct lock_statistics {
  lock_statistics(lock_statistics &&);
  ~lock_statistics();
};
struct trivial_lock {
  int number;
};
mock::eager_task<block> read_block();
mock::eager_task<wall_clock> make_clock();
mock::eager_task<lock_statistics> statistics();
mock::eager_task<trivial_lock> number_of_lock();
mock::eager_task<int> lock();
task<> no_guards() {
  auto a = read_block();
  auto b = make_clock();
  auto c = statistics();
  auto d = number_of_lock();
  auto e = lock();
  co_return;
}

// Only on one path: that is another rule's.
task<> on_a_path(async_mutex &m, bool b) {
  auto guard = m.lock(); // warn: unawaited-variable "'guard'"
  if (b) co_return;
  auto held = co_await std::move(guard);
}

// --- Imperfections ---------------------------------------------------------------------------------------------------

struct token {
  token(token &&);
  ~token();
};
mock::eager_task<token> enter();
task<> other_names(async_mutex &m) {
  auto guard = enter(); // missed alarm: guard-is-task
  auto printed = m.lock_now(); // missed alarm: guard-is-task
  auto *address = &printed;
  change();
  co_return;
}
