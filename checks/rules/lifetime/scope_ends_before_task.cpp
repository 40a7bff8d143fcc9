#include "program/program.h"
#include "rule.h"
#include "rules/lent_object.h"
#include "rules/wording.h"

namespace coroguard::rules {
namespace {

constexpr RuleInfo info{.id = "scope-ends-before-task",
                        .summary =
                            "a local variable that a task uses ends on a path on which the task has not been joined",
                        .since = "0.1",
                        .severity = Severity::Warning,
                        .enabledByDefault = true,
                        .page = R"md(
## What it finds

A local variable (a buffer, a socket, a cancellation source) lent to a task that is running or kept, which ends on some
path before the task is awaited, waited for or joined: an early return, a `break`, an await between start and join that
throws, a declaration behind that of the scope whose destructor joins.

## Why

Who lends something to concurrent work must wait for the work wherever he can leave the scope. The path that was tested
does; the early return does not.

## Example

```cpp
struct started { void join(); };
started start(task<void> work);
task<void> fill(std::string &buffer);
bool cancelled();

void download() {
  std::string buffer;
  started filling = start(fill(buffer));
  if (cancelled()) return; // the task goes on filling a buffer that is gone
  filling.join();
}
```

## Instead

```cpp
struct started { void join(); };
started start(task<void> work);
task<void> fill(std::string &buffer);
bool cancelled();

void download() {
  std::string buffer;
  started filling = start(fill(buffer));
  bool stop = cancelled();
  filling.join();
  if (stop) return;
}
```

Or give the task what it needs: by value, moved, in a `shared_ptr`.

## False alarms

A task that is told to stop, and stops at once, by something that no path shows.

## Missed alarms

Whatever else is done with the task or with what it was given to counts as its join. Exceptions of plain calls.

## See also

`dangling-reference-argument`, `dropped-task-handle`.
)md"};

bool needsException(const Dangling &fact, const Program &program) { return program.text(fact.type) == "exception"; }

std::string message(const Dangling &fact, const Program &program) {
  std::string when = needsException(fact, program) ? " dies when an await throws before the "
                                                   : " dies on a path that does not wait for the ";
  return quoted(program, fact.subject) + when + taskName(fact, program) +
         (needsException(fact, program) ? " is joined; the task goes on using it" : "; the task goes on using it");
}

void evaluate(const Program &program, const OptionValues &, Sink &sink) {
  for (const Function &function : program.functions())
    for (const Dangling &fact : function.danglings) {
      if (fact.form != Dangling::Form::Scope || isHarmless(fact, function, program)) continue;
      sink.report({.location = program.location(fact.place),
                   .message = message(fact, program),
                   .notes = lentNotes(fact, program)});
    }
}

} // namespace

Rule scope_ends_before_task() { return {info, {}, evaluate}; }

} // namespace coroguard::rules
