// flags: -std=c++20 -fno-exceptions
// Where nothing is thrown, nobody calls it; the language asks for it all the same. swallowed-exception-in-promise
#include <coroutine>

struct job {
  struct promise_type {
    job get_return_object();
    std::suspend_never initial_suspend() noexcept;
    std::suspend_never final_suspend() noexcept;
    void return_void();
    void unhandled_exception() {}
  };
};

// Other mistakes do not depend on exceptions.
struct owner { // warn: copyable-handle-owner "'owner'"
  std::coroutine_handle<> handle;
  ~owner() {
    if (handle) handle.destroy();
  }
};
