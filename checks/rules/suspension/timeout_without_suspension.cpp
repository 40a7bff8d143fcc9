#include "program/program.h"
#include "rule.h"
#include "rules/wording.h"

namespace coroguard::rules {
namespace {

constexpr RuleInfo info{
    .id = "timeout-without-suspension",
    .summary = "a time limit is set for a coroutine that never suspends, so that it cannot end it",
    .since = "0.1",
    .severity = Severity::Warning,
    .enabledByDefault = true,
    .page = R"md(
## What it finds

A time limit (`with(timeout(1s), ...)`, `wait_for(...)`, `folly::coro::timeout(...)`, and whatever a model lists under
`time_limits`) for a coroutine, or a lambda that is one, with no `co_await` and no `co_yield` in its body.

## Why

A time limit ends a coroutine where it waits. One that never waits runs to its end, however long that takes, and keeps the
event loop for as long: the timer itself cannot fire.

## Example

```cpp
namespace folly::coro {
template <class T> task<T> timeout(task<T> limited, std::chrono::seconds limit);
}
void compress();
task<void> compress_all() {
  compress(); // takes as long as it takes
  co_return;
}

task<void> run() { co_await folly::coro::timeout(compress_all(), std::chrono::seconds(1)); }
```

## Instead

```cpp
namespace folly::coro {
template <class T> task<T> timeout(task<T> limited, std::chrono::seconds limit);
}
void compress_a_block(int block);
task<void> let_others_run();
task<void> compress_all() {
  for (int block = 0; block < 100; ++block) {
    compress_a_block(block);
    co_await let_others_run();
  }
}

task<void> run() { co_await folly::coro::timeout(compress_all(), std::chrono::seconds(1)); }
```

## False alarms

A coroutine that is known to be short, or a test of the time limit itself.

## Missed alarms

Coroutines that are defined in another file, and those with suspensions that are never reached. A task that comes from
a plain function, or from a variable that is assigned again.

## See also

`blocking-call` for what keeps the thread meanwhile.
)md"};

Diagnostic diagnose(const Program &program, const CancellationGap &gap) {
  Diagnostic diagnostic{.location = program.location(gap.place)};
  diagnostic.message = quoted(program, gap.subject) + " limits the time of " + quoted(program, gap.name) +
                       ", which never suspends; nothing can end it early";
  diagnostic.notes.push_back({program.location(gap.other), "there is no suspension in here"});
  return diagnostic;
}

void evaluate(const Program &program, const OptionValues &, Sink &sink) {
  for (const Function &function : program.functions())
    for (const CancellationGap &gap : function.cancellationGaps)
      if (gap.form == CancellationGap::Form::NoSuspensionInside) sink.report(diagnose(program, gap));
}

} // namespace

Rule timeout_without_suspension() { return {info, {}, evaluate}; }

} // namespace coroguard::rules
