#include "rules/held_thread.h"

namespace coroguard::rules {
namespace {

constexpr RuleInfo info{
    .id = "blocking-call",
    .summary = "a call in loop code puts the event loop's thread to sleep, directly or through helpers",
    .since = "0.1",
    .severity = Severity::Warning,
    .enabledByDefault = true,
    .page = R"md(
## What it finds

A call in loop code (a coroutine, a callback given to an event loop, or a function whose future only a loop's thread can
make, as in Seastar) that may put the thread to sleep: itself, or through any chain of helper functions, in the same file
or in others. The notes print the shortest chain, down to the
call that sleeps and why it does. What a process does before it ends in the same block
(`if (fatal) { print_stack(); std::abort(); }`) does not count.

## Why

A loop serves all its connections on one thread. While that thread sleeps in `fsync` or `getaddrinfo`, every one of
them stands still, and the profiler shows an idle process. The call is rarely written in the coroutine; it sits in a
helper of a helper.

## Example

```cpp
void append_history(int file) {
  ::fsync(file);
}

task<void> handle(int file) {
  append_history(file); // every connection of this loop waits for the disk
  co_return;
}
```

## Instead

```cpp
void append_history(int file) {
  ::fsync(file);
}

task<void> handle(boost::asio::thread_pool &pool, int file) {
  boost::asio::post(pool, [file] { append_history(file); });
  co_return;
}
```

Give the blocking part to a pool, or use the asynchronous operation that the note names.

## False alarms

Whatever the state says and the code around the call does not: `read_some` on a socket that was made non-blocking in
another file, or before it was moved here. Loop code that you run on a thread kept for it; an `io_context` that is a
private member, run by a thread of the same class and only posted to, is known to be a worker queue. Name the function in the option `allow`, or put `COROGUARD_NEVER_BLOCKS` on a
helper that only looks as if it slept.

## Missed alarms

Code after a `co_await` whose awaiter resumes on a thread that it starts, or belongs to a class that keeps several threads and
is named like a hop (`schedule`, `pool`): also when those threads run loops themselves. A call of a virtual function counts when every overrider that the project shows blocks (option `virtual-calls`). A call
through a function pointer or `std::function` is followed when the project puts only one function there; a handler that is
registered in a table and called by loop code alone is loop code itself. Bodies outside the project are not followed. `read`, `write`, `recv` and `send` are not listed: in loop code their descriptors are nearly always
non-blocking.

## See also

`blocking-wait` has the waits for tasks and futures, `blocking-destructor` objects that block when they die.
`coroguard models` lists the calls that count as blocking; docs/models.md says how to add one.
)md"};

bool isMine(const HeldThread &held) {
  return held.hold == Hold::Sleeps && held.call->origin != Origin::Destructor; // else blocking-wait, blocking-destructor
}

void evaluate(const Program &program, const OptionValues &options, Sink &sink) {
  for (const HeldThread &held : heldThreads(program, options)) {
    if (!isMine(held)) continue;
    std::string end = held.chain.empty() ? " blocks" : " ends in " + quoted(program, held.end(program).name) + " and blocks";
    sink.report({.location = program.location(held.call->place),
                 .message = quoted(program, held.call->name) + end + " the event loop's thread in " +
                            loopCodeName(program, held) + "; no other task of the loop runs meanwhile",
                 .notes = proof(program, held, "blocks")});
  }
}

} // namespace

Rule blocking_call() { return {info, {allow, virtualCalls}, evaluate}; }

} // namespace coroguard::rules
