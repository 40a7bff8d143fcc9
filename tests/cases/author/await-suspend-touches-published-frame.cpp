// The awaiter is used behind the step that lets another thread resume its coroutine.
#include <atomic>
#include <condition_variable>
#include <coroutine>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace background { // by this name, going on elsewhere is what they are for

using handle = std::coroutine_handle<>;

struct promise_base {
  int state = 0;
  handle continuation;
};

struct awaiter {
  int result = 0;
  int count = 0;
  bool queued = false;
  handle waiter;
  bool await_ready() { return false; }
  int await_resume() { return result; }
  void log();
};

struct thread_pool {
  std::vector<std::thread> threads;
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<handle> ready;
  void schedule(handle);
  bool try_schedule(handle);
  int size() const;
};

// --- The plain bug -------------------------------------------------------------------------------------------------

struct plain : awaiter {
  void await_suspend(handle h) {
    std::thread([h] { h.resume(); }).detach(); // note: "the coroutine is given away here"
    queued = true; // warn: await-suspend-touches-published-frame "'queued' is used when 'std::thread' has given the coroutine away; it may have been resumed, and the awaiter gone with it"
  }
};

// --- Spellings -----------------------------------------------------------------------------------------------------

struct through_this : awaiter {
  void await_suspend(handle h) {
    waiter = h;
    std::thread([this] { waiter.resume(); }).detach();
    this->count++; // warn: await-suspend-touches-published-frame "'count'"
  }
};
void trace(const awaiter &);
template <class F> struct at_end {
  F run;
  ~at_end() { run(); }
};
struct shown : awaiter {
  void await_suspend(handle h) {
    std::thread([h] { h.resume(); }).detach();
    trace(*this); // warn: await-suspend-touches-published-frame "'*this'"
  }
};
struct local_closure : awaiter {
  void await_suspend(handle h) {
    auto mark = [this] { queued = true; };
    std::thread([h] { h.resume(); }).detach();
    mark(); // warn: await-suspend-touches-published-frame "'mark()'"
  }
};
struct by_guard : awaiter {
  void await_suspend(handle h) {
    at_end mark{[this] { queued = true; }}; // warn: await-suspend-touches-published-frame "'mark'"
    std::thread([h] { h.resume(); }).detach();
  }
};
struct at_end_of {
  awaiter *of;
  ~at_end_of() { of->count--; }
};
struct by_own_guard : awaiter {
  void await_suspend(handle h) {
    at_end_of leaves{this}; // warn: await-suspend-touches-published-frame "'leaves'"
    std::thread([h] { h.resume(); }).detach();
  }
};
struct shown_before : awaiter {
  void await_suspend(handle h) {
    trace(*this);
    at_end mark{[h] { (void)h.address(); }};
    std::thread([h] { h.resume(); }).detach();
  }
};
struct kept_thread : awaiter {
  std::thread worker;
  void await_suspend(handle h) {
    worker = std::thread([h] { h.resume(); }); // warn: await-suspend-touches-published-frame "'worker'"
  }
};
struct kept_future : awaiter {
  std::future<void> work;
  void await_suspend(handle h) {
    work = std::async(std::launch::async, [h] { h.resume(); }); // warn: await-suspend-touches-published-frame "'work'"
  }
};
struct calls_member : awaiter {
  void await_suspend(handle h) {
    std::jthread([h] { h.resume(); }).detach();
    log(); // warn: await-suspend-touches-published-frame "'log()'"
  }
};
struct of_promise : awaiter {
  void await_suspend(std::coroutine_handle<promise_base> h) {
    std::thread([h] { h.resume(); }).detach();
    h.promise().state = 1; // warn: await-suspend-touches-published-frame "'h.promise()'"
  }
};
struct promise_reference : awaiter {
  void await_suspend(std::coroutine_handle<promise_base> h) {
    promise_base &promise = h.promise();
    std::thread([h] { h.resume(); }).detach();
    promise.state = 1; // warn: await-suspend-touches-published-frame "'promise'"
  }
};
template <class Promise> struct of_template : awaiter {
  void await_suspend(std::coroutine_handle<Promise> h) {
    std::thread(std::bind([](auto coroutine) { coroutine.resume(); }, h)).detach();
    result = 1; // warn: await-suspend-touches-published-frame "'result'"
  }
};
template struct of_template<promise_base>;
template struct of_template<void>;

