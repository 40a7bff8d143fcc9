// for: std asio
// An awaiter whose coroutine goes on on another thread than the loop's.
#include <coroguard/annotations.h>
#include <deque>
#include <functional>
#include <future>
#include <lib.h>
#include <mutex>
#include <queue>
#include <thread>
#include <vector>

using handle = std::coroutine_handle<>;
int compute();

// --- The plain bug -------------------------------------------------------------------------------------------------

struct file_size {
  int result = 0;
  bool await_ready() { return false; }
  void await_suspend(handle waiter) {
    std::thread([this, waiter] { // note: "'std::thread' runs 'lambda in file_size::await_suspend' on another thread"
      result = compute();
      waiter.resume(); // warn: foreign-thread-resume "'waiter' is resumed on a thread that does not run the event loop; the coroutine goes on there"
    }).detach();
  }
  int await_resume() { return result; }
};

// --- Spellings -----------------------------------------------------------------------------------------------------

struct awaiter {
  int result = 0;
  handle stored;
  bool await_ready() { return false; }
  int await_resume() { return result; }
};

struct called : awaiter {
  void await_suspend(handle h) {
    std::thread([h] { h(); }).detach(); // warn: foreign-thread-resume "'h' is resumed"
  }
};
struct jthread_ : awaiter {
  void await_suspend(handle h) {
    std::jthread([=] { h.resume(); }).detach(); // warn: foreign-thread-resume "'h' is resumed"
  }
};
struct moved : awaiter {
  void await_suspend(handle h) {
    auto f = std::async(std::launch::async, [w = h, this]() mutable {
      result = 1;
      w.resume(); // warn: foreign-thread-resume "'w' is resumed"
    });
  }
};
template <class Promise> struct typed : awaiter {
  bool await_suspend(std::coroutine_handle<Promise> h) {
    std::thread([h] { h.resume(); }).detach(); // warn: foreign-thread-resume "'h' is resumed"
    return true;
  }
};
struct any_promise : awaiter {
  template <class Promise> void await_suspend(std::coroutine_handle<Promise> h) {
    std::thread([h] { h.resume(); }).detach(); // warn: foreign-thread-resume "'h' is resumed"
  }
};
task<> instances() { co_await any_promise(); }
template struct typed<void>;
template struct typed<int>;
struct member : awaiter {
  void await_suspend(handle h) {
    stored = h;
    std::thread([this] { stored.resume(); }).detach(); // warn: foreign-thread-resume "'stored' is resumed"
  }
};
struct method : awaiter {
  void work() {
    result = compute();
    stored.resume(); // warn: foreign-thread-resume "'stored' is resumed"
  }
  void await_suspend(handle h) {
    stored = h;
    std::thread(&method::work, this).detach();
  }
};
struct helper : awaiter {
  void finish(int value) {
    result = value;
    stored(); // warn: foreign-thread-resume "'stored' is resumed"
  }
  void await_suspend(handle h) {
    stored = h;
    std::thread([this] { finish(compute()); }).detach(); // note: "calls 'helper::finish'"
  }
};
void complete(handle h) {
  h.resume(); // warn: foreign-thread-resume "'h' is resumed"
}
struct free_helper : awaiter {
  void await_suspend(handle h) {
    std::thread([h] { complete(h); }).detach();
  }
};
struct by_argument : awaiter {
  static void work(handle h) {
    h.resume(); // warn: foreign-thread-resume "'h' is resumed"
  }
  void await_suspend(handle h) { std::thread(work, h).detach(); }
};
struct by_address : awaiter {
  static void work(void *address) {
    handle::from_address(address).resume(); // warn: foreign-thread-resume "resume' is resumed"
  }
  void await_suspend(handle h) { std::thread(work, h.address()).detach(); }
};
struct by_context : awaiter {
  static void *work(void *context) {
    auto *self = static_cast<by_context *>(context);
    self->stored.resume(); // warn: foreign-thread-resume "'stored' is resumed"
    return nullptr;
  }
  void await_suspend(handle h) {
    stored = h;
    pthread_t id;
    pthread_create(&id, nullptr, &by_context::work, this);
  }
};
struct on_task_of_pool : awaiter { // its name says that it is meant
  pool &workers;
  void await_suspend(handle h) {
    post(workers, [h] { h.resume(); });
  }
};
struct hash : awaiter {
  pool &workers;
  void await_suspend(handle h) {
    post(workers, [this, h] {
      result = compute();
      h.resume(); // warn: foreign-thread-resume "'h' is resumed"
    });
  }
};
struct through_arm : awaiter {
  void arm(handle h) {
    std::thread([h] { h.resume(); }).detach(); // warn: foreign-thread-resume "'h' is resumed"
  }
  void await_suspend(handle h) { arm(h); }
};

