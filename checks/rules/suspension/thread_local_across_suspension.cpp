#include "program/program.h"
#include "rule.h"
#include "rules/wording.h"

namespace coroguard::rules {
namespace {

constexpr RuleInfo info{
    .id = "thread-local-across-suspension",
    .summary = "what belongs to a thread is used behind a suspension, where the coroutine may run on another one",
    .since = "0.1",
    .severity = Severity::Warning,
    .enabledByDefault = true,
    .page = R"md(
## What it finds

A reference, pointer, iterator or view of a `thread_local` object, or the id of the thread, that is kept in a local
variable before a suspension and used behind it, also when it is taken from another such variable; and a `for` over a
range of the thread with a suspension in it. Accessors are looked into when their body is there and short.

## Why

A coroutine may go on on another thread than the one on which it was suspended. It then works on the `thread_local` object
of the first thread, at the same time as that thread does.

## Example

```cpp
struct counters { int requests = 0; };
thread_local counters mine;
task<void> answer();

task<void> serve() {
  counters &own = mine;
  co_await answer();
  ++own.requests; // of the thread on which serve() began
}
```

## Instead

```cpp
struct counters { int requests = 0; };
thread_local counters mine;
task<void> answer();

task<void> serve() {
  co_await answer();
  ++mine.requests;
}
```

Name the `thread_local` object again behind the suspension, or copy what is needed out of it before.

## False alarms

A library whose coroutines always come back to their thread. A model can say so: `stays_on_thread: true` with the task type.
Those of Seastar, KJ, QCoro, Flow, Boost.Cobalt and coroguard's own runtime do.

## Missed alarms

What is kept in a member or captured by a lambda, and accessors that are defined elsewhere.

## See also

`errno-across-suspension` for the error number, `affinity-lost` for objects that belong to a loop.
)md"};

Diagnostic diagnose(const Program &program, const Crossing &kept) {
  Diagnostic diagnostic{.location = program.location(kept.place)};
  bool isIdentity = !kept.type;
  diagnostic.message = quoted(program, kept.subject) +
                       (isIdentity ? " was given by " + quoted(program, kept.source) + " on the thread before the suspension"
                                   : " refers to thread_local " + quoted(program, kept.source) + " of the thread before the suspension") +
                       "; the coroutine may go on on another thread";
  diagnostic.notes.push_back({program.location(kept.taken), quoted(program, kept.subject) + " is taken here"});
  diagnostic.notes.push_back({program.location(kept.across), "the coroutine suspends here"});
  return diagnostic;
}

void evaluate(const Program &program, const OptionValues &, Sink &sink) {
  for (const Function &function : program.functions())
    for (const Crossing &crossing : function.crossings)
      if (crossing.form == Crossing::Form::ThreadState) sink.report(diagnose(program, crossing));
}

} // namespace

Rule thread_local_across_suspension() { return {info, {}, evaluate}; }

} // namespace coroguard::rules
