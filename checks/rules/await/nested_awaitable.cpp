#include "program/program.h"
#include "rule.h"
#include "rules/await_fix.h"
#include "rules/lost_value.h"
#include "rules/wording.h"

namespace coroguard::rules {
namespace {

constexpr RuleInfo info{
    .id = "nested-awaitable",
    .summary = "awaiting a task gives another task, which nobody awaits",
    .since = "0.1",
    .severity = Severity::Warning,
    .enabledByDefault = true,
    .page = R"md(
## What it finds

`co_await f();` where the result is again a task, and is dropped or kept in a variable that nobody mentions. And
`co_return f();` in a coroutine whose type is a task of a task: the inner one is handed to the caller without having run.

## Why

One `co_await` too few, in code that has one and so looks right. It happens when a template wraps what a coroutine lambda
gives: the result is a `task<task<int>>`, the caller awaits the outer one, and the inner body never runs.

## Example

```cpp
task<task<void>> prepare();

task<void> handle() {
  co_await prepare(); // gives a task, and the task is dropped
}
```

## Instead

```cpp
task<task<void>> prepare();

task<void> handle() {
  co_await co_await prepare();
}
```

Better, let `prepare` await the inner task itself, so that its type is `task<void>`.

## False alarms

A coroutine that hands out lazy tasks on purpose, for its caller to start later.

## Missed alarms

A nested task in a pair, an optional or a container. A nested eager task, unless its model says `drop: error`.

## See also

`unawaited-coroutine`, `unawaited-variable`.
)md",
    .unsafeFix = awaitFixSummary};

std::string message(const Misuse &misuse, const Program &program) {
  std::string maker = makerName(misuse.value, program);
  if (misuse.subject)
    return "task of " + maker + " is returned as the result of " + quoted(program, misuse.subject) +
           " and not awaited; who awaits the outer task gets one that has not run";
  std::string gives = misuse.value.name ? maker : "the awaited value";
  bool isStarted = misuse.value.start == Start::Eager;
  return gives + " gives another task, which is never awaited; " +
         (isStarted ? "its outcome and its exception are lost" : "the inner coroutine body does not run");
}

void evaluate(const Program &program, const OptionValues &, Sink &sink) {
  for (const Function &function : program.functions()) {
    for (const Misuse &misuse : function.misuses) {
      if (misuse.form != Misuse::Form::Nested) continue;
      if (!losesWork(misuse.value)) continue; // a handle of something that runs
      sink.report({.location = program.location(misuse.place), .message = message(misuse, program), .fixes = awaitFix(misuse.await, program)});
    }
  }
}

} // namespace

Rule nested_awaitable() { return {info, {}, evaluate}; }

} // namespace coroguard::rules
