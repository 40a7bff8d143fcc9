#include "program/program.h"
#include "rule.h"
#include "rules/wording.h"
#include <algorithm>
#include <map>

namespace coroguard::rules {
namespace {

constexpr RuleInfo info{
    .id = "lock-across-suspension",
    .summary = "a coroutine suspends while it holds a lock of its thread",
    .since = "0.1",
    .severity = Severity::Warning,
    .enabledByDefault = true,
    .page = R"md(
## What it finds

A `co_await` or `co_yield` at which a mutex of the thread may still be locked, on some path: by `lock_guard`,
`unique_lock`, `scoped_lock`, `shared_lock` and the guards of other libraries, by a class of your own whose constructor
locks and whose destructor unlocks (itself, or in functions whose bodies are there), by a class, `optional`, `unique_ptr`
or container with a guard in it, by a temporary that lives until the end of the full expression, by a guard the coroutine
was given by value, or by hand. Clang's attributes for thread safety (`acquire_capability`, `release_capability`,
`scoped_lockable`) say what members and functions with other names do.

What counts is where the lock is held, not where the guard is in scope: `unlock()`, a move to somebody else, `defer_lock`
and the end of a block end it. `release()` does not: it leaves the mutex locked, by hand from then on, until somebody
unlocks it. Conditions that a path has decided stay decided.

A guard that is lent as a reference counts as given away, unless the function's body is there and keeps it locked.

## Why

A suspended coroutine gives its thread away, with the lock. Whoever wants the lock meanwhile blocks its thread, and when
that is the thread on which the coroutine would go on, for ever. The coroutine may go on on another thread and unlock a
mutex there that it does not own, which is undefined. And it may never go on: then the lock is held until its frame is
destroyed.

## Example

```cpp
struct cache {
  std::mutex mutex;
  int value = 0;
  task<int> fetch();

  task<void> refresh() {
    std::lock_guard lock(mutex);
    value = co_await fetch(); // every other user of the cache blocks its thread until the answer is here
  }
};
```

## Instead

```cpp
struct cache {
  std::mutex mutex;
  int value = 0;
  task<int> fetch();

  task<void> refresh() {
    int fetched = co_await fetch();
    std::lock_guard lock(mutex);
    value = fetched;
  }
};
```

Lock behind the suspension, or take what is needed under the lock and suspend without it. Where the lock has to be held
over a suspension, use one that tasks wait for: `co_await mutex.scoped_lock()` of a mutex for coroutines.

## False alarms

A lock that a function unlocks which is defined elsewhere, or the deleter of a `unique_ptr`. An awaiter of a
library that is always ready: a model can say so, with `runs: here` under `hops`, as it does for what Asio has in
`this_coro`.

## Missed alarms

A lock that a function takes by hand and leaves locked, one that the caller holds, a guard passed by reference, guards
that are members of `this`, a mutex that `pthread_mutex_trylock` took, one that is locked again at the end of a class which
unlocks while it lives, and a lock for tasks that is held for longer than anybody means.

## See also

`resume-under-lock` for code that resumes a coroutine under a lock.
)md",
    .unsafeFix = "put braces around the guard and what it protects, when all else that is declared there are numbers, pointers "
                 "and references that nothing behind the suspension can need"};

/// What the lock protects may be another thing behind the suspension: that is for somebody to judge.
std::vector<Fix> fixOf(const Program &program, const Crossing &lock) {
  if (!lock.braces) return {};
  Location open = program.location(lock.braces.open), close = program.location(lock.braces.close);
  return {{.title = "unlock before the suspension", .isSafe = false, .edits = {{open, open, "{ "}, {close, close, " }"}}}};
}

bool isLock(const Crossing &crossing) { return crossing.form == Crossing::Form::Lock; }

/// "'lock' holds 'mutex'", "a temporary 'std::lock_guard' holds its lock", "'mutex' is locked".
std::string holding(const Program &program, const Crossing &lock) {
  if (!lock.subject) return "a temporary " + quoted(program, lock.type) + " holds its lock";
  if (lock.source) return quoted(program, lock.subject) + " holds " + quoted(program, lock.source);
  return quoted(program, lock.subject) + " is locked";
}

/// One lock and every suspension that it is held at, the first one first.
Diagnostic diagnose(const Program &program, const std::vector<const Crossing *> &crossings) {
  const Crossing &first = *crossings.front();
  Diagnostic diagnostic{.location = program.location(first.place)};
  bool yields = first.kind == SuspensionKind::Yield;
  diagnostic.message = std::string(yields ? "the coroutine yields" : "the coroutine suspends") + " while " +
                       holding(program, first) + "; " +
                       (yields ? "its consumer runs under the lock" : "others block their threads on it until it goes on") +
                       ", and it may be unlocked on another thread";
  diagnostic.notes.push_back({program.location(first.taken), (first.subject ? quoted(program, first.subject) : std::string("the lock")) + " is locked here"});
  for (const Crossing *other : crossings)
    if (other != &first) diagnostic.notes.push_back({program.location(other->place), "it may still be locked here"});
  diagnostic.fixes = fixOf(program, first);
  return diagnostic;
}

void evaluate(const Program &program, const OptionValues &, Sink &sink) {
  for (const Function &function : program.functions()) {
    std::map<std::pair<Place, StringId>, std::vector<const Crossing *>> locks;
    for (const Crossing &crossing : function.crossings)
      if (isLock(crossing)) locks[{crossing.taken, crossing.subject}].push_back(&crossing);
    for (auto &[lock, crossings] : locks) {
      std::ranges::sort(crossings, {}, [](const Crossing *crossing) { return crossing->place; });
      sink.report(diagnose(program, crossings));
    }
  }
}

} // namespace

Rule lock_across_suspension() { return {info, {}, evaluate}; }

} // namespace coroguard::rules
