#include "program/program.h"
#include "rule.h"
#include "rules/wording.h"

namespace coroguard::rules {
namespace {

constexpr RuleInfo info{
    .id = "resume-in-await-suspend",
    .summary = "await_suspend resumes a coroutine instead of returning its handle",
    .since = "0.1",
    .severity = Severity::Warning,
    .enabledByDefault = true,
    .page = R"md(
## What it finds

A call of `resume()` in an `await_suspend`: on the very handle it was given, or, as the last thing it does, on that of
another coroutine (a continuation, a child).

## Why

`resume()` runs the coroutine inside of `await_suspend`, on top of its stack. In a loop of awaits, or a chain of tasks that
complete one another, every step adds frames until the stack is full. And when it returns, the awaiter may be gone.
`await_suspend` can say what runs next: `return handle;` is a jump, and `return false;` goes on with the coroutine itself.

## Example

```cpp
struct start_child {
  std::coroutine_handle<> child;

  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<>) { child.resume(); }
  void await_resume() {}
};
```

## Instead

```cpp
struct start_child {
  std::coroutine_handle<> child;

  bool await_ready() { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<>) { return child; }
  void await_resume() {}
};
```

Without a coroutine to go on with, return `std::noop_coroutine()`.

## False alarms

A chain that is known to be short. A compiler that cannot do such jumps (GCC at `-O0`) and a library that counts its steps
for that reason.

## Missed alarms

A function that resumes the handle it is given. A coroutine resumed with more to do behind it: nobody can tell whether
that could wait; nor one in a `try` block or in an arm of `?:`. Several resumed in a loop, where one handle to return is
not enough.

## See also

`await-suspend-touches-published-frame`, `resume-under-lock`
)md"};

Diagnostic diagnose(const Program &program, const AuthorMistake &mistake) {
  Diagnostic diagnostic{.location = program.location(mistake.place)};
  bool isOwn = mistake.other.line != 0;
  diagnostic.message = quoted(program, mistake.subject) + " is resumed inside await_suspend instead of " +
                       (isOwn ? "'return false'" : "being returned") + "; every await adds to the stack";
  if (isOwn) diagnostic.notes.push_back({program.location(mistake.other), "it is the coroutine that awaits"});
  return diagnostic;
}

void evaluate(const Program &program, const OptionValues &, Sink &sink) {
  for (const AuthorMistake &mistake : program.facts().authorMistakes)
    if (mistake.form == AuthorMistake::Form::ResumesInSuspend) sink.report(diagnose(program, mistake));
}

} // namespace

Rule resume_in_await_suspend() { return {info, {}, evaluate}; }

} // namespace coroguard::rules
