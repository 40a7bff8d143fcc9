#include "program/program.h"
#include "rule.h"
#include "rules/lost_value.h"

namespace coroguard::rules {
namespace {

constexpr RuleInfo info{
    .id = "unawaited-coroutine",
    .summary = "the result of a coroutine call is dropped, so the coroutine never runs",
    .since = "0.1",
    .severity = Severity::Warning,
    .enabledByDefault = true,
    .page = R"md(
## What it finds

A call that makes a task, or another value that can be awaited, and drops it: as a statement of its own, behind a comma,
cast to `void`, or assigned to `std::ignore`. Tasks are recognised by structure (a promise type, `operator co_await`,
the three `await_` functions), whatever library they come from.

## Why

A lazy coroutine does nothing until somebody awaits it. Dropping the task destroys a frame that has not begun: the code
you see is code that does not run, and nothing says so. `[[nodiscard]]` finds the plain statement and no other form.

## Example

```cpp
task<void> save(record r);

task<void> handle(record r) {
  save(r); // the record is never saved
  co_return;
}
```

## Instead

```cpp
task<void> save(record r);

task<void> handle(record r) {
  co_await save(r);
}
```

To start it without waiting, give it to something that owns it: `asio::co_spawn(executor, save(r), handler)`, a task
group, a scope.

## False alarms

A lazy type of your own whose destructor starts it: mark the type `[[clang::annotate("coroguard::fire_and_forget")]]`.
A member that starts a task and returns it (`load().start();`).

## Missed alarms

A generator or detached coroutine, which nobody can await, unless it is `[[nodiscard]]`. An eager task runs without being awaited; losing it loses its result and its exception. That is reported only when the
library's model says `drop: error`. A task that is stored and then forgotten is `unawaited-variable`'s business.
)md"};

const Option ignoreVoidCast{"ignore-void-cast", false, "accept a task cast to void or assigned to std::ignore"};

bool isDeliberate(const Drop &drop, const OptionValues &options) {
  if (drop.form == Drop::Form::Statement || drop.form == Drop::Form::Converted) return false;
  // A lazy coroutine that is discarded with ceremony is still a coroutine that never runs.
  return options.get<bool>(ignoreVoidCast) || drop.value.start == Start::Eager || !drop.value.isTask;
}

/// Is it known that nothing happens, or that the loss matters? Unknown is not yes.
bool isLoss(const Drop &drop) {
  if (drop.value.start == Start::Lazy || drop.value.dropIsError) return true;
  if (drop.value.start == Start::Eager) return false;
  return drop.value.isNodiscard || (drop.value.isAwaiter && !drop.value.isTask);
}

std::string message(const Drop &drop, const Program &program) {
  std::string name(program.text(drop.value.name));
  bool isLambda = name.starts_with("lambda");
  std::string what = "result of '" + name + (isLambda ? "' is " : "()' is ");
  switch (drop.form) {
  case Drop::Form::Statement: what += "never awaited"; break;
  case Drop::Form::VoidCast: what += "cast to void and never awaited"; break;
  case Drop::Form::Converted: what += "converted to '" + std::string(program.text(drop.into)) + "' and never awaited"; break;
  case Drop::Form::StdIgnore: what += "assigned to std::ignore and never awaited"; break;
  }
  if (drop.value.start == Start::Eager) return what + "; its outcome and its exception are lost";
  return what + (drop.value.isTask ? "; the coroutine body does not run" : "; the operation does not start");
}

void evaluate(const Program &program, const OptionValues &options, Sink &sink) {
  for (const Function &function : program.functions()) {
    for (const Drop &drop : function.drops) {
      if (drop.value.dropAllowed) continue; // the library detaches it on purpose
      if (isStartedWork(drop.value)) continue; // dropped-task-handle says what that means
      if (isDeliberate(drop, options)) continue;
      if (!drop.value.isAwaitable && !drop.value.dropIsError && !drop.value.isNodiscard) continue; // a generator, a detached coroutine
      if (!isLoss(drop)) continue;
      sink.report({.location = program.location(drop.place), .message = message(drop, program)});
    }
  }
}

} // namespace

Rule unawaited_coroutine() { return {info, {ignoreVoidCast}, evaluate}; }

} // namespace coroguard::rules
