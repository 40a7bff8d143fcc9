#include "program/program.h"
#include "rule.h"
#include <algorithm>

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

A call in loop code (a coroutine, or a callback given to an event loop) that may put the thread to sleep: itself, or
through any chain of helper functions, in the same file or in others. The notes print the shortest chain, down to the
call that sleeps and why it does.

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

Whatever the arguments or the state say and the call does not: `read_some` on a socket after `non_blocking(true)`, `get`
on a future that is known to be ready. Loop code that you run on a thread kept for it, such as an `io_context` used as a
worker queue. Name the function in the option `allow`, or put `COROGUARD_NEVER_BLOCKS` on a
helper that only looks as if it slept.

## Missed alarms

Calls through function pointers, `std::function` and virtual functions are not followed, nor are bodies outside the
project. `read`, `write`, `recv` and `send` are not listed: in loop code their descriptors are nearly always
non-blocking.

## See also

`coroguard models` lists the calls that count as blocking; docs/models.md says how to add one.
)md"};

const Option allow{"allow", std::vector<std::string>{}, "qualified names of functions that may block loop code"};

class Evaluation {
public:
  Evaluation(const Program &program, const OptionValues &options, Sink &sink)
      : program(program), allowed(options.get<std::vector<std::string>>(allow)), sink(sink) {}

  void evaluate(FunctionIndex function) {
    for (const Call &call : program.function(function).calls) {
      if (call.offLoop) continue; // the coroutine has moved to a pool
      if (isAllowed(call.name)) continue;
      FunctionIndex callee = program.runsDuring(call);
      if (call.meaning == Meaning::Blocks) report(function, call, noFunction);
      else if (callee == noFunction) continue; // unknown is not "blocks"
      else if (program.summary(callee).onLoop || program.function(callee).isCoroutine) continue; // reported there
      else if (program.summary(callee).blocks == Blocks::Yes) report(function, call, callee);
    }
  }

private:
  bool isAllowed(StringId name) const {
    return std::find(allowed.begin(), allowed.end(), program.text(name)) != allowed.end();
  }

  std::string quoted(StringId name) const { return "'" + std::string(program.text(name)) + "'"; }

  void noteReason(const Call &blocking, Diagnostic &diagnostic) const {
    std::string text = quoted(blocking.name) + " blocks: " + std::string(program.text(blocking.why));
    if (blocking.instead) text += "; use " + std::string(program.text(blocking.instead));
    diagnostic.notes.push_back({program.location(blocking.place), text});
  }

  void report(FunctionIndex function, const Call &call, FunctionIndex callee) {
    Diagnostic diagnostic{.location = program.location(call.place)};
    const Call *last = &call;
    for (; callee != noFunction; callee = program.runsDuring(*last)) { // along the witnesses
      const Call &step = program.function(callee).calls[program.summary(callee).blockingCall];
      if (isAllowed(step.name)) return;
      if (step.meaning != Meaning::Blocks)
        diagnostic.notes.push_back(
            {program.location(step.place), quoted(program.function(callee).name) + " calls " + quoted(step.name)});
      last = &step;
      if (step.meaning == Meaning::Blocks) break;
    }
    noteReason(*last, diagnostic);
    const Function &loopCode = program.function(function);
    diagnostic.message = quoted(call.name) + (last == &call ? " blocks" : " ends in " + quoted(last->name) + " and blocks") +
                         " the event loop's thread in " + (loopCode.isCoroutine ? "coroutine " : "a loop callback, ") +
                         quoted(loopCode.name) + "; no other task of the loop runs meanwhile";
    sink.report(std::move(diagnostic));
  }

  const Program &program;
  const std::vector<std::string> &allowed;
  Sink &sink;
};

void evaluate(const Program &program, const OptionValues &options, Sink &sink) {
  Evaluation evaluation(program, options, sink);
  for (FunctionIndex i = 0; i < program.functions().size(); ++i)
    if (program.summary(i).onLoop && !program.function(i).neverBlocks) evaluation.evaluate(i);
}

} // namespace

Rule blocking_call() { return {info, {allow}, evaluate}; }

} // namespace coroguard::rules
