#include "program/program.h"
#include "rule.h"
#include "rules/lost_value.h"
#include "rules/wording.h"

namespace coroguard::rules {
namespace {

constexpr RuleInfo info{
    .id = "discarded-by-callback",
    .summary = "a coroutine is given to a callback whose caller drops the task, so the coroutine never runs",
    .since = "0.1",
    .severity = Severity::Warning,
    .enabledByDefault = true,
    .page = R"md(
## What it finds

A callable that gives a task (a coroutine lambda, a function, a bound member) where a callable is wanted that gives
nothing: stored as `std::function<void()>` or any other class with a signature that returns `void`, given to
`std::thread`, to a `post`, a timer or a signal whose model says that results are dropped.

## Why

The conversion is silent: `std::function<void()>` accepts any result and throws it away. The caller makes the task and
destroys it. A lazy coroutine then never runs; of a future the exception is lost. `[[nodiscard]]` does not see it,
because the drop is inside the library.

## Example

```cpp
task<void> reload();
void on_signal(std::function<void()> handler);

void install() {
  on_signal([]() -> task<void> { co_await reload(); }); // nothing is ever reloaded
}
```

## Instead

```cpp
task<void> reload();
void on_signal(std::function<void()> handler);

void install(boost::asio::io_context &io) {
  on_signal([&io] {
    boost::asio::co_spawn(io, []() -> boost::asio::awaitable<void> { co_return; }, boost::asio::detached);
  });
}
```

Start the coroutine with something that owns it, or let the callback's type give the task: `std::function<task<void>()>`.

## False alarms

A class with a signature in its template arguments that does use what the callable gives, although the signature says
`void`.

## Missed alarms

Templates of other libraries that call what they are given, unless their model says `result: dropped`. An eager task
runs without being awaited: it is reported only when it is `[[nodiscard]]`, when dropping it destroys the running coroutine,
or when its model says `drop: error`. A callable that is converted inside the standard
library (`std::optional<std::function<void()>>`).

## See also

`unawaited-coroutine` for a drop that is written in your own code.
)md"};

std::string message(const Misuse &misuse, const Program &program) {
  std::string what = "task of " + makerName(misuse.value, program) + " is dropped by " + quoted(program, misuse.subject);
  if (misuse.value.stopsWhenDropped) return what + "; the running coroutine is destroyed";
  if (misuse.value.start == Start::Eager) return what + "; its outcome and its exception are lost";
  return what + "; the coroutine body does not run";
}

/// Of started work the compiler says nothing here: what [[nodiscard]] protects is dropped inside the callback's caller.
bool losesOutcome(const AwaitableValue &value) {
  return value.start == Start::Eager && !value.dropAllowed && (value.isNodiscard || value.stopsWhenDropped);
}

void evaluate(const Program &program, const OptionValues &, Sink &sink) {
  for (const Function &function : program.functions()) {
    for (const Misuse &misuse : function.misuses) {
      if (misuse.form != Misuse::Form::ResultDiscarded) continue;
      if (!losesWork(misuse.value) && !losesOutcome(misuse.value)) continue; // it has run, or was made to be dropped, or nobody knows
      Diagnostic finding{.location = program.location(misuse.place), .message = message(misuse, program)};
      if (misuse.at.line) finding.notes.push_back({program.location(misuse.at), "it is handed on here"});
      if (misuse.other.line && misuse.other.line != misuse.place.line)
        finding.notes.push_back({program.location(misuse.other), "the coroutine is declared here"});
      sink.report(std::move(finding));
    }
  }
}

} // namespace

Rule discarded_by_callback() { return {info, {}, evaluate}; }

} // namespace coroguard::rules
