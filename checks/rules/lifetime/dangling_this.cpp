#include "program/program.h"
#include "rule.h"
#include "rules/wording.h"
#include <algorithm>

namespace coroguard::rules {
namespace {

constexpr RuleInfo info{
    .id = "dangling-this",
    .summary = "a detached member coroutine goes on using its object, which can end first",
    .since = "0.1",
    .severity = Severity::Warning,
    .enabledByDefault = true,
    .page = R"md(
## What it finds

A member coroutine that is started and left to itself while its object is a local variable or temporary of the function
that starts it, or is kept by a smart pointer that ends with that function. Of a class whose objects can own themselves
(`enable_shared_from_this`, C++/WinRT's `implements`), also a member coroutine that nobody can wait for, such as a
`fire_and_forget`, and that uses its members behind a suspension without an owner in its frame; and a coroutine lambda
with only `this` that such an object spawns and leaves to itself, when its destructor does something, and does not wait.

## Why

A member coroutine has only a pointer to its object in the frame. Whoever starts it and does not wait for it ends the
object while the coroutine is suspended.

## Example

```cpp
task<void> step();
struct session : std::enable_shared_from_this<session> {
  int count = 0;
  boost::asio::awaitable<void> run() {
    co_await boost::asio::awaitable<void>();
    ++count; // the object is gone
  }
};

void start(boost::asio::io_context &io) {
  auto s = std::make_shared<session>();
  boost::asio::co_spawn(io, s->run(), boost::asio::detached);
}
```

## Instead

```cpp
struct session : std::enable_shared_from_this<session> {
  int count = 0;
  boost::asio::awaitable<void> run(std::shared_ptr<session> self) {
    co_await boost::asio::awaitable<void>();
    ++count;
  }
};

void start(boost::asio::io_context &io) {
  auto s = std::make_shared<session>();
  boost::asio::co_spawn(io, s->run(s), boost::asio::detached);
}
```

`auto self = shared_from_this();` as the first statement does as well when the coroutine starts at once. In a lazy one it
comes too late when nobody else has the object: when the body begins, it has gone.

## False alarms

An object that something else keeps: a registry into which its constructor puts it, a caller who has another copy of the
smart pointer. A lazy coroutine that takes `shared_from_this()` first and that its executor begins within the call.

## Missed alarms

Objects behind raw pointers, and behind references that the function was given. In a variable, a container or a function
that no model knows, the task is judged by `dangling-reference-argument`.

## See also

`dangling-lambda-capture` when it is a lambda that captures `this`, `stale-after-suspension` for what the object refers to.
)md"};

/// Is the coroutine known to keep its object, or to be done with it before it is suspended?
bool isHarmless(const Dangling &fact, const Program &program) {
  if (!fact.ifKept) return false;
  FunctionIndex callee = program.find(fact.callee);
  if (callee == noFunction) return true;
  const std::vector<uint32_t> &keeps = program.function(callee).keeps;
  return std::find(keeps.begin(), keeps.end(), fact.argument) == keeps.end();
}

std::string message(const Dangling &fact, const Function &function, const Program &program) {
  std::string coroutine = quoted(program, fact.name);
  if (!fact.callee) return "'this' is used behind a suspension of " + coroutine + "; nobody waits for it, and nothing in its frame keeps the object";
  std::string subject = fact.subject ? quoted(program, fact.subject) : "the temporary";
  if (!fact.subject) return "the object of " + coroutine + " ends with this statement; nobody waits for the coroutine, which goes on using it";
  std::string ends = subject + " ends with " + quoted(program, function.name) + "; nobody waits for " + coroutine;
  if (!fact.ifKept) return ends + ", which would keep the object, but has not begun";
  return fact.type ? ends + ", which uses the object and does not keep it" : ends + ", which goes on using it";
}

void evaluate(const Program &program, const OptionValues &, Sink &sink) {
  for (const Function &function : program.functions()) {
    for (const Dangling &fact : function.danglings) {
      if (fact.form != Dangling::Form::This || isHarmless(fact, program)) continue;
      Diagnostic finding{.location = program.location(fact.place), .message = message(fact, function, program)};
      if (fact.made.line) finding.notes.push_back({program.location(fact.made), "declared here"});
      if (fact.at.line) finding.notes.push_back({program.location(fact.at), "suspended here for the first time"});
      if (fact.used.line) finding.notes.push_back({program.location(fact.used), "the coroutine uses its object here"});
      if (finding.notes.empty())
        if (FunctionIndex callee = program.find(fact.callee); callee != noFunction)
          finding.notes.push_back({program.location(program.function(callee).place), "the coroutine, which goes on using it"});
      sink.report(std::move(finding));
    }
  }
}

} // namespace

Rule dangling_this() { return {info, {}, evaluate}; }

} // namespace coroguard::rules
