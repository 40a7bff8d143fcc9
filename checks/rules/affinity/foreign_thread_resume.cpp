#include "language/hop_name.h"
#include "program/program.h"
#include "rule.h"
#include "rules/wording.h"

namespace coroguard::rules {
namespace {

constexpr RuleInfo info{
    .id = "foreign-thread-resume",
    .summary = "a waiting coroutine is resumed on a thread that does not run its event loop",
    .since = "0.1",
    .severity = Severity::Warning,
    .enabledByDefault = true,
    .page = R"md(
## What it finds

A call of `resume()` on the handle that `await_suspend` was given, in code that is proven to run on another thread: the
callable of a `std::thread` or `std::async`, a task of a pool, a callback that a library makes on a thread of its own, and
everything these call, over all files.

## Why

The coroutine goes on where it is resumed. Behind the `co_await` it runs beside the loop: its timers and sockets are used
from two threads at once, and it blocks whatever the foreign thread was for. The bug shows in another function than the
one that has it.

## Example

```cpp
struct file_size {
  std::string path;
  long result = 0;

  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<> waiter) {
    std::thread([this, waiter] {
      result = path.size();
      waiter.resume();
    }).detach();
  }
  long await_resume() { return result; }
};
```

## Instead

```cpp
struct file_size {
  boost::asio::any_io_executor loop;
  std::string path;
  long result = 0;

  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<> waiter) {
    std::thread([this, waiter] {
      result = path.size();
      boost::asio::post(loop, [waiter] { waiter.resume(); });
    }).detach();
  }
  long await_resume() { return result; }
};
```

## False alarms

An awaiter whose purpose is to continue on another thread, but whose name does not say so. A name with words such as
`schedule`, `pool`, `background` or `resume_on` says so; so does `COROGUARD_OFFLOAD` of `<coroguard/annotations.h>` on the
awaiter or its `await_suspend`. A program without any event loop.

## Missed alarms

A handle that goes through a queue, a container or a `std::function`: schedulers do that on purpose. A handle taken from a
task, not from `await_suspend`.

## See also

`wrong-thread-call`, `affinity-lost`
)md"};

bool isHop(const Program &program, const ForeignUse &use) {
  const Function &starter = program.function(use.starter);
  return starter.isHop || program.function(use.use.function).isHop || saysHop(program.text(starter.name));
}

Diagnostic diagnose(const Program &program, const ForeignUse &use) {
  const Call &call = program.call(use.use);
  Diagnostic diagnostic{.location = program.location(call.place)};
  diagnostic.message = quoted(program, call.subject ? call.subject : call.name) + " is resumed on a thread that does not run the event loop; the coroutine goes on there";
  diagnostic.notes = wayThere(program, use, "runs", "on another thread");
  return diagnostic;
}

void evaluate(const Program &program, const OptionValues &, Sink &sink) {
  for (const ForeignUse &use : program.foreignResumes()) {
    if (isHop(program, use)) continue; // going on elsewhere is what it is for
    sink.report(diagnose(program, use));
  }
}

} // namespace

Rule foreign_thread_resume() { return {info, {}, evaluate}; }

} // namespace coroguard::rules
