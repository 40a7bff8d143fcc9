#include "program/program.h"
#include "rule.h"
#include "rules/lent_object.h"
#include "rules/wording.h"
#include <algorithm>

namespace coroguard::rules {
namespace {

constexpr RuleInfo info{
    .id = "task-outlives-scope",
    .summary = "a plain function returns a task out of the scope or the try block that it needs",
    .since = "0.1",
    .severity = Severity::Warning,
    .enabledByDefault = true,
    .page = R"md(
## What it finds

A function that is no coroutine and returns a task or future which still refers to what ends at the return: a local
variable or temporary given to a coroutine by reference, pointer or view; a local captured by reference in a continuation;
a pair of iterators given to an asynchronous algorithm; the closure of a coroutine lambda that is called and returned, or
one that a coroutine takes by reference and calls again later. Also what a smart pointer of the function owns: a unique
owner, a shared one that was made there, and one that was got from a container of a class that drops its own at any time.
So with a snapshot that an asynchronous algorithm walks over, a shared container that is const and was got by value.
Also a task returned from inside a `try` block whose handlers were meant for it, and one returned under a lock guard that
is released at the return.

## Why

`return f(x);` and `co_return co_await f(x);` look alike. The first leaves the scope before the task has begun, so that
its variables, its guards and its handlers are gone when the body runs.

## Example

```cpp
task<int> count_words(const std::string &text);

task<int> count(record r) {
  std::string text = "some text";
  return count_words(text); // 'text' is gone when the body runs
}
```

## Instead

```cpp
task<int> count_words(const std::string &text);

task<int> count(record r) {
  std::string text = "some text";
  co_return co_await count_words(text);
}
```

Or give the object away with the task: by value, in a capture by value, with `do_with`.

## False alarms

A function that takes a reference, copies what it refers to before it returns its task, and whose body is not part of the
analysed program.

## Missed alarms

An eager function that is only declared and takes a view, a pointer or a temporary: it may have copied it. A guard whose
lock also protects the arguments of the call. A shared owner from elsewhere, which others may have too. A callable kept
in a `std::function`.
)md"};

/// Is the function that made the task known not to keep what it was given?
bool isHarmlessReturn(const Misuse &misuse, const Program &program) {
  FunctionIndex maker = program.find(misuse.value.maker);
  if (maker == noFunction)
    return misuse.ifKept && (misuse.argument == 0 || misuse.isGuard || !keeperOf(misuse.value.maker, misuse.argument, program));
  const Function &function = program.function(maker);
  if (misuse.isGuard || misuse.form == Misuse::Form::OutlivesHandler) return !function.isCoroutine; // it may act by itself
  if (misuse.argument == 0) return false; // whatever it does, a capture refers to the object
  if (misuse.argument == objectArgument && function.isLambda) return false;
  return !keeperOf(misuse.value.maker, misuse.argument, program);
}

std::string message(const Misuse &misuse, const Program &program) {
  std::string task = "task of " + makerName(misuse.value, program);
  if (misuse.form == Misuse::Form::OutlivesHandler)
    return task + " is returned from inside a try block; what its body throws is thrown where it is awaited, not here";
  if (misuse.isGuard) return quoted(program, misuse.subject) + " is released at the return; the " + task + " runs without it";
  return (misuse.subject ? quoted(program, misuse.subject) : "a temporary") + " dies at the return; the returned " + task +
         " still refers to it";
}

void evaluate(const Program &program, const OptionValues &, Sink &sink) {
  for (const Function &function : program.functions()) {
    for (const Misuse &misuse : function.misuses) {
      bool outlives = misuse.form == Misuse::Form::OutlivesObject || misuse.form == Misuse::Form::OutlivesHandler;
      if (!outlives || isHarmlessReturn(misuse, program)) continue;
      Diagnostic finding{.location = program.location(misuse.place), .message = message(misuse, program)};
      bool isTry = misuse.form == Misuse::Form::OutlivesHandler;
      if (misuse.other.line) finding.notes.push_back({program.location(misuse.other), isTry ? "the try block" : "declared here"});
      if (misuse.at.line && misuse.at != misuse.place)
        finding.notes.push_back({program.location(misuse.at), "returned here"});
      if (!isTry && misuse.argument) addKeptUse(misuse.value.maker, misuse.argument, program, finding.notes);
      sink.report(std::move(finding));
    }
  }
}

} // namespace

Rule task_outlives_scope() { return {info, {}, evaluate}; }

} // namespace coroguard::rules
