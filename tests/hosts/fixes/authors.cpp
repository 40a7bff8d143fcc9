#include <coroutine>
#include <exception>

namespace cppcoro { // as far as its model needs it
class operation_cancelled : public std::exception {};
template <class T = void> struct [[nodiscard]] task {
  struct promise_type {
    task get_return_object();
    std::suspend_always initial_suspend() noexcept;
    std::suspend_always final_suspend() noexcept;
    void return_void();
    void unhandled_exception();
  };
  bool await_ready() const noexcept;
  void await_suspend(std::coroutine_handle<>) noexcept;
  void await_resume();
};
} // namespace cppcoro

cppcoro::task<> step();
void log();

cppcoro::task<> serve() {
  for (;;) {
    try {
      co_await step();
    } catch (...) {
      log(); // found: it spins while it fails with something else
    }
  }
}

struct job {
  struct promise_type {
    job get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
};

struct owner {
  explicit owner(std::coroutine_handle<> handle) : handle(handle) {}
  ~owner() {
    if (handle) handle.destroy();
  }
  std::coroutine_handle<> handle;
};

struct counted { // found: somebody has written the copies
  explicit counted(std::coroutine_handle<> handle) : handle(handle) {}
  counted(const counted &other) : handle(other.handle) {}
  ~counted() { handle.destroy(); }
  std::coroutine_handle<> handle;
};

struct aggregate { // found: a declared constructor would make it none
  ~aggregate() {
    if (handle) handle.destroy();
  }
  std::coroutine_handle<> handle;
};
aggregate make(std::coroutine_handle<> handle) { return {handle}; }

class startsEmpty { // found: a declared constructor would take the other one away
public:
  ~startsEmpty() {
    if (handle) handle.destroy();
  }
  void take(std::coroutine_handle<> taken) { handle = taken; }

private:
  std::coroutine_handle<> handle;
};
startsEmpty empty;