struct template_member : awaiter {
  template <class Promise> void await_suspend(std::coroutine_handle<Promise> h) {
    std::thread([h] { h.resume(); }).detach();
    result = 1; // warn: await-suspend-touches-published-frame "'result'"
  }
};
void instantiates(template_member t, std::coroutine_handle<promise_base> h) { t.await_suspend(h); }

struct pool_of_threads : awaiter {
  thread_pool &pool;
  void await_suspend(handle h) {
    pool.schedule(h);
    count = pool.size(); // warn: await-suspend-touches-published-frame "'pool' is used when 'background::thread_pool::schedule'"
  }
};
struct reference_behind_unlock : awaiter {
  thread_pool &pool;
  void await_suspend(handle h) {
    {
      std::lock_guard lock(pool.mutex);
      pool.ready.push_back(h);
    }
    pool.changed.notify_one(); // warn: await-suspend-touches-published-frame "'pool' is used when 'std::deque::push_back'"
  }
};
struct unlocked_by_hand : awaiter {
  thread_pool *pool;
  void await_suspend(handle h) {
    std::unique_lock lock(pool->mutex);
    pool->ready.push_back(h);
    count++; // still locked
    lock.unlock();
    count++; // warn: await-suspend-touches-published-frame "'count'"
  }
};

struct shared_state {
  std::mutex mutex;
  bool done = false;
  handle waiter;
  std::atomic<void *> slot;
};
struct in_shared_state : awaiter {
  std::shared_ptr<shared_state> state;
  bool await_suspend(handle h) {
    {
      std::lock_guard lock(state->mutex);
      if (state->done) return false;
      state->waiter = h;
    }
    log(); // warn: await-suspend-touches-published-frame "'log()' is used when 'state->waiter'"
    return true;
  }
};
struct exchanged : awaiter {
  shared_state *state;
  void await_suspend(handle h) {
    state->slot.store(h.address());
    count = 1; // warn: await-suspend-touches-published-frame "'count'"
  }
};

struct event {
  std::atomic<void *> head;
  int waiting = 0;
};
struct list_node : awaiter {
  event &of;
  list_node *next = nullptr;
  bool await_suspend(handle h) {
    waiter = h;
    void *old = of.head.load();
    do {
      next = static_cast<list_node *>(old); // before it is in the list
    } while (!of.head.compare_exchange_weak(old, this));
    of.waiting++; // warn: await-suspend-touches-published-frame "'of' is used when"
    return true;
  }
};
struct linked_late : awaiter {
  event &of;
  list_node *next = nullptr;
  void await_suspend(handle h) {
    waiter = h;
    next = static_cast<list_node *>(of.head.exchange(this)); // warn: await-suspend-touches-published-frame "'next'"
  }
};

struct visible_pool { // no threads to be seen, but a lock
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::function<void()>> work;
  void submit(std::function<void()> job) {
    {
      std::lock_guard lock(mutex);
      work.push_back(std::move(job));
    }
    changed.notify_one();
  }
  template <class F> void enqueue(F &&f) { submit(std::forward<F>(f)); }
};
struct through_body : awaiter {
  visible_pool &pool;
  void await_suspend(handle h) {
    pool.submit([h] { h.resume(); });
    queued = true; // warn: await-suspend-touches-published-frame "'queued' is used when 'background::visible_pool::submit'"
  }
};
struct through_two_bodies : awaiter {
  visible_pool &pool;
  void await_suspend(handle h) {
    pool.enqueue([h] { h.resume(); });
    queued = true; // warn: await-suspend-touches-published-frame "'queued' is used when 'background::visible_pool::enqueue'"
  }
};
struct in_own_member : awaiter {
  void start() {
    std::thread([this] { waiter.resume(); }).detach();
    queued = true; // warn: await-suspend-touches-published-frame "'queued'"
  }
  void await_suspend(handle h) {
    waiter = h;
    start();
  }
};
struct behind_own_member : awaiter {
  void start() { std::thread([this] { waiter.resume(); }).detach(); }
  void await_suspend(handle h) {
    waiter = h;
    start();
    queued = true; // warn: await-suspend-touches-published-frame "'queued' is used when 'background::behind_own_member::start'"
  }
};
struct own_mutex : awaiter {
  std::mutex mutex;
  void await_suspend(handle h) {
    std::lock_guard lock(mutex); // warn: await-suspend-touches-published-frame "'mutex'"
    std::thread([h] { h.resume(); }).detach();
  }
};
struct resumed_at_once : awaiter {
  void await_suspend(std::coroutine_handle<promise_base> h) {
    h.resume(); // warn: resume-in-await-suspend "'h'"
    count = 1; // warn: await-suspend-touches-published-frame "'count'"
  }
};
struct child_resumes : awaiter {
  std::coroutine_handle<promise_base> child;
  void await_suspend(handle h) {
    child.promise().continuation = h;
    child.resume();
    count = 1; // warn: await-suspend-touches-published-frame "'count' is used when 'resume'"
  }
};
struct answer_is_yes : awaiter {
  thread_pool &pool;
  bool await_suspend(handle h) {
    if (pool.try_schedule(h)) {
      queued = true; // warn: await-suspend-touches-published-frame "'queued'"
      return true;
    }
    queued = false;
    return false;
  }
};
struct answer_kept : awaiter {
  thread_pool &pool;
  bool await_suspend(handle h) {
    queued = pool.try_schedule(h); // warn: await-suspend-touches-published-frame "'queued'"
    return queued;
  }
};

