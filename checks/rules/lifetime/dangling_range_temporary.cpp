#include "program/program.h"
#include "rule.h"
#include "rules/lent_object.h"
#include "rules/wording.h"

namespace coroguard::rules {
namespace {

constexpr RuleInfo info{.id = "dangling-range-temporary",
                        .summary = "a range-for goes over a part of a temporary that has ended",
                        .since = "0.1",
                        .severity = Severity::Warning,
                        .enabledByDefault = true,
                        .page = R"md(
## What it finds

A range-for in a coroutine over what refers into a temporary, `for (auto x : make().items())`, before C++23; and, in any
function, a loop over a generator that was lent a temporary, directly or through a variable.

## Why

Before C++23 only the last temporary of the range lives as long as the loop. A generator begins when the loop asks it for
the first value: the temporaries of the call that made it are gone, and it has kept references. C++23 extends the lives of
all temporaries in the range of a loop, not of those of a variable that is initialised before it.

## Example

```cpp
struct page { std::string text; const std::string &letters() const { return text; } };
task<page> load();

task<int> count() {
  int n = 0;
  for (char c : (co_await load()).letters()) n += c == 'a'; // the page is gone when the loop begins
  co_return n;
}
```

## Instead

```cpp
struct page { std::string text; const std::string &letters() const { return text; } };
task<page> load();

task<int> count() {
  int n = 0;
  page loaded = co_await load();
  for (char c : loaded.letters()) n += c == 'a';
  co_return n;
}
```

## False alarms

A class that gives out references to shared data and has a member of the same type.

## Missed alarms

A member function that is only declared, without `[[clang::lifetimebound]]`, and returns a view. Plain functions, for which
the compiler warns.

## See also

`dangling-reference-argument`.
)md"};

std::string message(const Dangling &fact, const Program &program) {
  if (!fact.callee && !fact.name)
    return "a temporary of type " + quoted(program, fact.type) +
           " dies before the loop begins; its range refers into it";
  std::string what = fact.subject ? quoted(program, fact.subject) : "a temporary";
  return what + " dies before the loop begins; the " + taskName(fact, program) + " still refers to it";
}

void evaluate(const Program &program, const OptionValues &, Sink &sink) {
  for (const Function &function : program.functions()) {
    for (const Dangling &fact : function.danglings) {
      if (fact.form != Dangling::Form::RangeTemporary) continue;
      bool isGenerator = fact.callee || fact.name;
      if (isGenerator && isHarmless(fact, function, program)) continue;
      Diagnostic finding{.location = program.location(fact.place), .message = message(fact, program)};
      if (isGenerator)
        finding.notes = lentNotes(fact, program);
      else
        finding.notes.push_back({program.location(fact.made), "made here"});
      sink.report(std::move(finding));
    }
  }
}

} // namespace

Rule dangling_range_temporary() { return {info, {}, evaluate}; }

} // namespace coroguard::rules
