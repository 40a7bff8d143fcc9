#include "program/program.h"
#include "rule.h"
#include "rules/wording.h"

namespace coroguard::rules {
namespace {

constexpr RuleInfo info{
    .id = "dangling-spawn-capture",
    .summary = "a callable that runs later refers to a local variable that has ended by then",
    .since = "0.1",
    .severity = Severity::Warning,
    .enabledByDefault = true,
    .page = R"md(
## What it finds

A lambda that captures a local variable by reference, or a pointer, view or iterator into one, and is given to something
that runs it later (a `post`, a timer, an asynchronous operation's handler, a detached thread, a spawned coroutine), while
the function goes on to its end without waiting for it. Also one that resumes the coroutine and that an `await_suspend`
gives to any function which may keep it, one inside another closure that is given away, and one that the function itself
returns.

## Why

The function returns, its variables end, and then the callable runs with references to them.

## Example

```cpp
void count_later(boost::asio::io_context &io) {
  int count = 0;
  boost::asio::post(io, [&] { ++count; }); // 'count' is gone when this runs
}
```

## Instead

```cpp
void count_later(boost::asio::io_context &io) {
  auto count = std::make_shared<int>(0);
  boost::asio::post(io, [count] { ++*count; });
}
```

Or wait for it before the function ends.

## False alarms

Work that is known to run before the function returns because of what other functions do.

## Missed alarms

A variable that the function reads behind the call: the work may be known to be done then. A function that does not wait
on every path. A function that waits for something else. Library functions without a model. References in objects that
are captured by copy and own something as well. `std::async` whose future is returned or kept.

## See also

`task-outlives-scope` for a future that is returned, `cross-thread-capture` for what is safe but raced,
`dangling-lambda-capture` for the closure itself.
)md"};

void evaluate(const Program &program, const OptionValues &, Sink &sink) {
  for (const Function &function : program.functions()) {
    for (const Dangling &fact : function.danglings) {
      if (fact.form != Dangling::Form::SpawnCapture) continue;
      std::string subject = quoted(program, fact.subject), owner = quoted(program, function.name);
      std::string message = subject + " is captured by reference in ";
      message += fact.through ? "work given to " + quoted(program, fact.through) + "; it ends with " + owner +
                                    ", which does not wait for the work"
                              : "the callable that " + owner + " returns; it ends with that return";
      Diagnostic finding{.location = program.location(fact.place), .message = std::move(message)};
      finding.notes.push_back({program.location(fact.made), subject + " is declared here"});
      if (fact.used.line && fact.used.line != fact.place.line) finding.notes.push_back({program.location(fact.used), "used here, later"});
      sink.report(std::move(finding));
    }
  }
}

} // namespace

Rule dangling_spawn_capture() { return {info, {}, evaluate}; }

} // namespace coroguard::rules
