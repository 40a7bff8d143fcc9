#include "program/program.h"
#include "rule.h"
#include "rules/wording.h"

namespace coroguard::rules {
namespace {

constexpr RuleInfo info{
    .id = "await-suspend-touches-published-frame",
    .summary = "await_suspend uses its awaiter or coroutine when another thread may already have resumed it",
    .since = "0.1",
    .severity = Severity::Warning,
    .enabledByDefault = true,
    .page = R"md(
## What it finds

In `await_suspend`, a use of the awaiter (`this`, its members, also references that it holds) or of the coroutine
(`handle.promise()`, `handle.done()`, `handle.resume()`) behind the step that gave the coroutine away: to a thread, a pool
or an executor, to a timer or wait of the system that it has started, to an atomic that others read, to a queue under a
mutex that has been unlocked since, or to a function of the project that does one of these on every way. The code of the
awaiter's own members that `await_suspend` calls is looked at, too.

Where `await_suspend` and its callback count the owners of the awaiter (`if (owners.fetch_sub(1) == 1)`), a use behind the
step that was not the last one. Where an awaiter whose name says that it waits for one of several (`any`, `race`,
`first`) starts them in a loop, a use behind a start.

Also `return false`, or the handle itself, behind such a step: both resume the coroutine, which the other thread resumes
as well.

## Why

The awaiter usually lives in the coroutine's frame. Once somebody else can resume the coroutine, it may have gone on, and
even ended, before the next line of `await_suspend` runs: what that line uses is gone. It happens rarely, and then as a
crash somewhere else.

## Example

```cpp
struct resume_in_background {
  std::coroutine_handle<> waiter;
  bool started = false;

  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<> handle) {
    waiter = handle;
    std::thread([handle] { handle.resume(); }).detach();
    started = true; // the thread may have resumed, and ended, the coroutine that this awaiter lives in
  }
  void await_resume() {}
};
```

## Instead

```cpp
struct resume_in_background {
  std::coroutine_handle<> waiter;
  bool started = false;

  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<> handle) {
    waiter = handle;
    started = true;
    std::thread([handle] { handle.resume(); }).detach();
  }
  void await_resume() {}
};
```

Let the step that gives the coroutine away be the last one. What is needed behind it is copied to local variables before,
references that the awaiter holds included.

## False alarms

An awaiter that does not live in a coroutine's frame but is known to outlive it, as an event that is awaited itself. An
executor that is known to be a loop with one thread, the one that awaits. An awaiter whose name says `any` and that waits
for all. A pool that cannot run the work before a lock is released which nobody can see.

## Missed alarms

Ways to give a coroutine away that no model and no visible body explains: a callback kept by another object, a function
of another file. A container without a lock counts as one of the same thread. What depends on the answer of the
step (`if (!queue.try_push(handle))`) counts as given away only where the answer says so. An awaiter's own atomic or
container says nothing: whether others know of it is not seen. Of objects whose end uses the awaiter, only guards of its
mutex and those made with a closure that captures `this` are known. An `await_suspend` that agrees with the other side by an
atomic (`ready.exchange(true)`) who goes on is left alone, unless all callbacks that get the coroutine there resume it
without asking. So is a count of owners that a named function, and no lambda, lowers on the other side.

## See also

`resume-in-await-suspend`, `resume-under-lock`
)md"};

Diagnostic diagnose(const Program &program, const AuthorMistake &mistake) {
  Diagnostic diagnostic{.location = program.location(mistake.place)};
  std::string giver = quoted(program, mistake.name);
  if (mistake.form == AuthorMistake::Form::TouchesPublished)
    diagnostic.message = quoted(program, mistake.subject) + " is used when " + giver +
                         " has given the coroutine away; it may have been resumed, and the awaiter gone with it";
  else
    diagnostic.message = "await_suspend returns " + quoted(program, mistake.subject) + " when " + giver +
                         " has given the coroutine away; it is resumed twice";
  diagnostic.notes.push_back({program.location(mistake.other), "the coroutine is given away here"});
  return diagnostic;
}

void evaluate(const Program &program, const OptionValues &, Sink &sink) {
  for (const AuthorMistake &mistake : program.facts().authorMistakes) {
    bool isPublished = mistake.form == AuthorMistake::Form::TouchesPublished || mistake.form == AuthorMistake::Form::PublishedAndFalse;
    if (isPublished) sink.report(diagnose(program, mistake));
  }
}

} // namespace

Rule await_suspend_touches_published_frame() { return {info, {}, evaluate}; }

} // namespace coroguard::rules
