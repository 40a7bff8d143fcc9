#include "program/program.h"
#include "rule.h"
#include "rules/wording.h"

namespace coroguard::rules {
namespace {

constexpr RuleInfo info{
    .id = "swallowed-cancellation",
    .summary = "a handler in a loop takes the cancellation of an await for any other error and goes on",
    .since = "0.1",
    .severity = Severity::Warning,
    .enabledByDefault = true,
    .page = R"md(
## What it finds

A `catch (...)`, or a handler of a base class, around a `co_await` in an endless loop or in a loop that tries again, in a
coroutine of a library that cancels by an exception: Asio's `operation_aborted`, `folly::OperationCancelled`,
`cppcoro::operation_cancelled`, Seastar's `abort_requested_exception`, `coroguard::cancelled_error`. The handler neither
leaves the loop nor looks at what it has caught, and nothing behind it leaves the loop because the `try` block has failed
(`if (!done) break;`, where `done` is a flag of this round that the block sets).

## Why

Cancellation arrives where the coroutine waits, as an exception. A handler that takes it for an error of the operation makes
the loop go on: the coroutine cannot be stopped, and where every later await fails as well, the loop spins.

## Example

```cpp
boost::asio::awaitable<void> accept_one(std::chrono::seconds patience);
void log(const char *);

boost::asio::awaitable<void> listen() {
  for (;;) {
    try {
      co_await accept_one(std::chrono::seconds(1));
    } catch (const std::exception &e) {
      log(e.what()); // and once more, also when the server is being stopped
    }
  }
}
```

## Instead

```cpp
boost::asio::awaitable<void> accept_one(std::chrono::seconds patience);
void log(const char *);

boost::asio::awaitable<void> listen() {
  for (;;) {
    try {
      co_await accept_one(std::chrono::seconds(1));
    } catch (const boost::system::system_error &e) {
      if (e.code() == boost::asio::error::operation_aborted) throw;
      log(e.what());
    }
  }
}
```

## False alarms

A loop that is ended in another way than by cancellation and shows no sign of it.

## Missed alarms

A loop that asks in a condition for something that is named like an end (`closed()`, `stopping`), whatever it is. Loops
with a flag for their condition, handlers outside of loops, and libraries whose models do not say how they cancel
(`cancelled_by` with the task type).

## See also

`busy-wait` for loops that try again without waiting.
)md",
    .unsafeFix = "rethrow the cancellation in a handler of its own, when its type stands for nothing else"};

/// Not safe: what is cancelled then ends, and what is behind the loop does not run.
std::vector<Fix> fixOf(const Program &program, const CancellationGap &gap) {
  if (gap.fix.line == 0) return {};
  Location place = program.location(gap.fix);
  std::string handler = "catch (const " + std::string(program.text(gap.name)) + " &) { throw; } ";
  return {{.title = "let the cancellation pass", .isSafe = false, .edits = {{place, place, handler}}}};
}

Diagnostic diagnose(const Program &program, const CancellationGap &gap) {
  Diagnostic diagnostic{.location = program.location(gap.place)};
  std::string handler = gap.subject ? "'catch (" + std::string(program.text(gap.subject)) + ")'" : "'catch (...)'";
  diagnostic.message = handler + " takes the cancellation " + quoted(program, gap.name) +
                       " for any other error; the loop goes on and cannot be stopped";
  diagnostic.notes.push_back({program.location(gap.other), "it is thrown here when the coroutine is cancelled"});
  diagnostic.fixes = fixOf(program, gap);
  return diagnostic;
}

void evaluate(const Program &program, const OptionValues &, Sink &sink) {
  for (const Function &function : program.functions())
    for (const CancellationGap &gap : function.cancellationGaps)
      if (gap.form == CancellationGap::Form::Swallowed) sink.report(diagnose(program, gap));
}

} // namespace

Rule swallowed_cancellation() { return {info, {}, evaluate}; }

} // namespace coroguard::rules