// --- Resumed twice -------------------------------------------------------------------------------------------------

struct goes_on : awaiter {
  bool await_suspend(handle h) {
    std::thread([h] { h.resume(); }).detach(); // note: "the coroutine is given away here"
    return false; // warn: await-suspend-touches-published-frame "await_suspend returns 'false' when 'std::thread' has given the coroutine away; it is resumed twice"
  }
};
struct gives_itself : awaiter {
  thread_pool &pool;
  handle await_suspend(handle h) {
    pool.schedule(h);
    return h; // warn: await-suspend-touches-published-frame "await_suspend returns 'h'"
  }
};
struct under_lock : awaiter {
  std::shared_ptr<shared_state> state;
  bool await_suspend(handle h) {
    std::lock_guard lock(state->mutex);
    state->waiter = h;
    return false; // warn: await-suspend-touches-published-frame "returns 'false'"
  }
};
struct answers_by_member : awaiter {
  bool await_suspend(handle h) { return start(h); }
  bool start(handle h) {
    std::thread([h] { h.resume(); }).detach();
    return false; // warn: await-suspend-touches-published-frame "await_suspend returns 'false'"
  }
};
struct answers_later : awaiter {
  bool await_suspend(handle h) {
    bool suspends = start(h);
    return suspends;
  }
  bool start(handle h) {
    std::thread([h] { h.resume(); }).detach();
    return false; // warn: await-suspend-touches-published-frame "await_suspend returns 'false'"
  }
};

// --- The destructor waits ------------------------------------------------------------------------------------------

struct destructor_waits : awaiter {
  std::thread thread;
  std::mutex mutex;
  void start() {
    std::lock_guard lock(mutex);
    thread = std::thread([this] { waiter.resume(); });
    count = 1;
  }
  void await_suspend(handle h) {
    waiter = h;
    start();
  }
  ~destructor_waits() {
    std::lock_guard lock(mutex);
    if (thread.joinable()) thread.join();
  }
};
struct destructor_waits_by_hand : awaiter {
  std::thread thread;
  std::mutex mutex;
  void await_suspend(handle h) {
    std::unique_lock lock(mutex);
    thread = std::thread([h] { h.resume(); });
  }
  ~destructor_waits_by_hand() {
    { mutex.lock(); }
    mutex.unlock();
    thread.detach();
  }
};
struct behind_that_lock : awaiter {
  std::thread thread;
  std::mutex mutex;
  void await_suspend(handle h) {
    {
      std::lock_guard lock(mutex);
      thread = std::thread([h] { h.resume(); });
    }
    count = 1; // warn: await-suspend-touches-published-frame "'count'"
  }
  ~behind_that_lock() {
    std::lock_guard lock(mutex);
    thread.detach();
  }
};
struct destructor_locks_late : awaiter {
  std::thread thread;
  std::mutex mutex;
  void await_suspend(handle h) {
    std::lock_guard lock(mutex);
    thread = std::thread([h] { h.resume(); }); // warn: await-suspend-touches-published-frame "'thread'"
  }
  ~destructor_locks_late() {
    thread.detach();
    std::lock_guard lock(mutex);
  }
};
struct destructor_locks_another : awaiter {
  std::thread thread;
  std::mutex mutex, other;
  void await_suspend(handle h) {
    std::lock_guard lock(mutex);
    thread = std::thread([h] { h.resume(); }); // warn: await-suspend-touches-published-frame "'thread'"
  }
  ~destructor_locks_another() {
    std::lock_guard lock(other);
    thread.detach();
  }
};

