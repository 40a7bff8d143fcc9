#include "program/program.h"
#include "rule.h"
#include "rules/wording.h"

namespace coroguard::rules {
namespace {

constexpr RuleInfo info{
    .id = "loop-without-suspension",
    .summary = "an unbounded loop in a coroutine can go around without a suspension, and keep the event loop's thread",
    .since = "0.1",
    .severity = Severity::Info,
    .enabledByDefault = false,
    .page = R"md(
## What it finds

A loop in a coroutine that nothing inside it brings to an end, with a way around it that passes no `co_await` and no
`co_yield`: `while (true)`, or a condition that only somebody else can change.

## Why

A coroutine gives its thread back only where it suspends. A `continue` before the `co_await`, or a queue that is empty,
turns a loop that looks cooperative into one that never lets anything else run: not even what would end it.

## Example

```cpp
struct worker {
  bool has_work() const;
  task<void> work();

  task<void> run() {
    while (true) {
      if (!has_work()) continue; // nothing else on this thread runs, so nobody ever adds work
      co_await work();
    }
  }
};
```

## Instead

```cpp
struct worker {
  task<void> wait_for_work();
  task<void> work();

  task<void> run() {
    while (true) {
      co_await wait_for_work();
      co_await work();
    }
  }
};
```

## False alarms

A loop that works on data in memory and ends by a function that changes it unseen. A coroutine that is meant to keep
its thread. That is why the rule is off by default.

## Missed alarms

A bounded loop that takes long, and a suspension that does not suspend because its awaitable is always ready.

## See also

`busy-wait` for loops that do nothing but wait.
)md"};

void evaluate(const Program &program, const OptionValues &, Sink &sink) {
  for (FunctionIndex i = 0; i < program.functions().size(); ++i) {
    const Function &function = program.function(i);
    if (!program.summary(i).onLoop) continue; // it has a thread of a pool
    for (const Loop &loop : function.loops) {
      if (loop.form != Loop::Form::NoSuspension || loop.offLoop) continue;
      sink.report({.location = program.location(loop.place),
                   .message = quoted(program, function.name) +
                              " can go around this loop without a suspension; nothing else runs on its thread meanwhile"});
    }
  }
}

} // namespace

Rule loop_without_suspension() { return {info, {}, evaluate}; }

} // namespace coroguard::rules
