#include "program/program.h"
#include "rule.h"
#include "rules/wording.h"

namespace coroguard::rules {
namespace {

constexpr RuleInfo info{
    .id = "swallowed-exception-in-promise",
    .summary = "the promise's unhandled_exception does nothing, so that exceptions vanish",
    .since = "0.1",
    .severity = Severity::Warning,
    .enabledByDefault = true,
    .page = R"md(
## What it finds

A promise whose `unhandled_exception()` does nothing with the exception: its body is empty, it lets go of what
`std::current_exception()` gives (`(void)std::current_exception();`, or a local variable), or it throws the exception
again only to catch it: `try { throw; } catch (...) {}`.

## Why

`unhandled_exception()` is called for every exception that leaves the coroutine's body. When it does nothing, the
coroutine ends as if all were well: nobody rethrows the exception, nobody logs it, and who awaits the result gets one that
was never made.

## Example

```cpp
struct job {
  struct promise_type {
    job get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
};
```

## Instead

```cpp
struct job {
  struct promise_type {
    job get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};
```

Keep `std::current_exception()` for who awaits; where nobody does, log it or call `std::terminate()`.

## False alarms

Coroutines none of which can throw. `std::terminate()` says so and costs nothing.

## Missed alarms

A body that does something else, if only to call a function that does nothing, a flag without the exception for example.
Code compiled without exceptions is not looked at: nothing is thrown there.

## See also

`swallowed-cancellation`, `unretrieved-exception`
)md",
    .unsafeFix = "call `std::terminate()`, when it is declared"};

/// Behind the brace of the body that does nothing.
std::vector<Fix> fixOf(const Program &program, const AuthorMistake &mistake) {
  if (mistake.fix.line == 0) return {};
  Location place = program.location(mistake.fix);
  return {{.title = "end the program", .isSafe = false, .edits = {{place, place, " std::terminate(); "}}}};
}

void evaluate(const Program &program, const OptionValues &, Sink &sink) {
  for (const AuthorMistake &mistake : program.facts().authorMistakes)
    if (mistake.form == AuthorMistake::Form::SwallowsException)
      sink.report({.location = program.location(mistake.place),
                   .message = "'unhandled_exception' of " + quoted(program, mistake.subject) +
                              " does nothing; an exception ends the coroutine and nobody hears of it",
                   .fixes = fixOf(program, mistake)});
}

} // namespace

Rule swallowed_exception_in_promise() { return {info, {}, evaluate}; }

} // namespace coroguard::rules
