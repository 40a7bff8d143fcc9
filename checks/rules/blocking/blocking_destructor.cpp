#include "rules/held_thread.h"

namespace coroguard::rules {
namespace {

constexpr RuleInfo info{
    .id = "blocking-destructor",
    .summary = "an object whose destructor puts the thread to sleep dies in loop code",
    .since = "0.1",
    .severity = Severity::Warning,
    .enabledByDefault = true,
    .page = R"md(
## What it finds

A local variable, a temporary or a deleted object in loop code (a coroutine, or a callback given to an event loop) whose
destructor may put the thread to sleep: a `std::jthread`, the future of `std::async`, a thread pool, and every class of
yours with such a member or with a destructor that blocks. It is reported where the object is declared or deleted.

## Why

Nothing is written where it blocks: it is the closing brace, the early return, the exception. The loop's thread sleeps
there until a thread has ended, and every task of the loop with it.

## Example

```cpp
void compress(record r);

task<void> handle(record r) {
  std::jthread worker(compress, r); // joined at the closing brace: the loop waits for the whole compression
  co_return;
}
```

## Instead

```cpp
void compress(record r);

task<void> handle(boost::asio::thread_pool &pool, record r) {
  boost::asio::post(pool, [r] { compress(r); });
  co_return;
}
```

## False alarms

An object that is known to have nothing to wait for any more, for a reason that is not in the function: a thread that
another function has joined. Name the class in the option `allow`.

## Missed alarms

Objects with several owners (`std::shared_ptr`), containers that are cleared, and objects that are assigned over.
Parameters. An object that is moved away on one path is reported only when another path keeps it.

## See also

`blocking-call` for calls that are written.
)md"};

void evaluate(const Program &program, const OptionValues &options, Sink &sink) {
  for (const HeldThread &held : heldThreads(program, options)) {
    if (held.call->origin != Origin::Destructor) continue; // a call that is written
    StringId object = held.call->subject ? held.call->subject : held.call->name;
    sink.report({.location = program.location(held.call->place),
                 .message = quoted(program, object) + " blocks the event loop's thread in " + loopCodeName(program, held) +
                            " when it is destroyed; no other task of the loop runs meanwhile",
                 .notes = proof(program, held, "blocks in its destructor")});
  }
}

} // namespace

Rule blocking_destructor() { return {info, {allow, virtualCalls}, evaluate}; }

} // namespace coroguard::rules
