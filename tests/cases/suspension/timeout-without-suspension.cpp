// A time limit around what never suspends.
// for: runtime
#include <lib.h>

using namespace std::chrono_literals;
using coroguard::coro, coroguard::timeout, coroguard::wait_for;
void compress();
coro<void> elsewhere();
coro<void> waits() { co_await elsewhere(); }
coro<void> computes() { compress(); co_return; }
int add_up();
coro<int> number() { co_return add_up(); }
struct zip {
  coro<void> all() { compress(); co_return; }
  coro<void> blocks() { compress(); co_await coroguard::sleep(0s); }
  virtual coro<void> any() { co_return; }
};

// --- The plain bug -------------------------------------------------------------------------------------------------

coro<void> plain() {
  co_await coroguard::with(timeout(1s), []() -> coro<void> { // warn: timeout-without-suspension "'coroguard::with' limits the time of 'lambda in plain', which never suspends; nothing can end it early"
    compress();
    co_return;
  });
}

// --- Spellings -----------------------------------------------------------------------------------------------------

coro<void> named() {
  auto body = []() -> coro<void> { compress(); co_return; }; // note: "there is no suspension in here"
  co_await coroguard::with(timeout(1s), body); // warn: timeout-without-suspension "'lambda in named'"
}
coro<void> moved() {
  auto body = []() -> coro<void> { compress(); co_return; };
  co_await coroguard::with(timeout(1s), std::move(body)); // warn: timeout-without-suspension "'lambda in moved'"
}
coro<void> with_result() {
  int n = co_await coroguard::with(timeout(1s), []() -> coro<int> { co_return add_up(); }); // warn: timeout-without-suspension "'lambda in with_result'"
  (void)n;
}
coro<void> of_coroutine() { co_await wait_for(computes(), 1s); }    // warn: timeout-without-suspension "'coroguard::wait_for' limits the time of 'computes'"
coro<void> of_number() { (void)co_await wait_for(number(), 1s); }   // warn: timeout-without-suspension "'number'"
coro<void> of_member(zip z) { co_await wait_for(z.all(), 1s); }     // warn: timeout-without-suspension "'zip::all'"
coro<void> of_lambda() { co_await wait_for([]() -> coro<void> { compress(); co_return; }(), 1s); } // warn: timeout-without-suspension "'lambda in of_lambda'"
coro<void> inner_only() {
  co_await coroguard::with(timeout(1s), []() -> coro<void> { // warn: timeout-without-suspension "'lambda in inner_only'"
    auto later = []() -> coro<void> { co_await elsewhere(); };
    (void)later;
    compress();
    co_return;
  });
}

coro<void> of_kept_task() {
  auto task = computes();
  co_await wait_for(std::move(task), 1s); // warn: timeout-without-suspension "'coroguard::wait_for' limits the time of 'computes'"
}

// --- Silent --------------------------------------------------------------------------------------------------------

coro<void> awaits() { co_await coroguard::with(timeout(1s), []() -> coro<void> { co_await elsewhere(); }); }
coro<void> of_awaiting() { co_await wait_for(waits(), 1s); }
coro<void> of_unknown() { co_await wait_for(elsewhere(), 1s); }
coro<void> of_blocks(zip z) { co_await wait_for(z.blocks(), 1s); }
coro<void> of_virtual(zip &z) { co_await wait_for(z.any(), 1s); }
coro<void> of_parameter(coro<void> given) { co_await wait_for(std::move(given), 1s); }
coro<void> stub() { co_await coroguard::with(timeout(1s), []() -> coro<void> { co_return; }); }
coro<void> without_limit() { co_await computes(); }
coro<void> sleeps() { co_await coroguard::with(timeout(1s), []() -> coro<void> { compress(); co_await coroguard::sleep(2s); }); }
coro<void> of_assigned(coro<void> given) {
  auto task = computes();
  task = std::move(given);
  co_await wait_for(std::move(task), 1s);
}

// --- Imperfections ---------------------------------------------------------------------------------------------------

coro<void> never_reached(bool flag) {
  compress();
  if (flag && !flag) co_await elsewhere();
}
coro<void> of_never_reached() { co_await wait_for(never_reached(true), 1s); } // missed alarm: timeout-without-suspension