struct spinning {
  void spin();
};
struct spin_guard { // of a kind that nobody knows
  explicit spin_guard(spinning &);
  ~spin_guard();
};
struct destructor_waits_with_own_guard : awaiter {
  std::thread thread;
  spinning gate;
  void start() {
    spin_guard guard{gate};
    thread = std::thread([this] { waiter.resume(); });
  }
  void await_suspend(handle h) {
    waiter = h;
    start();
  }
  ~destructor_waits_with_own_guard() {
    spin_guard guard{gate};
    thread.detach();
  }
};
struct destructor_does_without : awaiter {
  std::thread thread;
  spinning gate;
  void await_suspend(handle h) {
    spin_guard guard{gate};
    thread = std::thread([h] { h.resume(); }); // warn: await-suspend-touches-published-frame "'thread'"
  }
  ~destructor_does_without() { thread.detach(); }
};

// --- A queue that has just been made -----------------------------------------------------------------------------------

struct made_here : awaiter {
  struct source {
    std::atomic<made_here *> chain{nullptr};
  };
  std::function<void(source &)> giveOut;
  source &given;
  void subscribe(std::atomic<made_here *> &chain) {
    made_here *next = chain.load();
    while (!chain.compare_exchange_weak(next, this)) {}
  }
  void await_suspend(handle h) {
    waiter = h;
    source own;
    subscribe(own.chain);
    giveOut(own);
  }
};
struct made_elsewhere : made_here {
  void await_suspend(handle h) {
    waiter = h;
    subscribe(given.chain);
    count = 1; // warn: await-suspend-touches-published-frame "'count'"
  }
};

// --- Silent --------------------------------------------------------------------------------------------------------

struct cancels : awaiter { // what the member returns is not what await_suspend returns
  thread_pool &pool;
  void await_suspend(handle h) {
    waiter = h;
    if (queued) this->cancel();
  }
  bool cancel() {
    pool.schedule(waiter);
    return false;
  }
};
struct asks_member : awaiter {
  thread_pool &pool;
  bool await_suspend(handle h) {
    if (start(h)) return true;
    return true;
  }
  bool start(handle h) {
    pool.schedule(h);
    return false;
  }
};

