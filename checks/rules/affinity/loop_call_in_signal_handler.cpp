#include "program/program.h"
#include "rule.h"
#include "rules/wording.h"

namespace coroguard::rules {
namespace {

constexpr RuleInfo info{
    .id = "loop-call-in-signal-handler",
    .summary = "a signal handler calls an event loop, a loop-bound object or a coroutine",
    .since = "0.1",
    .severity = Severity::Warning,
    .enabledByDefault = true,
    .page = R"md(
## What it finds

A call of an event loop in a function that was given to `signal` or `sigaction`, and in everything it calls, over all
files: posting work, stopping the loop, using a timer or socket, resuming a coroutine or creating one. That any thread may
make the call does not help.

## Why

A signal handler interrupts a thread anywhere: inside `malloc`, inside the loop's own queue, with its mutex held. Posting
allocates and takes that mutex. The program then hangs or its heap is broken, once in many thousand signals.

## Example

```cpp
#include <csignal>

boost::asio::io_context io;

void on_signal(int) { io.stop(); }

void install() { std::signal(SIGTERM, on_signal); }
```

## Instead

```cpp
#include <csignal>

boost::asio::io_context io;

void install(boost::asio::signal_set &signals) {
  signals.add(SIGTERM);
  signals.async_wait([](boost::system::error_code, int) { io.stop(); });
}
```

A handler of one's own may write a byte to a pipe that the loop reads, or set a `volatile sig_atomic_t` or a lock-free
atomic.

## False alarms

A function of a library that is documented as safe in signal handlers although it wakes a loop.

## Missed alarms

A handler that calls through a function pointer or a `std::function`. Other calls that are not safe in handlers, such as
`printf`: clang-tidy's `bugprone-signal-handler` knows those.

## See also

`wrong-thread-call`
)md"};

Diagnostic diagnose(const Program &program, const ForeignUse &use) {
  const Call &call = program.call(use.use);
  Diagnostic diagnostic{.location = program.location(call.place)};
  diagnostic.message = quoted(program, call.name) + " is called in a signal handler; the interrupted thread may be inside " +
                       "the loop or the allocator";
  diagnostic.notes = wayThere(program, use, "makes", "a signal handler");
  return diagnostic;
}

void evaluate(const Program &program, const OptionValues &, Sink &sink) {
  for (const ForeignUse &use : program.signalUses()) sink.report(diagnose(program, use));
}

} // namespace

Rule loop_call_in_signal_handler() { return {info, {}, evaluate}; }

} // namespace coroguard::rules
