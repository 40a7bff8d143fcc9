#include "program/program.h"
#include "rule.h"
#include "rules/wording.h"

namespace coroguard::rules {
namespace {

constexpr RuleInfo info{
    .id = "busy-wait",
    .summary = "a loop in loop code spins until something else changes, and keeps the event loop's thread",
    .since = "0.1",
    .severity = Severity::Warning,
    .enabledByDefault = true,
    .page = R"md(
## What it finds

A loop in loop code (a coroutine, a callback given to an event loop, or a plain function that these call) that does
nothing but look at something until it has changed: a flag, an atomic, a container, `done()`, the clock, a lock that it
tries to take. `std::this_thread::yield()` and a processor's pause do not make it better.

And in a coroutine a retry loop that does not wait: an exception handler that swallows the error of an `co_await` and
leads back to the top of the loop with no suspension on the way.

## Why

While the loop looks, nothing else on its thread runs. If what it waits for is done by the same event loop, it waits
for ever; if not, every other connection waits with it. A retry loop is a busy wait as soon as the operation fails at
once, as it does when the disk is full or the peer is gone.

## Example

```cpp
task<void> stop(std::atomic<bool> &stopped) {
  while (!stopped.load()) std::this_thread::yield();
  co_return;
}
```

## Instead

```cpp
boost::asio::awaitable<void> stop(std::atomic<bool> &stopped, boost::asio::steady_timer &timer) {
  while (!stopped.load()) {
    timer.expires_after(std::chrono::milliseconds(10));
    co_await timer.async_wait(boost::asio::use_awaitable);
  }
}
```

Better still, await an event that is set when the flag changes. Put a pause, or a limit, into a retry loop.

## False alarms

A loop that spins for a very short time on purpose, and a coroutine that has a thread for itself. A retry loop whose
awaited operation paces itself: it never fails twice at once.

## Missed alarms

A loop that does something else on the way, such as logging, and one with a limit. A function that polls and that no
model knows counts only when the loop yields as well. Retries with a step (`for (;; ++i)`), after a catch of one kind
of exception only, or with a handler that changes anything the loop uses.

## See also

`loop-without-suspension` for loops that work; `blocking-call` for waiting that sleeps.
)md"};

/// How the function comes to run on the loop: the calls that lead to it, innermost first.
void addCallers(const Program &program, FunctionIndex function, Diagnostic &diagnostic) {
  for (CallSite site = program.summary(function).calledOnLoop; site.function != noFunction;
       site = program.summary(site.function).calledOnLoop)
    diagnostic.notes.push_back(calls(program, site));
}

Diagnostic waits(const Program &program, FunctionIndex function, const Loop &loop) {
  Diagnostic diagnostic{.location = program.location(loop.place)};
  diagnostic.message = quoted(program, loop.subject) + " is waited for in a loop that does nothing else; the event "
                                                       "loop's thread spins until it changes";
  addCallers(program, function, diagnostic);
  return diagnostic;
}

Diagnostic retries(const Program &program, const Loop &loop) {
  Diagnostic diagnostic{.location = program.location(loop.through)};
  std::string tried = loop.subject ? quoted(program, loop.subject) : "the operation";
  diagnostic.message = tried + " is tried again at once when it has failed; the loop spins while it fails";
  diagnostic.notes.push_back({program.location(loop.place), "the loop goes around without a suspension behind the handler"});
  return diagnostic;
}

/// A lock that spins is made for short waits; in a function of its own it is a lock, and not this coroutine's loop.
bool isSpinLock(const Program &program, FunctionIndex function, const Loop &loop) {
  return loop.takesLock && !program.summary(function).onLoop;
}

void evaluate(const Program &program, const OptionValues &, Sink &sink) {
  for (FunctionIndex i = 0; i < program.functions().size(); ++i) {
    const Summary &summary = program.summary(i);
    if (!summary.onLoop && summary.calledOnLoop.function == noFunction) continue; // not loop code
    for (const Loop &loop : program.function(i).loops) {
      if (loop.offLoop || isSpinLock(program, i, loop)) continue;
      if (loop.form == Loop::Form::BusyWait) sink.report(waits(program, i, loop));
      else if (loop.form == Loop::Form::RetriesAtOnce) sink.report(retries(program, loop));
    }
  }
}

} // namespace

Rule busy_wait() { return {info, {}, evaluate}; }

} // namespace coroguard::rules
