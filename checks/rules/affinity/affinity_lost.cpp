#include "program/program.h"
#include "rule.h"
#include "rules/wording.h"

namespace coroguard::rules {
namespace {

constexpr RuleInfo info{
    .id = "affinity-lost",
    .summary = "a coroutine uses an object of its event loop on another thread, behind or before a hop",
    .since = "0.1",
    .severity = Severity::Warning,
    .enabledByDefault = true,
    .page = R"md(
## What it finds

A use of a loop-bound object (a timer, a socket, a window) in a coroutine that has hopped to a pool or to another loop
and has not come back. And the reverse: a coroutine whose first hop is the one *to* its loop writes a member of its
object before that hop and uses the member behind it; the hop says that the coroutine may begin on any thread.

## Why

`co_await` moves a coroutine to another thread without a trace in the code below it. The line after the hop looks like
the line before, and runs in parallel with the loop that owns the object.

## Example

```cpp
boost::asio::awaitable<void> compress(boost::asio::thread_pool &pool, boost::asio::steady_timer &deadline) {
  co_await boost::asio::post(boost::asio::bind_executor(pool, boost::asio::use_awaitable)); // now on the pool
  deadline.cancel();
}
```

## Instead

```cpp
boost::asio::awaitable<void> compress(boost::asio::thread_pool &pool, boost::asio::io_context &loop,
                                      boost::asio::steady_timer &deadline) {
  co_await boost::asio::post(boost::asio::bind_executor(pool, boost::asio::use_awaitable));
  co_await boost::asio::post(boost::asio::bind_executor(loop, boost::asio::use_awaitable)); // and back
  deadline.cancel();
}
```

Hop back first, or post the use to the object's executor.

## False alarms

An object that is bound to the very pool that the coroutine hopped to, when its construction is not in this coroutine.
A member written before the first hop to the loop, in a coroutine that is only ever started on that loop.

## Missed alarms

Hops that no model knows and that are not annotated `coroguard::resumes_on_pool` or `coroguard::resumes_on_loop`. Behind
an await that is not a hop nothing is known, because libraries differ in where they go on. Uses in functions that the
coroutine calls are not followed.

## See also

`wrong-thread-call` for threads and tasks of a pool; `coroguard models` lists hops and loop-bound types.
)md"};

Diagnostic usedBehind(const Program &program, const AffinityLoss &loss) {
  Diagnostic diagnostic{.location = program.location(loss.place)};
  diagnostic.message = quoted(program, loss.name) + " is used on another thread than its loop's; " +
                       std::string(program.text(loss.why));
  diagnostic.notes.push_back(
      {program.location(loss.hop), quoted(program, loss.hopName) + " moves the coroutine to the other thread"});
  return diagnostic;
}

Diagnostic writtenBefore(const Program &program, const AffinityLoss &loss) {
  Diagnostic diagnostic{.location = program.location(loss.place)};
  diagnostic.message = quoted(program, loss.name) + " is written before the coroutine hops to the loop that uses it; the "
                                                    "coroutine may still be on another thread";
  diagnostic.notes.push_back({program.location(loss.hop), quoted(program, loss.hopName) +
                                                              " moves the coroutine to the loop, where " +
                                                              quoted(program, loss.name) + " is used"});
  return diagnostic;
}

void evaluate(const Program &program, const OptionValues &, Sink &sink) {
  for (FunctionIndex i = 0; i < program.functions().size(); ++i) {
    if (!program.summary(i).onLoop) continue; // the whole coroutine belongs to a pool
    for (const AffinityLoss &loss : program.function(i).affinityLosses)
      sink.report(loss.beforeHop ? writtenBefore(program, loss) : usedBehind(program, loss));
  }
}

} // namespace

Rule affinity_lost() { return {info, {}, evaluate}; }

} // namespace coroguard::rules
