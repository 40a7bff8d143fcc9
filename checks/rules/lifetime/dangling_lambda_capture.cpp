#include "program/program.h"
#include "rule.h"
#include "rules/lent_object.h"
#include "rules/wording.h"
#include <algorithm>

namespace coroguard::rules {
namespace {

constexpr RuleInfo info{
    .id = "dangling-lambda-capture",
    .summary = "the closure of a coroutine lambda ends before its coroutine, which goes on using its captures",
    .since = "0.1",
    .severity = Severity::Warning,
    .enabledByDefault = true,
    .page = R"md(
## What it finds

A coroutine lambda with captures (or a functor whose `operator()` is a coroutine) whose closure ends while the coroutine
is not done: a temporary that is called at once and not awaited in the same statement; one given to something that only
calls it, or puts its task where it stays; a wrapper that only points to the closure and outlives it.

Also a plain lambda that is given to such a thing (a continuation, `do_with`, `with_semaphore`) when the task that it
returns refers to what the lambda has captured by copy: a nested continuation with `[&copy]`, a coroutine that is given
the copy by reference and uses it behind a suspension, a coroutine of an object or element that only the closure owns.

## Why

The captures of a lambda are members of the closure, and the coroutine frame holds only a pointer to that. When the
closure is gone, the captures are, whether they were made by copy or by reference. An eager coroutine runs into it behind
its first suspension, a lazy one at its first use of a capture.

## Example

```cpp
task<void> step();
struct session {
  std::vector<task<void>> running;
  int count = 0;
  void start() {
    running.push_back([this]() -> task<void> { // the closure ends with this statement
      co_await step();
      ++count;
    }());
  }
};
```

## Instead

```cpp
task<void> step();
struct session {
  std::vector<task<void>> running;
  int count = 0;
  void start() {
    running.push_back([](session *self) -> task<void> { // parameters are copied into the frame
      co_await step();
      ++self->count;
    }(this));
  }
};
```

Or keep the closure until the coroutine is done: await it where it is called, give it to `co_invoke` or `co_spawn`, and in
C++23 make the object a parameter by value, `[this](this auto)`. A local copy of a capture before the first suspension is
enough for an eager coroutine, and not for a lazy one.

## False alarms

A function that is only declared, takes the callable, returns nothing to wait for, and keeps the callable for ever.

## Missed alarms

A closure in a member or container that is overwritten or erased while its coroutine is suspended. A function that is only
declared and gives a task: it may keep the callable in its frame. A closure that calls a captured `std::function`.

## Options

None. A model says of a function with the key `callable` (`kept`, `released` or `lent`) what it does with its callables.

## See also

`task-outlives-scope` when the task is returned, `dangling-spawn-capture` for what is captured by reference.
)md",
    .unsafeFix = "insert `this auto`, in C++23"};

/// Is the callable that this function is given put where it lives on, or into the frame of a coroutine?
bool isKeptBy(FunctionIndex taker, const Dangling &fact, const Program &program) {
  const Function &function = program.function(taker);
  if (function.isCoroutine) return true;
  std::string slot = std::string(program.text(function.id)) + "@parameter:" + std::to_string(fact.argument - 1);
  return std::any_of(program.facts().bindings.begin(), program.facts().bindings.end(),
                     [&](const Binding &binding) { return binding.from && program.text(binding.from) == slot; });
}

/// Does what is known of functions elsewhere say that nothing dangles?
bool isHarmless(const Dangling &fact, const Program &program) {
  FunctionIndex callee = program.find(fact.callee);
  if (!fact.ifKept) return callee != noFunction && isKeptBy(callee, fact, program);
  if (callee == noFunction) return true;
  const std::vector<uint32_t> &keeps = program.function(callee).keeps;
  return std::find(keeps.begin(), keeps.end(), fact.argument) == keeps.end();
}

/// A closure that cannot be copied where it is called from a variable would not compile.
std::vector<Fix> fixOf(const Dangling &fact, const Program &program) {
  if (!fact.own) return {};
  using Form = OwnClosureSpot::Form;
  const char *text = fact.own.form == Form::List ? "(this auto)" : fact.own.form == Form::First ? "this auto, " : "this auto";
  Location place = program.location(fact.own.place);
  return {{.title = "give the coroutine the closure by value", .isSafe = false, .edits = {{place, place, text}}}};
}

/// Is it a plain lambda, whose returned task refers to what it has captured by copy?
bool isPlain(const Dangling &fact) { return static_cast<bool>(fact.type); }

std::string message(const Dangling &fact, const Program &program) {
  if (isPlain(fact))
    return "closure of " + quoted(program, fact.name) + " is not kept by " + quoted(program, fact.through) +
           " until the task that it returns is done; the task refers to the closure's own " +
           quoted(program, fact.subject);
  bool isLambda = program.text(fact.name).starts_with("lambda");
  std::string closure = (isLambda ? "closure of " : "object of ") + quoted(program, fact.name);
  std::string what = fact.through ? closure + " is not kept by " + quoted(program, fact.through) + " until its coroutine is done"
                                  : closure + " ends before its coroutine is done";
  return what + "; " + quoted(program, fact.subject) + " is then read from what is gone";
}

void evaluate(const Program &program, const OptionValues &, Sink &sink) {
  for (const Function &function : program.functions()) {
    for (const Dangling &fact : function.danglings) {
      if (fact.form != Dangling::Form::LambdaCapture || isHarmless(fact, program)) continue;
      Diagnostic finding{.location = program.location(fact.place), .message = message(fact, program)};
      if (fact.made.line && fact.made.line != fact.place.line) finding.notes.push_back({program.location(fact.made), "the closure is made here"});
      if (isPlain(fact)) addKeptUse(fact.callee, fact.argument, program, finding.notes);
      const char *used = isPlain(fact) ? "used here, later" : fact.start == Start::Lazy ? "used here; the call has not begun to run this" : "used here, when the coroutine has been suspended";
      if (fact.used.line) finding.notes.push_back({program.location(fact.used), used});
      if (finding.notes.empty() && fact.at.line) finding.notes.push_back({program.location(fact.at), "given here"});
      finding.fixes = fixOf(fact, program);
      sink.report(std::move(finding));
    }
  }
}

} // namespace

Rule dangling_lambda_capture() { return {info, {}, evaluate}; }

} // namespace coroguard::rules
