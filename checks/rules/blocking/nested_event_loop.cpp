#include "rules/held_thread.h"

namespace coroguard::rules {
namespace {

constexpr RuleInfo info{
    .id = "nested-event-loop",
    .summary = "loop code runs an event loop until it ends, inside of a turn of its own loop",
    .since = "0.1",
    .severity = Severity::Warning,
    .enabledByDefault = true,
    .page = R"md(
## What it finds

A call that runs an event loop (`io_context::run()`, `uv_run`, `QEventLoop::exec()`) in loop code: in a coroutine, or in
a callback given to a loop, directly or through helper functions.

## Why

If it is another loop, the outer one stands still until the inner one has nothing left to do. If it is the same one,
handlers run inside of a handler: code that was written to run alone does not, the stack grows with every level, and an
inner loop that waits for what an outer handler has to finish never ends. Many libraries forbid it outright.

## Example

```cpp
void drain(boost::asio::io_context &io) {
  io.run();
}

task<void> handle(boost::asio::io_context &io) {
  drain(io); // returns when the whole program has nothing left to do
  co_return;
}
```

## Instead

```cpp
task<void> work();

task<void> handle() {
  co_await work();
}
```

Await what the inner loop was run for; or run the other loop on a thread of its own.

## False alarms

A dialogue that is modal on purpose. Name the function in the option `allow`.

## Missed alarms

Loops that no model lists. Calls that run what is ready and return, such as `poll()`, are not meant.

## See also

`blocking-wait`, `blocking-call`.
)md"};

/// Coroutines that are known to start on threads that run no loop: plain functions create them, nobody else does.
class PlainStarts {
public:
  explicit PlainStarts(const Program &program) : plain(program.functions().size()), others(plain.size()) {
    for (FunctionIndex i = 0; i < plain.size(); ++i) {
      const Summary &summary = program.summary(i);
      bool isLoopCode = summary.onLoop || summary.onFiber || summary.calledOnLoop.function != noFunction;
      for (const Call &call : program.function(i).calls) {
        FunctionIndex callee = program.find(call.callee);
        if (callee != noFunction) (isLoopCode ? others : plain)[callee] = true;
      }
      for (const Handoff &handoff : program.function(i).handoffs) {
        FunctionIndex callable = program.find(handoff.callable);
        if (callable != noFunction) others[callable] = true;
      }
    }
  }
  bool operator[](FunctionIndex coroutine) const { return plain[coroutine] && !others[coroutine]; }

private:
  std::vector<bool> plain, others;
};

/// A thread that begins the coroutine and gets to the inner loop before the coroutine can have moved runs no other one.
bool isOnlyLoop(const Program &program, const HeldThread &held, const PlainStarts &plainStarts) {
  const Function &function = program.function(held.loopCode);
  if (!function.isCoroutine || !plainStarts[held.loopCode]) return false;
  for (const Suspension &suspension : function.suspensions)
    if (suspension.place < held.call->place) return false;
  return true;
}

void evaluate(const Program &program, const OptionValues &options, Sink &sink) {
  std::vector<HeldThread> nested = nestedLoops(program, options);
  if (nested.empty()) return;
  PlainStarts plainStarts(program);
  for (const HeldThread &held : nested) {
    if (isOnlyLoop(program, held, plainStarts)) continue;
    std::string end = held.chain.empty() ? " runs" : " ends in " + quoted(program, held.end(program).name) + " and runs";
    sink.report({.location = program.location(held.call->place),
                 .message = quoted(program, held.call->name) + end + " an event loop inside of " +
                            loopCodeName(program, held) + "; the outer loop's turn does not end before the inner loop does",
                 .notes = proof(program, held, "runs a loop")});
  }
}

} // namespace

Rule nested_event_loop() { return {info, {allow, virtualCalls}, evaluate}; }

} // namespace coroguard::rules
