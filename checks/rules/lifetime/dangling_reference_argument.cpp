#include "program/program.h"
#include "rule.h"
#include "rules/lent_object.h"
#include "rules/wording.h"
#include <unordered_set>

namespace coroguard::rules {
namespace {

constexpr RuleInfo info{.id = "dangling-reference-argument",
                        .summary = "a temporary or local variable is lent to a task that outlives it",
                        .since = "0.1",
                        .severity = Severity::Warning,
                        .enabledByDefault = true,
                        .page = R"md(
## What it finds

A call of a coroutine that is given a temporary or a local variable by reference, pointer or view, when its task is kept
in a variable, put into a container, started or spawned, so that it goes on when the object has ended. Default arguments,
implicit conversions that make a temporary, and the object of a member coroutine count. The coroutine is looked
at, in whichever file it is: one that does not use the argument after its first suspension is fine when it starts in the
call; a lazy one has not even begun. Also a coroutine that is called nowhere in the program and uses an object behind a
suspension that it was given by `&&`; of one that nobody can wait for (a `fire_and_forget`), also one that it was given by
`const &` and could have copied; and a lambda that is a coroutine, of a type that starts at the call, given as a
`std::function` with `&&` in its signature to what nobody here sees.

## Why

A reference parameter of a coroutine is copied into its frame as a reference. `co_await f(text())` is fine, because the
temporary lives until the end of the full expression. `auto t = f(text());` looks the same and is not.

## Example

```cpp
task<int> count_words(const std::string &text) { co_return text.size(); }
std::string load();

task<int> count() {
  auto words = count_words(load()); // the string is gone when the body runs
  co_return co_await std::move(words);
}
```

## Instead

```cpp
task<int> count_words(std::string text) { co_return text.size(); }
std::string load();

task<int> count() {
  auto words = count_words(load());
  co_return co_await std::move(words);
}
```

Or await the task in the expression that makes it.

## False alarms

A function that waits for the task it is given, when neither its body, a model nor its name (`run`, `wait_until`) says
so. A `&&` parameter of a coroutine whose callers are outside of the analysed program and await it at once.

## Missed alarms

A function that starts at the call and is only declared: it may have copied what it was given. A free function that is
only declared, takes the task and gives a number: it may have waited. A pool that calls `run` what starts a task, when
its class is not named for what it is. Objects that are lent
through a class with a constructor and destructor of its own. What the library does with a task in a function that no
model knows.

## See also

`scope-ends-before-task`, `task-outlives-scope`, `dangling-range-temporary`.
)md"};

std::string message(const Dangling &fact, const Program &program) {
  std::string task = taskName(fact, program);
  if (!fact.subject) return "a temporary dies at the end of this statement; the " + task + " still refers to it";
  return quoted(program, fact.subject) + " dies before the " + task + " is done; the task still refers to it";
}

using Entities = std::unordered_set<uint32_t>;

Entities calledSomewhere(const Program &program) {
  Entities called;
  for (const Function &function : program.functions())
    for (const Call &call : function.calls) called.insert(call.callee.value);
  return called;
}

void reportGivenAway(const Dangling &fact, const Program &program, Sink &sink) {
  Diagnostic finding{.location = program.location(fact.used),
                     .message = quoted(program, fact.subject) + " is used behind a suspension of " +
                                quoted(program, fact.name) + "; what was given by '" +
                                std::string(program.text(fact.type)) + "' may have ended with its caller's statement"};
  finding.notes.push_back({program.location(fact.made), quoted(program, fact.subject) + " is declared here"});
  sink.report(std::move(finding));
}

void evaluate(const Program &program, const OptionValues &, Sink &sink) {
  std::optional<Entities> called;
  for (const Function &function : program.functions()) {
    for (const Dangling &fact : function.danglings) {
      if (fact.form != Dangling::Form::Argument) continue;
      if (isKeptUse(fact, function)) {
        if (!fact.type) continue; // by its type, it stays where it is
        if (!called) called = calledSomewhere(program);
        bool isSeen = called->contains(function.id.value) || (fact.through && program.find(fact.through) != noFunction);
        if (!isSeen) reportGivenAway(fact, program, sink);
        continue;
      }
      if (isHarmless(fact, function, program)) continue;
      sink.report({.location = program.location(fact.place),
                   .message = message(fact, program),
                   .notes = lentNotes(fact, program)});
    }
  }
}

} // namespace

Rule dangling_reference_argument() { return {info, {}, evaluate}; }

} // namespace coroguard::rules
