#include "program/program.h"
#include "rule.h"
#include "rules/wording.h"

namespace coroguard::rules {
namespace {

constexpr RuleInfo info{
    .id = "resume-under-lock",
    .summary = "a coroutine is resumed while a mutex is held, so that foreign code runs under the lock",
    .since = "0.1",
    .severity = Severity::Warning,
    .enabledByDefault = true,
    .page = R"md(
## What it finds

A call that resumes a coroutine while the thread holds a mutex: `handle.resume()`, `handle()`, a library function that
resumes waiters, or a function of the project that does so in turn, over all files. The lock is a `lock_guard`,
`unique_lock`, `scoped_lock` or `shared_lock` (or any class that a model or Clang's `scoped_lockable` calls a guard), or
a mutex that was locked by hand; it has to be held on every path to the call.

## Why

`resume()` does not return when the coroutine "has been told". It runs the coroutine, up to its next suspension, with
whatever it calls. If that code takes the same mutex, the thread waits for itself. If it takes another one, two threads
can wait for each other. And everybody else waits for the mutex as long as a stranger's code likes.

## Example

```cpp
struct event {
  std::mutex mutex;
  std::coroutine_handle<> waiter;

  void set() {
    std::lock_guard lock(mutex);
    waiter.resume(); // the coroutine may call set() again, or take the mutex in its destructor
  }
};
```

## Instead

```cpp
struct event {
  std::mutex mutex;
  std::coroutine_handle<> waiter;

  void set() {
    std::coroutine_handle<> ready;
    {
      std::lock_guard lock(mutex);
      ready = std::exchange(waiter, nullptr);
    }
    if (ready) ready.resume();
  }
};
```

Take the handle out under the lock and resume it behind, or post it to an executor.

## False alarms

A mutex that protects only the resuming itself and that no coroutine ever touches.

## Missed alarms

A lock held on some paths only, one that the caller of the function holds, guards in `std::optional` or behind pointers,
and `std::lock(a, b)` without guards. A callback in a `std::function` may resume a coroutine; it is not followed.

## See also

`foreign-thread-resume` for the thread on which a coroutine goes on.
)md"};

/// The function of the project that resumes during this call; noFunction when none does, or the call itself resumes.
FunctionIndex resumingCallee(const Program &program, const LockedCall &locked) {
  FunctionIndex callee = program.find(locked.callee);
  if (locked.meaning == Meaning::Resumes || callee == noFunction) return noFunction;
  return program.summary(callee).resumes && !program.function(callee).isCoroutine ? callee : noFunction;
}

Diagnostic diagnose(const Program &program, const LockedCall &locked, FunctionIndex callee) {
  Diagnostic diagnostic{.location = program.location(locked.place)};
  diagnostic.message = quoted(program, locked.name) + (callee == noFunction ? " resumes" : " may resume") +
                       " a coroutine while " + quoted(program, locked.lock) +
                       " is locked; a coroutine that takes the same lock waits for itself";
  diagnostic.notes.push_back({program.location(locked.lockedAt), quoted(program, locked.lock) + " is locked here"});
  while (callee != noFunction) { // along the witnesses
    const Call &step = program.function(callee).calls[program.summary(callee).resumingCall];
    bool resumes = step.meaning == Meaning::Resumes;
    diagnostic.notes.push_back({program.location(step.place), quoted(program, program.function(callee).name) +
                                                                  (resumes ? " resumes with " : " calls ") +
                                                                  quoted(program, step.name)});
    callee = resumes ? noFunction : program.runsDuring(step);
  }
  return diagnostic;
}

void evaluate(const Program &program, const OptionValues &, Sink &sink) {
  for (const Function &function : program.functions())
    for (const LockedCall &locked : function.lockedCalls) {
      FunctionIndex callee = resumingCallee(program, locked);
      if (locked.meaning != Meaning::Resumes && callee == noFunction) continue; // nothing is known to run
      sink.report(diagnose(program, locked, callee));
    }
}

} // namespace

Rule resume_under_lock() { return {info, {}, evaluate}; }

} // namespace coroguard::rules
