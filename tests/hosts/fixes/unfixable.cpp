#include "value_task.h"

task save(int);
value_task<bool> may_write();
void change();
#define SAVE(i) save(i)
#define RETURN_UNLESS(x) \
  if (!(x)) co_return

void plain_function() {
  save(1); // found
  auto lambda = [] { save(2); }; // found
  lambda();
}

task lambda_in_coroutine() {
  auto plain = [] { save(1); }; // found
  plain();
  co_return;
}

task macros() {
  SAVE(1); // found
  RETURN_UNLESS(may_write()); // found
  co_return;
}

task handlers() {
  try {
    change();
  } catch (...) {
    save(1); // found
  }
  co_return;
}

template <class T> task generic(T f) {
  f(1);
  save(1); // found
  co_return;
}
task instantiate() { co_await generic([](int) {}); }

// Its promise takes no other awaits than those of its own kind.
struct picky {
  struct promise_type {
    picky get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    std::suspend_never await_transform(std::suspend_never other) { return other; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};
picky choosy() {
  save(1); // found
  co_await std::suspend_never();
}

task no_result(bool urgent) {
  urgent ? (void)save(1) : change(); // found
  co_return;
}

task explicit_type() {
  task saving = save(1); // found
  co_return;
}

task compared() {
  static task once = save(1);
  co_return;
}
