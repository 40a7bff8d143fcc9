#include "program/program.h"
#include "rule.h"
#include "rules/await_fix.h"
#include "rules/wording.h"

namespace coroguard::rules {
namespace {

constexpr RuleInfo info{
    .id = "awaitable-as-bool",
    .summary = "a task is tested where the result of awaiting it was meant",
    .since = "0.1",
    .severity = Severity::Warning,
    .enabledByDefault = true,
    .page = R"md(
## What it finds

A task that a call has just made, used as a condition: in `if`, `while`, `?:`, `!`, `&&`, as an argument or result of type
`bool`, compared with `nullptr`. Also a local task that is tested and never mentioned otherwise.

## Why

Many task types have an `operator bool` that says whether there is a coroutine at all. Of a task that was just made it is
always true. The check passes whatever the answer would have been, and the coroutine that knows it never runs.

## Example

```cpp
template <class T> struct checked_task : task<T> {
  struct promise_type : task<T>::promise_type {
    checked_task get_return_object();
  };
  explicit operator bool() const;
};
checked_task<bool> may_write(record r);
void write(record r);

task<void> handle(record r) {
  if (may_write(r)) write(r); // always
  co_return;
}
```

## Instead

```cpp
template <class T> struct checked_task : task<T> {
  struct promise_type : task<T>::promise_type {
    checked_task get_return_object();
  };
  explicit operator bool() const;
};
checked_task<bool> may_write(record r);
void write(record r);

task<void> handle(record r) {
  if (co_await may_write(r)) write(r);
}
```

## False alarms

A function that may give an empty task, and a caller who only wants to know whether it did.

## Missed alarms

A task whose result is `void`. A member or a reference that is tested: there people ask whether a task is running. An
optional or expected that can be awaited.

## See also

`unawaited-coroutine`.
)md",
    .unsafeFix = awaitFixSummary};

void evaluate(const Program &program, const OptionValues &, Sink &sink) {
  for (const Function &function : program.functions()) {
    for (const Misuse &misuse : function.misuses) {
      if (misuse.form != Misuse::Form::AsCondition) continue;
      sink.report({.location = program.location(misuse.place),
                   .message = quoted(program, misuse.subject) + " is tested instead of its result; there is a task, whatever its result will be",
                   .fixes = awaitFix(misuse.await, program)});
    }
  }
}

} // namespace

Rule awaitable_as_bool() { return {info, {}, evaluate}; }

} // namespace coroguard::rules
