// await_suspend resumes what it should return.
#include <coroutine>
#include <functional>
#include <utility>
#include <vector>

using handle = std::coroutine_handle<>;
struct promise_base {
  handle continuation;
  std::vector<handle> waiters;
};
using typed = std::coroutine_handle<promise_base>;

struct awaiter {
  handle next;
  typed child;
  bool failed = false;
  bool await_ready() { return false; }
  void await_resume() {}
};

// --- The plain bug -------------------------------------------------------------------------------------------------

struct starts_child : awaiter {
  void await_suspend(handle h) {
    child.promise().continuation = h;
    child.resume(); // warn: resume-in-await-suspend "'child' is resumed inside await_suspend instead of being returned; every await adds to the stack"
  }
};

// --- Spellings -----------------------------------------------------------------------------------------------------

struct itself : awaiter {
  void await_suspend(handle h) { // note: "it is the coroutine that awaits"
    h.resume(); // warn: resume-in-await-suspend "'h' is resumed inside await_suspend instead of 'return false'; every await adds to the stack"
  }
};
struct exchanged : awaiter {
  void await_suspend(handle h) { std::exchange(next, h).resume(); } // warn: resume-in-await-suspend "is resumed inside await_suspend"
};
struct of_promise : awaiter {
  promise_base *promise;
  void await_suspend(handle h) {
    promise->continuation = h;
    typed::from_promise(*promise).resume(); // warn: resume-in-await-suspend "is resumed inside await_suspend"
  }
};
struct itself_called : awaiter {
  void await_suspend(handle h) { h(); } // warn: resume-in-await-suspend "'h'"
};
struct itself_on_failure : awaiter {
  void await_suspend(handle h) {
    if (failed) h.resume(); // warn: resume-in-await-suspend "'h'"
    else next = h;
  }
};
struct copy_of_itself : awaiter {
  void await_suspend(typed h) {
    handle same = h;
    next = h;
    same.resume(); // warn: resume-in-await-suspend "'same'"
  }
};
struct kept_itself : awaiter {
  void await_suspend(handle h) {
    next = h;
    next.resume(); // warn: resume-in-await-suspend "'next'"
  }
};
struct final_awaiter : awaiter {
  void await_suspend(typed h) noexcept {
    h.promise().continuation.resume(); // warn: resume-in-await-suspend "'h.promise().continuation'"
  }
};
struct final_if : awaiter {
  void await_suspend(typed h) noexcept {
    if (auto continuation = h.promise().continuation) continuation.resume(); // warn: resume-in-await-suspend "'continuation'"
  }
};
struct final_else : awaiter {
  void await_suspend(typed h) noexcept {
    if (!h.promise().continuation) {
      failed = true;
    } else {
      h.promise().continuation(); // warn: resume-in-await-suspend "'h.promise().continuation'"
    }
  }
};
struct stays : awaiter {
  bool await_suspend(handle h) {
    child.promise().continuation = h;
    child.resume(); // warn: resume-in-await-suspend "'child'"
    return true;
  }
};
template <class Promise> struct of_template : awaiter {
  void await_suspend(std::coroutine_handle<Promise> h) {
    this->next = h;
    this->child.resume(); // warn: resume-in-await-suspend "'this->child'"
    return;
  }
};
template struct of_template<promise_base>;
template struct of_template<void>;
struct destroys_first : awaiter {
  void await_suspend(typed h) noexcept {
    handle continuation = h.promise().continuation;
    h.destroy();
    continuation.resume(); // warn: resume-in-await-suspend "'continuation'"
  }
};

// --- Silent --------------------------------------------------------------------------------------------------------

struct returns_it : awaiter {
  handle await_suspend(handle h) {
    child.promise().continuation = h;
    return child;
  }
};
struct goes_on : awaiter {
  bool await_suspend(handle h) {
    next = h;
    return !failed;
  }
};
struct in_lambda : awaiter {
  std::function<void()> callback;
  void await_suspend(handle h) {
    callback = [h] { h.resume(); };
  }
};
struct several : awaiter {
  void await_suspend(typed h) {
    for (handle each : h.promise().waiters) each.resume();
  }
};
struct last_of_several : awaiter { // cppcoro's shared_task
  void await_suspend(typed h) {
    while (h.promise().waiters.size() > 1) h.promise().waiters.back().resume();
    h.promise().waiters.front().resume();
  }
};
struct more_to_do : awaiter {
  void await_suspend(typed h) {
    handle continuation = std::exchange(h.promise().continuation, nullptr);
    continuation.resume();
    h.destroy();
  }
};
struct trampoline : awaiter {
  bool await_suspend(handle h) {
    child.promise().continuation = h;
    child.resume();
    return !child.done();
  }
};
struct driver {
  struct promise_type {
    driver get_return_object();
    std::suspend_always initial_suspend() noexcept;
    std::suspend_always final_suspend() noexcept;
    void return_void();
    void unhandled_exception();
  };
  std::coroutine_handle<promise_type> coroutine;
};
driver drive(handle);
struct detached_start : awaiter {
  void await_suspend(handle h) { drive(h).coroutine.resume(); }
};
struct detached_variable : awaiter {
  void await_suspend(handle h) {
    auto started = drive(h);
    started.coroutine.resume();
  }
};
struct executor {
  void execute(handle);
  void resume(handle);
};
struct on_executor : awaiter {
  executor &target;
  void await_suspend(handle h) { target.execute(h); }
};
struct named_resume : awaiter {
  executor &target;
  void await_suspend(handle h) { target.resume(h); }
};
struct no_suspend {
  handle kept;
  void set() { kept.resume(); }
  void await_resume() { kept.resume(); }
};
struct with_return : awaiter {
  handle await_suspend(handle h) {
    next.resume();
    return h;
  }
};
struct only_destroys : awaiter {
  void await_suspend(typed h) noexcept { h.destroy(); }
};
struct only_asks : awaiter {
  bool await_suspend(handle h) { return !child.done() && h != next; }
};

// --- Imperfections -------------------------------------------------------------------------------------------------

void run(handle h) { h.resume(); }
struct through_function : awaiter {
  void await_suspend(handle h) { run(h); } // missed alarm: resume-in-await-suspend
};