// --- Silent: handed to the loop --------------------------------------------------------------------------------------

struct posted : awaiter {
  loop &l;
  void await_suspend(handle h) {
    std::thread([this, h] {
      result = compute();
      post(l, [h] { h.resume(); });
    }).detach();
  }
};
struct posted_handle : awaiter {
  loop &l;
  void await_suspend(handle h) {
    stored = h;
    std::thread([this] { post(l, [this] { stored.resume(); }); }).detach();
  }
};
struct posted_handle_itself : awaiter {
  loop &l;
  void await_suspend(handle h) {
    std::thread([this, h] { post(l, h); }).detach();
  }
};
struct on_loop : awaiter {
  timer &t;
  void await_suspend(handle h) {
    t.async_wait([h](auto...) { h.resume(); });
  }
};

// Silent: going on elsewhere is what it is for.
struct resume_on_new_thread : awaiter {
  void await_suspend(handle h) { std::thread([h] { h.resume(); }).detach(); }
};
struct schedule_awaiter : awaiter {
  pool &workers;
  void await_suspend(handle h) { post(workers, [h] { h.resume(); }); }
};
auto switchToThread() {
  struct hidden : awaiter {
    void await_suspend(handle h) { std::thread([h] { h.resume(); }).detach(); }
  };
  return hidden{};
}
struct COROGUARD_OFFLOAD elsewhere : awaiter {
  void await_suspend(handle h) { std::thread([h] { h.resume(); }).detach(); }
};
struct annotated : awaiter {
  COROGUARD_OFFLOAD void await_suspend(handle h) { std::thread([h] { h.resume(); }).detach(); }
};

// Silent: schedulers take handles from queues.
struct operation : awaiter {
  operation *next = nullptr;
};
class engine {
  std::vector<std::thread> threads;
  std::deque<handle> ready;
  std::queue<operation *> operations;
  std::mutex mutex;
  operation *head = nullptr;
  operation *pop();
  static void run_one(handle h) { h.resume(); }
  void execute(operation *o) { o->stored.resume(); }

public:
  void work() {
    for (;;) {
      handle next = ready.front();
      ready.pop_front();
      next.resume();
      ready.front().resume();
      run_one(next);
      operation *o = pop();
      o->stored.resume();
      execute(o);
      operations.front()->stored.resume();
      for (handle &each : ready) each.resume();
      for (operation *at = head; at; at = at->next) at->stored.resume();
    }
  }
  void start() {
    std::thread([this] { work(); }).detach();
    std::thread(&engine::work, this).detach();
  }
};

// Silent: a coroutine that is meant to run on a thread of its own.
struct owner {
  struct promise_type {
    owner get_return_object();
    std::suspend_always initial_suspend();
    std::suspend_always final_suspend() noexcept;
    void unhandled_exception();
    void return_void();
  };
  std::coroutine_handle<promise_type> frame;
};
void drive(owner o) {
  std::thread([o] { o.frame.resume(); }).join();
  auto frame = o.frame;
  std::thread([frame] { frame.resume(); }).join();
}

// Silent: no other thread.
struct same_thread : awaiter {
  void await_suspend(handle h) {
    auto here = [h] { h.resume(); };
    here();
  }
};
struct stored_only : awaiter {
  std::vector<handle> &waiters;
  void await_suspend(handle h) {
    std::thread([this, h] { waiters.push_back(h); }).detach();
  }
};

// --- Imperfections -----------------------------------------------------------------------------------------------------

// A completion that is not a handle.
struct through_function : awaiter {
  void await_suspend(handle h) {
    std::function<void()> done = [h] { h.resume(); }; // warn: foreign-thread-resume "resume"
    std::thread([done] { done(); }).detach();
  }
};