struct last : awaiter {
  void await_suspend(handle h) {
    queued = true;
    std::thread([h] { h.resume(); }).detach();
  }
};
struct copied_before : awaiter {
  thread_pool &pool;
  void await_suspend(handle h) {
    thread_pool &target = pool;
    int before = count;
    target.schedule(h);
    target.changed.notify_one();
    before++;
  }
};
struct whole_body_locked : awaiter {
  std::shared_ptr<shared_state> state;
  bool await_suspend(handle h) {
    std::lock_guard lock(state->mutex);
    if (state->done) return false;
    state->waiter = h;
    queued = true;
    return true;
  }
};
struct single_threaded { // an event of one loop
  std::vector<handle> waiters;
  int waiting = 0;
};
struct on_one_thread : awaiter {
  single_threaded &of;
  void await_suspend(handle h) {
    of.waiters.push_back(h);
    of.waiting++;
    count = of.waiting;
  }
};
struct refused : awaiter {
  thread_pool &pool;
  bool await_suspend(handle h) {
    if (!pool.try_schedule(h)) {
      result = -1;
      return false;
    }
    return true;
  }
};
struct refused_by_variable : awaiter {
  thread_pool &pool;
  bool await_suspend(handle h) {
    bool taken = pool.try_schedule(h);
    if (!taken) result = -1;
    return taken;
  }
};
struct thrown : awaiter {
  bool await_suspend(handle h) {
    try {
      std::thread([h] { h.resume(); }).detach();
    } catch (const std::exception &) {
      result = -1;
      return false;
    }
    return true;
  }
};
struct other_thread_waits : awaiter {
  std::shared_ptr<shared_state> state;
  void await_suspend(handle h) {
    std::lock_guard lock(state->mutex);
    std::thread([h, s = state, this] {
      { std::lock_guard lock(state->mutex); }
      h.resume();
    }).detach();
    queued = true;
  }
};
struct no_coroutine_given : awaiter {
  void await_suspend(handle h) {
    waiter = h;
    std::thread([] { /* something else */ }).detach();
    queued = true;
  }
};
struct rendezvous : awaiter {
  shared_state *state;
  bool await_suspend(handle h) {
    void *old = state->slot.exchange(h.address());
    if (old) { // it was done already, and nobody else resumes
      result = 1;
      return false;
    }
    return true;
  }
};
struct taken_back : awaiter {
  shared_state *state;
  bool await_suspend(handle h) {
    shared_state *local = state;
    local->slot.store(h.address());
    if (local->done && local->slot.exchange(nullptr)) return false;
    return true;
  }
};
struct pushes_until_free : awaiter {
  thread_pool &pool;
  void await_suspend(handle h) {
    while (!pool.try_schedule(h)) count++;
  }
};
struct kept_alive : awaiter, std::enable_shared_from_this<kept_alive> {
  void await_suspend(handle h) {
    auto self = shared_from_this();
    std::thread([h] { h.resume(); }).detach();
    self->queued = true;
    count = 1;
  }
};
struct lambda_uses : awaiter { // the lambda runs before it resumes
  void await_suspend(handle h) {
    std::thread([this, h] {
      result = 1;
      h.resume();
    }).detach();
  }
};
struct own_atomic : awaiter { // who knows of this one?
  std::atomic<void *> slot;
  void await_suspend(handle h) {
    slot.store(h.address());
    count = 1;
  }
};
struct either_or : awaiter {
  bool await_suspend(handle h) {
    if (count == 0) {
      std::thread([h] { h.resume(); }).detach();
      return true;
    }
    result = 1;
    return false;
  }
};
struct meets_by_flag : awaiter { // cppcoro's sequence_barrier: who comes second resumes
  event &of;
  std::atomic<bool> ready;
  bool await_suspend(handle h) {
    waiter = h;
    of.head.store(this);
    return !ready.exchange(true);
  }
};
struct meets_by_count : awaiter { // cppcoro's async_auto_reset_event
  event &of;
  std::atomic<int> owners{2};
  bool await_suspend(handle h) {
    waiter = h;
    of.head.store(this);
    of.waiting++;
    return owners.fetch_sub(1) != 1;
  }
};
struct just_a_handle : awaiter {
  thread_pool &pool;
  bool await_suspend(handle h) {
    pool.schedule(h);
    void *address = h.address();
    return address != nullptr;
  }
};
struct no_awaiter {
  int count = 0;
  void send(handle h) {
    std::thread([h] { h.resume(); }).detach(); // NOLINT
    count = 1;
  }
};
struct takes_address : awaiter {
  int *where = nullptr;
  void await_suspend(handle h) {
    int *place = &count;
    std::thread([h] { h.resume(); }).detach();
    place = &result;
    (void)place;
  }
};

// --- Imperfections -------------------------------------------------------------------------------------------------

struct registry {
  void on_done(std::function<void()>);
};
struct callback : awaiter {
  registry &source;
  void await_suspend(handle h) {
    source.on_done([h] { h.resume(); });
    queued = true; // missed alarm: await-suspend-touches-published-frame
  }
};

} // namespace background

// --- Agreements of real libraries ------------------------------------------------------------------------------------

/// Whoever completes at once sets the flag, and then does not resume.
enum class immediately { no, initiating, yes };
struct completion {
  std::coroutine_handle<> waiter;
  int *result;
  immediately *flag;
};
struct flagged {
  int result = 0;
  immediately flag = immediately::no;
  bool await_ready();
  bool await_suspend(std::coroutine_handle<> handle) {
    flag = immediately::initiating;
    std::thread([done = completion{handle, &result, &flag}] { done.waiter.resume(); }).detach();
    return flag != immediately::yes;
  }
  int await_resume();
};
struct unasked {
  int result = 0;
  immediately flag = immediately::no;
  bool await_ready();
  void await_suspend(std::coroutine_handle<> handle) {
    std::thread([done = completion{handle, &result, &flag}] { done.waiter.resume(); }).detach();
    result = 1; // warn: await-suspend-touches-published-frame "'result' is used"
  }
  int await_resume();
};

/// The coroutine holds the lock, and whoever notifies takes it before it resumes.
struct task_mutex {
  void unlock();
};
struct condition {
  struct awaiter {
    condition &of;
    task_mutex &locked;
    awaiter *next = nullptr;
    std::coroutine_handle<> waiter;
    bool await_ready() noexcept;
    void await_suspend(std::coroutine_handle<> handle) noexcept {
      waiter = handle;
      of.head.store(this);
      locked.unlock();
    }
    void await_resume() noexcept;
  };
  std::atomic<awaiter *> head;
};

// --- Windows' thread pool ----------------------------------------------------------------------------------------------

