#include "program/program.h"
#include "rule.h"
#include "rules/await_fix.h"
#include "rules/lost_value.h"
#include "rules/wording.h"

namespace coroguard::rules {
namespace {

constexpr RuleInfo info{
    .id = "unawaited-variable",
    .summary = "a task is kept in a variable, and on some path nobody awaits it",
    .since = "0.1",
    .severity = Severity::Warning,
    .enabledByDefault = true,
    .page = R"md(
## What it finds

A task, or another value that can be awaited, that a local variable gets and loses again: never used, not used on one
path, overwritten before anybody awaited it, put into a container or struct that nobody looks at, or moved into a
closure that never mentions it. `[[maybe_unused]]` and a cast to `void` do not count as a use.

## Why

A lazy coroutine does nothing until somebody awaits it. A variable silences every `[[nodiscard]]`, and the code reads as
if the work were done.

## Example

```cpp
task<void> save(record r);

task<void> handle(record r, bool urgent) {
  auto saving = save(r);
  if (urgent) co_return; // nothing is saved
  co_await saving;
}
```

## Instead

```cpp
task<void> save(record r);

task<void> handle(record r, bool urgent) {
  if (urgent) co_return;
  co_await save(r);
}
```

## False alarms

Two conditions that exclude each other in a way that only people see. A task that is made on purpose and dropped on the
path where it is not needed.

## Missed alarms

Whatever is passed to a function, captured, returned, or bound to a reference counts as awaited. So do members, globals
and parameters, and what is overwritten on one path only. A path that an exception takes is not looked at. Containers
that a function returns are not followed.

## See also

`unawaited-coroutine` for a task that no variable gets, `dropped-task-handle` for one that is already running,
`guard-is-task` for one that should have been a lock.
)md",
    .unsafeFix = awaitFixSummary};

std::string happening(const Loss &loss, const Program &program) {
  std::string variable = quoted(program, loss.variable);
  std::string maker = makerName(loss.value, program);
  switch (loss.form) {
  case Loss::Form::Never: return variable + " holds the result of " + maker + ", which is never awaited";
  case Loss::Form::OnPath: return variable + " holds the result of " + maker + ", which is not awaited on every path";
  case Loss::Form::Overwritten: return variable + " gets another value before the result of " + maker + " is awaited";
  case Loss::Form::InContainer: return variable + " gets the result of " + maker + ", and nobody awaits what it holds" + (loss.at.line ? " on every path" : "");
  case Loss::Form::InClosure: return variable + " takes the result of " + maker + " into a closure that never awaits it";
  case Loss::Form::InAggregate: return variable + " has the result of " + maker + " as a member, which is never awaited";
  }
  return {};
}

std::string consequence(const Loss &loss) {
  std::string where = loss.at.line && loss.form != Loss::Form::Overwritten ? " there" : "";
  if (!loss.value.isTask) return "the operation does not start" + where;
  return loss.value.start == Start::Lazy ? "the coroutine body does not run" + where : "its outcome and its exception are lost" + where;
}

void evaluate(const Program &program, const OptionValues &, Sink &sink) {
  for (const Function &function : program.functions()) {
    for (const Loss &loss : function.losses) {
      if (lostAs(loss) != LostAs::Unawaited) continue;
      sink.report({.location = program.location(loss.place),
                   .message = happening(loss, program) + "; " + consequence(loss),
                   .notes = lossNotes(loss, program),
                   .fixes = awaitFix(loss.await, program)});
    }
  }
}

} // namespace

Rule unawaited_variable() { return {info, {}, evaluate}; }

} // namespace coroguard::rules
