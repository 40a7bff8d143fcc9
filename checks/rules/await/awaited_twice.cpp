#include "program/program.h"
#include "rule.h"
#include "rules/wording.h"

namespace coroguard::rules {
namespace {

constexpr RuleInfo info{
    .id = "awaited-twice",
    .summary = "a task that gives its result once is awaited again",
    .since = "0.1",
    .severity = Severity::Warning,
    .enabledByDefault = true,
    .page = R"md(
## What it finds

A local variable with a coroutine's task that is awaited on a path where it has been awaited before and got no new value
since. The first await must have used it up: it was moved (`co_await std::move(t)`), or its type can only be awaited as an
rvalue, or the model says `awaits: once`. In a loop, the await of a task that was made before the loop is reported too.

## Why

A task runs once. Awaiting it again resumes a coroutine that has ended or an empty handle: at best an exception, at worst
undefined behaviour. A loop that awaits the same task does its work in the first round only.

## Example

```cpp
task<void> ping();

task<void> ping_three_times() {
  auto once = ping();
  for (int i = 0; i < 3; ++i) co_await once;
}
```

## Instead

```cpp
task<void> ping();

task<void> ping_three_times() {
  for (int i = 0; i < 3; ++i) co_await ping();
}
```

## False alarms

A task of your own that keeps its result and is awaited in a loop on purpose: say `awaits: many` in a model.

## Missed alarms

Members and globals, references, what is passed to a function or captured in between, and a plain `co_await t` twice in a
row: many tasks keep their result for that. What can be copied or yields values may be awaited often.
)md"};

void evaluate(const Program &program, const OptionValues &, Sink &sink) {
  for (const Function &function : program.functions()) {
    for (const Misuse &misuse : function.misuses) {
      if (misuse.form != Misuse::Form::AwaitedAgain) continue;
      std::string name = quoted(program, misuse.subject);
      bool inLoop = misuse.place == misuse.other;
      Diagnostic diagnostic{.location = program.location(misuse.place),
                            .message = name + (inLoop ? " is awaited again in the next round of the loop; the task runs only once"
                                                      : " is awaited a second time; the first await has used it up")};
      if (!inLoop) diagnostic.notes.push_back({program.location(misuse.other), "it has been awaited here"});
      sink.report(std::move(diagnostic));
    }
  }
}

} // namespace

Rule awaited_twice() { return {info, {}, evaluate}; }

} // namespace coroguard::rules
