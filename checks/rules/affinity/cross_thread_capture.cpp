#include "program/program.h"
#include "rule.h"
#include "rules/wording.h"

namespace coroguard::rules {
namespace {

constexpr RuleInfo info{
    .id = "cross-thread-capture",
    .summary = "work sent to another thread or shard uses what belongs to its sender",
    .since = "0.1",
    .severity = Severity::Warning,
    .enabledByDefault = true,
    .page = R"md(
## What it finds

A callable that is sent to another event loop, shard or thread, and that

- uses a member of the captured `this` although it is given the object of that class which lives over there,
- changes the captured `this` on a thread that is not the object's,
- changes a variable captured by reference, when nobody waits for the work, or when several threads do it at the same
  time (`invoke_on_all`),
- carries a value that may not travel at all, such as a pointer whose reference count is not atomic; in a container, a
  pair or a plain structure as well.

Continuations inside the callable count. One report per callable, at the first use.

## Why

Loops that share nothing need no locks. A callable that reaches back into its sender's object reads it while the sender
changes it, and a count that two threads change at once frees an object too early or never. Both go wrong under load
only.

## Example

```cpp
template <class T> struct per_loop {
  template <class F> COROGUARD_OTHER_LOOP void invoke_on(unsigned loop, F work);
};

struct registry {
  per_loop<registry> &everywhere;
  int entries = 0;

  void count_there() {
    everywhere.invoke_on(0, [this](registry &there) { there.entries += entries; });
  }
};
```

## Instead

```cpp
template <class T> struct per_loop {
  template <class F> COROGUARD_OTHER_LOOP void invoke_on(unsigned loop, F work);
};

struct registry {
  per_loop<registry> &everywhere;
  int entries = 0;

  void count_there() {
    everywhere.invoke_on(0, [mine = entries](registry &there) { there.entries += mine; });
  }
};
```

## False alarms

A member that nothing changes after start-up, but that is not `const`; a call of a `const` member function whose body is
in another file and that looks at nothing. Make the first `const` and the second `static`.

## Missed alarms

Plain data captured by reference when the sender waits for one thread: nobody else uses it meanwhile. An object that is sent to a thread
chosen by a constant, a member or a function's result: this may be the object's own thread. What a function called by the
work does.

## See also

`wrong-thread-call` for loop-bound objects on plain threads. The macros of `<coroguard/annotations.h>` say which function
sends work elsewhere (`COROGUARD_OTHER_LOOP`) and which class may not travel (`COROGUARD_THREAD_BOUND`).
)md"};

std::string message(const Program &program, const CrossUse &use) {
  switch (use.form) {
  case CrossUse::Form::Member:
    return quoted(program, use.subject) + " of the captured 'this' is used in work sent to another thread; the object " +
           "belongs to the sender's thread";
  case CrossUse::Form::Reference:
    return quoted(program, use.subject) + " is changed in work sent to another thread; nobody waits for the work, so the " +
           "sender may use it at the same time";
  case CrossUse::Form::Raced:
    return quoted(program, use.subject) + " is changed on several threads at the same time; each needs a value of its own";
  case CrossUse::Form::BoundValue:
    std::string subject = use.subject ? quoted(program, use.subject) : "an argument";
    return subject + " carries a " + quoted(program, use.type) + " to another thread; " + std::string(program.text(use.why));
  }
  return {};
}

void evaluate(const Program &program, const OptionValues &, Sink &sink) {
  for (const Function &function : program.functions()) {
    for (const CrossUse &use : function.crossUses) {
      Diagnostic diagnostic{.location = program.location(use.place)};
      diagnostic.message = message(program, use);
      diagnostic.notes.push_back({program.location(use.sentAt), quoted(program, use.through) + " runs the work on another thread"});
      sink.report(std::move(diagnostic));
    }
  }
}

} // namespace

Rule cross_thread_capture() { return {info, {}, evaluate}; }

} // namespace coroguard::rules