struct _TP_TIMER;
struct _TP_WAIT;
struct _TP_WORK;
extern "C" {
_TP_TIMER *CreateThreadpoolTimer(void (*run)(void *, void *, _TP_TIMER *), void *context, void *environment);
void SetThreadpoolTimer(_TP_TIMER *, long *due, unsigned period, unsigned window);
_TP_WAIT *CreateThreadpoolWait(void (*run)(void *, void *, _TP_WAIT *, unsigned), void *context, void *environment);
void SetThreadpoolWait(_TP_WAIT *, void *object, long *due);
_TP_WORK *CreateThreadpoolWork(void (*run)(void *, void *, _TP_WORK *), void *context, void *environment);
void SubmitThreadpoolWork(_TP_WORK *);
void unknown_set(_TP_TIMER *, long *due);
}
namespace background {

template <class T> struct closing {
  T get() const;
  void attach(T);
};
struct on_timer : awaiter {
  _TP_TIMER *timer = nullptr;
  long due = 0;
  std::atomic<int> state{0};
  static void fire(void *, void *context, _TP_TIMER *) { static_cast<on_timer *>(context)->waiter.resume(); }
};
struct armed_before : on_timer {
  void await_suspend(handle h) {
    waiter = h;
    timer = CreateThreadpoolTimer(fire, this, nullptr);
    count = 1; // made, and not started yet
    SetThreadpoolTimer(timer, &due, 0, 0); // note: "the coroutine is given away here"
    queued = true; // warn: await-suspend-touches-published-frame "'queued' is used when 'SetThreadpoolTimer' has given the coroutine away"
  }
};
struct armed_last : on_timer {
  void await_suspend(handle h) {
    waiter = h;
    timer = CreateThreadpoolTimer(fire, this, nullptr);
    queued = true;
    SetThreadpoolTimer(timer, &due, 0, 0);
  }
};
struct stopped : on_timer { // without a time the timer does not run any more
  void await_suspend(handle h) {
    waiter = h;
    timer = CreateThreadpoolTimer(fire, this, nullptr);
    SetThreadpoolTimer(timer, nullptr, 0, 0);
    queued = true;
  }
};
struct armed_by_lambda : on_timer {
  void await_suspend(handle h) {
    int expected = 0;
    if (!state.compare_exchange_strong(expected, 1)) return;
    waiter = h;
    timer = CreateThreadpoolTimer(
        [](auto, auto context, auto) {
          auto self = reinterpret_cast<armed_by_lambda *>(context);
          self->state = 2;
          self->waiter.resume();
        },
        this, nullptr);
    SetThreadpoolTimer(timer, &due, 0, 0);
    state = 3; // warn: await-suspend-touches-published-frame "'state'"
  }
};
struct armed_in_member : on_timer {
  template <class Promise> void await_suspend(std::coroutine_handle<Promise> h) {
    waiter = h;
    arm();
  }
  void arm() {
    timer = CreateThreadpoolTimer(fire, this, nullptr);
    SetThreadpoolTimer(timer, &due, 0, 0);
    int expected = 0;
    if (!state.compare_exchange_strong(expected, 1)) log(); // warn: await-suspend-touches-published-frame "'state'"
  }
};
void instantiates(armed_in_member a, handle h) { a.await_suspend(h); }
struct armed_in_member_last : on_timer {
  void await_suspend(handle h) {
    waiter = h;
    arm();
  }
  void arm() {
    timer = CreateThreadpoolTimer(fire, this, nullptr);
    int expected = 0;
    if (state.compare_exchange_strong(expected, 1)) SetThreadpoolTimer(timer, &due, 0, 0);
    else log();
  }
};
struct armed_by_owner : on_timer {
  closing<_TP_TIMER *> owned;
  void await_suspend(handle h) {
    waiter = h;
    owned.attach(CreateThreadpoolTimer(fire, this, nullptr));
    queued = true;
    SetThreadpoolTimer(owned.get(), &due, 0, 0);
    queued = false; // warn: await-suspend-touches-published-frame "'queued'"
  }
};
struct waits_for_object : awaiter {
  void *object = nullptr;
  static void fire(void *, void *context, _TP_WAIT *, unsigned) { static_cast<waits_for_object *>(context)->waiter.resume(); }
  void await_suspend(handle h) {
    waiter = h;
    _TP_WAIT *wait = CreateThreadpoolWait(fire, this, nullptr);
    SetThreadpoolWait(wait, object, nullptr);
    queued = true; // warn: await-suspend-touches-published-frame "'queued' is used when 'SetThreadpoolWait'"
  }
};
struct submits_work : awaiter {
  static void run(void *, void *address, _TP_WORK *) { handle::from_address(address).resume(); }
  void await_suspend(handle h) {
    _TP_WORK *work = CreateThreadpoolWork(run, h.address(), nullptr);
    count++;
    SubmitThreadpoolWork(work);
    count++; // warn: await-suspend-touches-published-frame "'count' is used when 'SubmitThreadpoolWork'"
  }
};
struct callback_asks : on_timer { // the timer resumes only when this function has come to an end
  static void run(void *, void *context, _TP_TIMER *) {
    auto *self = static_cast<callback_asks *>(context);
    if (self->state.exchange(1) == 2) self->waiter.resume();
  }
  bool await_suspend(handle h) {
    waiter = h;
    timer = CreateThreadpoolTimer(run, this, nullptr);
    SetThreadpoolTimer(timer, &due, 0, 0);
    queued = true;
    return state.exchange(2) != 1;
  }
};
struct callback_waits : on_timer {
  static void run(void *, void *context, _TP_TIMER *) {
    auto *self = static_cast<callback_waits *>(context);
    self->state.wait(0);
    self->waiter.resume();
  }
  void await_suspend(handle h) {
    waiter = h;
    timer = CreateThreadpoolTimer(run, this, nullptr);
    SetThreadpoolTimer(timer, &due, 0, 0);
    queued = true;
    state.exchange(2);
  }
};
struct other_timer : awaiter { // whose callback knows nothing of this coroutine
  _TP_TIMER *given;
  long *due;
  void await_suspend(handle h) {
    waiter = h;
    SetThreadpoolTimer(given, due, 0, 0);
    queued = true;
  }
};
struct other_timer_with_own_time : awaiter {
  _TP_TIMER *given;
  long due = 0;
  void await_suspend(handle h) {
    waiter = h;
    SetThreadpoolTimer(given, &due, 0, 0);
    queued = true; // false alarm: await-suspend-touches-published-frame
  }
};
struct set_by_unknown : on_timer {
  void await_suspend(handle h) {
    waiter = h;
    timer = CreateThreadpoolTimer(fire, this, nullptr);
    unknown_set(timer, &due);
    queued = true; // missed alarm: await-suspend-touches-published-frame
  }
};

} // namespace background

