#include "program/program.h"
#include "rule.h"
#include "rules/await_fix.h"
#include "rules/lost_value.h"
#include "rules/wording.h"

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
the three `await_` functions), whatever library they come from. So are futures that must not be dropped (their model says
`drop: error`), in coroutines, plain functions and continuations (`.then([] { write(); })`, where a `return` is missing).

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
group, a scope. A cast to `void` is accepted for a future whose work is kept and whose errors are handled elsewhere: its
model lists the call under `background_calls` (`with_gate`, `handle_exception`).

A template that calls and drops what it is given is reported where its user gives it a coroutine.

## False alarms

A lazy type of your own whose destructor starts it: mark the type `COROGUARD_FIRE_AND_FORGET`.
A member that starts a task and returns it (`load().start();`).

## Missed alarms

A generator or detached coroutine, which nobody can await, unless it is `[[nodiscard]]`. An eager task runs without being
awaited; losing it loses its result and its exception. That is reported only when the library's model says `drop: error`,
or when it is `[[nodiscard]]` and dropped without a cast.
A task that is stored and then forgotten is `unawaited-variable`'s business. A callable that a template passes on to
another library's template, which drops what it gives.
)md",
    .unsafeFix = awaitFixSummary};

const Option ignoreVoidCast{"ignore-void-cast", false, "accept a task cast to void or assigned to std::ignore"};

/// Ceremony is an answer for work that goes on by itself: a started task, or an operation that is no task. A lazy coroutine
/// that is discarded with ceremony still never runs, and a future's exception is still lost, unless somebody else has it.
bool isDeliberate(const Drop &drop, const OptionValues &options) {
  if (drop.form == Drop::Form::Statement || drop.form == Drop::Form::Converted) return false;
  if (options.get<bool>(ignoreVoidCast) || drop.value.isBackground || !drop.value.isTask) return true;
  return drop.value.start == Start::Eager && !drop.value.dropIsError;
}

/// Whoever writes [[nodiscard]] on an eager type says that its outcome matters. With a cast somebody else has answered.
bool losesOutcome(const Drop &drop) {
  const AwaitableValue &value = drop.value;
  return value.isNodiscard && value.isAwaitable && value.start == Start::Eager && !value.dropAllowed && !value.isHandle;
}

std::string consequence(const Drop &drop) {
  bool mayHaveBegun = drop.value.start == Start::Eager || (drop.value.start == Start::Unknown && drop.value.dropIsError);
  if (!mayHaveBegun)
    return drop.value.isTask ? "the coroutine body does not run" : "the operation does not start";
  if (drop.value.stopsWhenDropped) return "dropping it cancels what it has started";
  return "its outcome and its exception are lost";
}

std::string message(const Drop &drop, const Program &program) {
  std::string what = "result of " + makerName(drop.value, program) + " is ";
  switch (drop.form) {
  case Drop::Form::Statement: break;
  case Drop::Form::VoidCast: what += "cast to void and "; break;
  case Drop::Form::Converted: what += "converted to " + quoted(program, drop.into) + " and "; break;
  case Drop::Form::StdIgnore: what += "assigned to std::ignore and "; break;
  }
  what += drop.inContinuation ? "neither returned nor awaited; " : "never awaited; ";
  if (drop.inContinuation && drop.value.start != Start::Lazy && !drop.value.stopsWhenDropped)
    return what + "the continuation is done before it, and its exception is lost: return it";
  return what + consequence(drop);
}

void evaluate(const Program &program, const OptionValues &options, Sink &sink) {
  for (const Function &function : program.functions()) {
    for (const Drop &drop : function.drops) {
      if (isStartedWork(drop.value)) continue; // dropped-task-handle says what that means
      if (isDeliberate(drop, options)) continue;
      if (!losesWork(drop.value) && !losesOutcome(drop)) continue; // it has run, or was made to be dropped, or nobody knows
      Diagnostic finding{.location = program.location(drop.place), .message = message(drop, program)};
      if (!drop.inside.line) finding.fixes = awaitFix(drop.await, program);
      if (drop.inside.line) finding.notes.push_back({program.location(drop.inside), "it is called and dropped here"});
      sink.report(std::move(finding));
    }
  }
}

} // namespace

Rule unawaited_coroutine() { return {info, {ignoreVoidCast}, evaluate}; }

} // namespace coroguard::rules
