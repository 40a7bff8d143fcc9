#include "program/program.h"
#include "rule.h"
#include "rules/await_fix.h"
#include "rules/lost_value.h"
#include "rules/wording.h"

namespace coroguard::rules {
namespace {

constexpr RuleInfo info{
    .id = "guard-is-task",
    .summary = "a variable that looks like a lock's guard holds the task that would give the guard",
    .since = "0.1",
    .severity = Severity::Warning,
    .enabledByDefault = true,
    .page = R"md(
## What it finds

A local variable that gets a task, future or awaiter and is never used, where awaiting it would have given the guard of
a lock: a class that a model lists under `guards`, or a class with a destructor whose name ends in *lock*, *guard*,
*units*, *permit* or *holder*. It does not matter when the task starts.

## Why

`auto guard = mutex.lock();` looks like every other lock. Without `co_await` the variable holds something that will be a
guard once somebody awaits it. Nobody does, and the code below runs without the lock.

## Example

```cpp
struct async_lock { async_lock(async_lock &&); ~async_lock(); };
struct async_mutex { task<async_lock> lock(); };
void change(record &);

task<void> update(async_mutex &mutex, record &shared) {
  auto guard = mutex.lock();
  change(shared);
  co_return;
}
```

## Instead

```cpp
struct async_lock { async_lock(async_lock &&); ~async_lock(); };
struct async_mutex { task<async_lock> lock(); };
void change(record &);

task<void> update(async_mutex &mutex, record &shared) {
  auto guard = co_await mutex.lock();
  change(shared);
}
```

## False alarms

A class that is named like a guard and is none: what is not awaited is then something else that is not awaited.

## Missed alarms

A guard whose class has another name and no model. A variable that is used in any way, passed on or captured.

## See also

`unawaited-variable`.
)md",
    .unsafeFix = awaitFixSummary};

void evaluate(const Program &program, const OptionValues &, Sink &sink) {
  for (const Function &function : program.functions()) {
    for (const Loss &loss : function.losses) {
      if (lostAs(loss) != LostAs::Guard) continue;
      sink.report({.location = program.location(loss.place),
                   .message = quoted(program, loss.variable) + " is not the guard but what " +
                              makerName(loss.value, program) + " gives to await; the code below runs without the lock",
                   .fixes = awaitFix(loss.await, program)});
    }
  }
}

} // namespace

Rule guard_is_task() { return {info, {}, evaluate}; }

} // namespace coroguard::rules