// --- Owners that are counted -------------------------------------------------------------------------------------------

namespace background {

struct operation {
  void start(std::function<void()> done);
};
struct counted : awaiter {
  std::atomic<int> owners{2};
  operation work;
};
struct told_by_those_left : counted {
  void await_suspend(handle h) {
    waiter = h;
    work.start([this] {
      if (owners.fetch_sub(1, std::memory_order_acq_rel) == 1) waiter.resume();
    });
    if (owners.fetch_sub(1, std::memory_order_acq_rel) == 1) { // note: "the coroutine is given away here"
      waiter.resume(); // warn: resume-in-await-suspend "'waiter'"
      return;
    }
    owners.notify_one(); // warn: await-suspend-touches-published-frame "'owners' is used when 'owners.fetch_sub' has given the coroutine away; it may have been resumed, and the awaiter gone with it"
  }
};
struct left_by_variable : counted {
  bool await_suspend(handle h) {
    waiter = h;
    work.start([this] {
      if (--owners == 0) waiter.resume();
    });
    const int before = owners.fetch_sub(1);
    if (before != 1) {
      queued = true; // warn: await-suspend-touches-published-frame "'queued'"
      return true;
    }
    queued = false;
    return false;
  }
};
struct left_by_prefix : counted {
  void await_suspend(handle h) {
    work.start([this, h] {
      if (--owners == 0) h.resume();
    });
    if (--owners) count = 1; // warn: await-suspend-touches-published-frame "'count' is used when '--owners' has"
    else count = 2;
  }
};
struct left_and_done : counted {
  handle await_suspend(handle h) {
    waiter = h;
    work.start([this] {
      if (owners.fetch_sub(1) == 1) waiter.resume();
    });
    if (owners.fetch_sub(1) == 1) {
      count = 1;
      return h;
    }
    return std::noop_coroutine();
  }
};
struct left_in_return : counted {
  bool await_suspend(handle h) {
    waiter = h;
    work.start([this] {
      if (owners.fetch_sub(1) == 1) waiter.resume();
    });
    count = 1; // the own one is still held
    return owners.fetch_sub(1) != 1;
  }
};
struct last_goes_on : counted {
  bool await_suspend(handle h) {
    waiter = h;
    work.start([this] {
      if (owners.fetch_sub(1) == 1) waiter.resume();
    });
    if (1 != owners.fetch_sub(1)) return true;
    owners.store(2);
    count = 1;
    return false;
  }
};
struct counts_work : counted { // nobody else lowers it: no owners
  void await_suspend(handle h) {
    waiter = h;
    work.start([this] { waiter.resume(); });
    if (owners.fetch_sub(1) == 1) return;
    count = 1;
  }
};
struct counts_without_resuming : counted {
  void await_suspend(handle h) {
    waiter = h;
    work.start([this] { owners.fetch_sub(1); });
    if (owners.fetch_sub(1) == 1) return;
    count = 1;
  }
};
struct asks_for_two : counted { // who knows what is left
  void await_suspend(handle h) {
    waiter = h;
    work.start([this] {
      if (owners.fetch_sub(1) == 1) waiter.resume();
    });
    if (owners.fetch_sub(1) == 2) count = 1; // missed alarm: await-suspend-touches-published-frame
  }
};
struct counted_and_flagged : counted {
  std::atomic<bool> flag;
  void await_suspend(handle h) {
    waiter = h;
    work.start([this] {
      while (!flag.load()) {}
      if (owners.fetch_sub(1) == 1) waiter.resume();
    });
    if (owners.fetch_sub(1) == 1) return;
    flag.exchange(true);
  }
};

} // namespace background

