#include "rules/held_thread.h"

namespace coroguard::rules {
namespace {

constexpr RuleInfo info{
    .id = "blocking-wait",
    .summary = "loop code waits for a task or future in a way that puts the event loop's thread to sleep",
    .since = "0.1",
    .severity = Severity::Warning,
    .enabledByDefault = true,
    .page = R"md(
## What it finds

`get()`, `wait()`, `sync_wait()` and the like on a task or future in loop code (a coroutine, or a callback given to an
event loop), directly or through helper functions. Known from the models, and by structure: a member `get`, `wait`,
`result`, `join` or `run` of something that can be awaited, without arguments, that returns what awaiting it would.

## Why

The thread sleeps until the result is there, and with it every task of the loop. Often the result is made on this very
thread: then it never comes, and the program hangs. On a pool, as many such waits as there are threads do the same.

## Example

```cpp
int lookup(std::future<int> &answer) {
  return answer.get();
}

task<int> handle(std::future<int> answer) {
  co_return lookup(answer); // nobody else runs until the answer is there
}
```

## Instead

```cpp
task<int> answer();

task<int> handle() {
  co_return co_await answer();
}
```

## False alarms

A future that is known to be ready for a reason that is not in the function. Ask it (`is_ready()`, `wait_for(0s)`) before
the `get()`: that documents it, and coroguard understands it. Or put `[[clang::annotate("coroguard::never_blocks")]]` on
a function that only takes out what is there.

## Missed alarms

The wait for a value that was asked whether it is ready, on whatever path. Waits with a time-out of an unknown library. A
member of a library that is modelled, when the model does not list it.

## See also

`blocking-call` for everything else that puts the thread to sleep, `nested-event-loop` for waits that run a loop meanwhile.
)md"};

void evaluate(const Program &program, const OptionValues &options, Sink &sink) {
  for (const HeldThread &held : heldThreads(program, options)) {
    if (held.hold != Hold::Waits || held.call->origin == Origin::Destructor) continue; // another rule's
    std::string end = held.chain.empty() ? " waits" : " ends in " + quoted(program, held.end(program).name) + " and waits";
    sink.report({.location = program.location(held.call->place),
                 .message = quoted(program, held.call->name) + end + " on the event loop's thread in " +
                            loopCodeName(program, held) + "; it hangs when what it waits for needs this thread",
                 .notes = proof(program, held, "waits")});
  }
}

} // namespace

Rule blocking_wait() { return {info, {allow, virtualCalls}, evaluate}; }

} // namespace coroguard::rules
