// for: runtime
// Coroutines that never start, tasks that nobody awaits; a task group waits for its tasks.
#include <lib.h>

using namespace std::chrono_literals;
namespace cg = coroguard;

cg::coro<void> step();
cg::coro<int> count();
void use(int);

// --- Warn -----------------------------------------------------------------------------------------------------------

cg::coro<void> drops(cg::event_loop &loop) {
  step();                       // warn: unawaited-coroutine "'step()' is never awaited; the coroutine body does not run"
  (void)count();                // warn: unawaited-coroutine "'count()' is cast to void"
  cg::sleep(1s);                // warn: unawaited-coroutine "'coroguard::sleep()'"
  cg::wait_for(count(), 1s);    // warn: unawaited-coroutine "'coroguard::wait_for()'"
  cg::gather(step(), count());  // warn: unawaited-coroutine "'coroguard::gather()'"
  cg::shield(step());           // warn: unawaited-coroutine "'coroguard::shield()'"
  cg::create_task(step());      // warn: dropped-task-handle "'coroguard::create_task()' has started"
  loop.create_task(count());    // warn: dropped-task-handle "'coroguard::event_loop::create_task()' has started"
  co_return;
}

cg::coro<void> forgets_the_scope() {
  cg::with(cg::timeout(1s), []() -> cg::coro<void> { co_await step(); }); // warn: unawaited-coroutine "'coroguard::with()'"
  co_await cg::with(cg::timeout(1s), []() -> cg::coro<void> {
    step(); // warn: unawaited-coroutine "'step()'"
    co_return;
  });
}

cg::coro<int> forgets_one(bool early) {
  auto work = count(); // warn: unawaited-variable "'work'"
  if (early) co_return 0;
  co_return co_await std::move(work);
}

cg::coro<void> twice() {
  auto work = count();
  use(co_await std::move(work));
  use(co_await std::move(work)); // warn: awaited-twice "'work'"
}

void in_a_callback(cg::event_loop &loop) {
  loop.call_soon([] { step(); }); // warn: unawaited-coroutine "'step()'"
}

// --- Silent ---------------------------------------------------------------------------------------------------------

cg::coro<void> awaits(cg::event_loop &loop) {
  co_await step();
  use(co_await count());
  co_await cg::sleep(1s);
  use(co_await cg::wait_for(count(), 1s));
  auto [nothing, counted] = co_await cg::gather(step(), count());
  auto task = cg::create_task(step());
  co_await task;
  co_await task; // a task may be awaited as often as one likes
  auto kept = loop.create_task(count(), {.name = "kept"});
  use(co_await cg::shield(kept));
}

cg::coro<void> in_a_group() {
  co_await cg::with(cg::task_group(), [](cg::task_group &group) -> cg::coro<void> {
    group.create_task(step());
    group.create_task(count());
    co_return;
  });
}

cg::coro<void> several() {
  std::vector<cg::task<int>> tasks;
  for (int i = 0; i < 3; ++i) tasks.push_back(cg::create_task(count()));
  auto [done, pending] = co_await cg::wait(tasks, {.return_when = cg::return_when::first_completed});
  for (auto &late : pending) late.cancel();
  for (cg::coro<int> next : cg::as_completed(done)) use(co_await std::move(next));
}

int begins() {
  cg::event_loop loop;
  loop.run_until_complete(step());
  return cg::run(count());
}