// --- The first of several resumes --------------------------------------------------------------------------------------

namespace background {

struct job {
  void start(std::function<void(int)> done);
  void on_done(std::function<void(int)> done);
  void name(int *);
};
struct countdown {
  int left();
};
struct until_any_ends : awaiter {
  std::vector<job> jobs;
  std::shared_ptr<int> shared;
  void await_suspend(handle h) {
    auto own = std::move(jobs);
    auto event = std::make_shared<countdown>();
    shared = std::make_shared<int>(0);
    for (job &each : own) {
      each.name(shared.get()); // warn: await-suspend-touches-published-frame "'shared' is used when 'background::job::start' has given the coroutine away"
      each.start([this, h, event](int number) {
        if (event->left() != 1) return;
        result = number;
        h.resume();
      });
    }
  }
};
struct RaceAwaiter : awaiter {
  std::vector<job> jobs;
  std::shared_ptr<countdown> event;
  void await_suspend(handle h) {
    for (size_t i = 0; i < jobs.size(); ++i) // warn: await-suspend-touches-published-frame "'jobs'"
      jobs[i].start([h, e = event](int) {
        if (e->left() == 1) h.resume();
      });
  }
};
struct any_with_own_copies : awaiter {
  std::vector<job> jobs;
  std::shared_ptr<int> shared;
  void await_suspend(handle h) {
    auto own = std::move(jobs);
    auto event = std::make_shared<countdown>();
    auto kept = shared;
    for (job &each : own) {
      each.name(kept.get());
      each.start([this, h, event](int number) {
        if (event->left() != 1) return;
        result = number;
        h.resume();
      });
    }
  }
};
struct until_all_end : awaiter { // nobody resumes before the last has started
  std::vector<job> jobs;
  std::shared_ptr<countdown> event;
  void await_suspend(handle h) {
    for (job &each : jobs)
      each.start([h, e = event](int) {
        if (e->left() == 0) h.resume();
      });
  }
};
struct any_that_registers : awaiter { // to be called by the loop, later
  std::vector<job> jobs;
  std::shared_ptr<countdown> event;
  void await_suspend(handle h) {
    for (job &each : jobs)
      each.on_done([h, e = event](int) {
        if (e->left() == 1) h.resume();
      });
  }
};
struct any_of_own_jobs : awaiter {
  std::vector<job> jobs;
  std::shared_ptr<countdown> event;
  void await_suspend(handle h) {
    for (job &each : jobs)
      each.start([h, e = event](int) { // warn: await-suspend-touches-published-frame "'event'"
        if (e->left() == 1) h.resume();
      });
  }
};
struct any_single : awaiter {
  job only;
  void await_suspend(handle h) {
    only.start([h](int) { h.resume(); });
    queued = true; // missed alarm: await-suspend-touches-published-frame
  }
};
struct any_that_resumes_nothing : awaiter {
  std::vector<job> jobs;
  void await_suspend(handle h) {
    for (job &each : jobs) each.start([h](int) { (void)h.address(); });
    std::thread([h] { h.resume(); }).detach();
  }
};

} // namespace background
