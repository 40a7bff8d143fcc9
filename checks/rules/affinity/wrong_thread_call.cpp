#include "program/program.h"
#include "rule.h"
#include "rules/wording.h"

namespace coroguard::rules {
namespace {

constexpr RuleInfo info{
    .id = "wrong-thread-call",
    .summary = "an object that belongs to an event loop is used on a thread that does not run the loop",
    .since = "0.1",
    .severity = Severity::Warning,
    .enabledByDefault = true,
    .page = R"md(
## What it finds

A call on a loop-bound object (a timer, a socket, an acceptor, a loop's own non-thread-safe functions) in code that is
proven to run on another thread: the callable of a `std::thread`, `std::jthread` or `std::async`, a task given to a
pool, and everything these call, over all files. The notes say where the thread starts and how it gets to the call.

## Why

Loop objects have no locks; that is what makes them fast. A timer that is cancelled while the loop looks at it corrupts
the timer queue, once a week, far away from the cause.

## Example

```cpp
struct server {
  boost::asio::steady_timer timer;

  void start_watchdog() {
    std::thread([this] { timer.cancel(); }).detach();
  }
};
```

## Instead

```cpp
struct server {
  boost::asio::steady_timer timer;

  void start_watchdog() {
    std::thread([this] { boost::asio::post(timer.get_executor(), [this] { timer.cancel(); }); }).detach();
  }
};
```

## False alarms

An object whose executor is the very pool that the task was given to, without a strand. A thread that runs a loop
itself is not reported, nor are objects that the thread made; but a thread that runs its loop through a `std::function`
or a virtual function is not known to run one. Nor is it known that an `io_context` has no other thread at all.

## Missed alarms

An object reached through a pointer of unknown origin, a call through a function pointer, and whatever a coroutine on a
pool does: it may have been resumed elsewhere.

## See also

`coroguard models` lists the loop-bound types and the members that any thread may call.
)md"};

Diagnostic diagnose(const Program &program, const ForeignUse &use) {
  const Call &call = program.call(use.use);
  Diagnostic diagnostic{.location = program.location(call.place)};
  diagnostic.message = quoted(program, call.name) + " is called on a thread that does not run the event loop; " +
                       std::string(program.text(call.why));
  diagnostic.notes = wayThere(program, use, "runs", "on another thread");
  return diagnostic;
}

void evaluate(const Program &program, const OptionValues &, Sink &sink) {
  for (const ForeignUse &use : program.foreignUses()) sink.report(diagnose(program, use));
}

} // namespace

Rule wrong_thread_call() { return {info, {}, evaluate}; }

} // namespace coroguard::rules
