// for: runtime
// What only the thread of the loop may touch.
#include <lib.h>
#include <thread>

namespace cg = coroguard;

cg::coro<void> step();

// --- Warn -----------------------------------------------------------------------------------------------------------

void from_a_thread(cg::event_loop &loop, cg::future<int> answer, cg::task<void> work) {
  std::thread other([&loop, answer, work] {
    loop.call_soon([] {});   // warn: wrong-thread-call "call_soon'"
    answer.set_result(1);    // warn: wrong-thread-call "set_result'"
    work.cancel();           // warn: wrong-thread-call "cancel'"
    loop.create_task(step()).cancel(); // warn: wrong-thread-call "create_task'"
    loop.stop();             // warn: wrong-thread-call "stop'"
  });
  other.detach();
}

void from_a_pool(cg::thread_pool_executor &pool, cg::future<int> answer) {
  pool.submit([answer] { answer.set_result(1); }); // warn: wrong-thread-call "set_result'"
}

// --- Silent ---------------------------------------------------------------------------------------------------------

void through_the_door(cg::event_loop &loop, cg::future<int> answer) {
  std::thread other([&loop, answer] {
    loop.call_soon_threadsafe([answer] { answer.set_result(1); });
    loop.call_soon_threadsafe([&loop] { loop.stop(); });
    cg::run_coroutine_threadsafe(step(), loop).result();
  });
  other.detach();
}

void with_a_loop_of_its_own() {
  std::thread other([] {
    cg::event_loop loop;
    auto answer = loop.create_future<int>();
    loop.call_soon([answer] { answer.set_result(1); });
    loop.run_until_complete(answer);
  });
  other.join();
}

cg::coro<void> on_the_loop(cg::event_loop &loop, cg::future<int> answer) {
  loop.call_soon([answer] { answer.set_result(1); });
  co_await answer;
}
