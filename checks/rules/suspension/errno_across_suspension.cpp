#include "program/program.h"
#include "rule.h"
#include "rules/wording.h"

namespace coroguard::rules {
namespace {

constexpr RuleInfo info{
    .id = "errno-across-suspension",
    .summary = "errno is read behind a suspension with no call since that could have set it",
    .since = "0.1",
    .severity = Severity::Warning,
    .enabledByDefault = true,
    .page = R"md(
## What it finds

`errno`, `h_errno`, `GetLastError()` or `WSAGetLastError()` read behind a `co_await` when no function has been called since
that could have set it; also what `perror()`, `err()`, `warn()` and short functions of the program read of it. Other such
functions can be added with the model key `thread_values`.

## Why

While the coroutine was suspended its thread ran other code, which set `errno` as it liked; and the coroutine may go on on
another thread, which has an `errno` of its own.

## Example

```cpp
task<void> writable(int fd);

task<int> send(int fd, const char *text, unsigned size) {
  long sent = ::write(fd, text, size);
  if (sent < 0) {
    co_await writable(fd);
    co_return errno; // whatever the thread did last
  }
  co_return 0;
}
```

## Instead

```cpp
task<void> writable(int fd);

task<int> send(int fd, const char *text, unsigned size) {
  long sent = ::write(fd, text, size);
  if (sent < 0) {
    int error = errno;
    co_await writable(fd);
    co_return error;
  }
  co_return 0;
}
```

## False alarms

A task that sets `errno` last of all and is resumed on the same thread at once.

## Missed alarms

A call between the suspension and the read that could have set `errno` and did not. Awaiters that are no tasks are trusted
when their `await_resume` calls anything.

## See also

`thread-local-across-suspension`.
)md"};

Diagnostic diagnose(const Program &program, const Crossing &read) {
  Diagnostic diagnostic{.location = program.location(read.place)};
  diagnostic.message = quoted(program, read.subject) + " is read behind a suspension; other code of the thread, or another thread's error, is in it by now";
  if (read.source) diagnostic.notes.push_back({program.location(read.taken), quoted(program, read.source) + " was called here"});
  diagnostic.notes.push_back({program.location(read.across), "the coroutine suspends here"});
  return diagnostic;
}

void evaluate(const Program &program, const OptionValues &, Sink &sink) {
  for (const Function &function : program.functions())
    for (const Crossing &crossing : function.crossings)
      if (crossing.form == Crossing::Form::ErrorNumber) sink.report(diagnose(program, crossing));
}

} // namespace

Rule errno_across_suspension() { return {info, {}, evaluate}; }

} // namespace coroguard::rules
