#include "program/program.h"
#include "rule.h"
#include "rules/wording.h"

namespace coroguard::rules {
namespace {

constexpr RuleInfo info{
    .id = "stale-after-suspension",
    .summary = "a reference, iterator or check is taken before a suspension and used behind it, when others may have changed the object",
    .since = "0.1",
    .severity = Severity::Warning,
    .enabledByDefault = true,
    .page = R"md(
## What it finds

A reference, pointer, iterator or view that a coroutine takes out of a member, a global variable or an object that it
shares with others, and uses behind a suspension without taking it again; a range-for over such an object that suspends
in its body; and a check (for null, for emptiness, of a weak pointer) before a suspension that nobody repeats behind it.
It is reported when some other function really changes the object: erases from it, refills it, replaces or empties it.

A loop that a library runs (`do_for_each`) over such an object is a range-for that suspends: what its own continuations
erase counts, too. Other calls of the same coroutine count where it looks something up by a parameter and inserts.

A check counts only on the way that it opens: where the pointer is not null, or the container not empty. A call of a
function that asks the same, or fills the object, is a check or an assignment too.

## Why

While a coroutine is suspended, everything else runs. A request that comes in meanwhile erases the session, a reload
replaces the configuration, a new entry moves the vector's elements. Behind the suspension the reference looks as good as
before, and leads to memory that is gone.

## Example

```cpp
#include <map>

task<int> load(int key);

struct cache {
  std::map<int, int> values;

  void forget(int key) { values.erase(key); }
  task<void> refresh() {
    for (auto &[key, value] : values) value = co_await load(key);
  }
};
```

## Instead

```cpp
#include <map>
#include <vector>

task<int> load(int key);

struct cache {
  std::map<int, int> values;

  void forget(int key) { values.erase(key); }
  task<void> refresh() {
    std::vector<int> keys;
    for (auto &[key, value] : values) keys.push_back(key);
    for (int key : keys) {
      int fresh = co_await load(key);
      if (auto found = values.find(key); found != values.end()) found->second = fresh;
    }
  }
};
```

Copy what is needed before the suspension (of a `shared_ptr`, the pointer), or look it up again behind it.

## False alarms

A function that changes the object but never runs at that time: a public one that is called only while the program
starts, or before the coroutine. What keeps both apart must be visible in the same file. The rule knows these arrangements:

- an asynchronous lock that both sides take, themselves or in all their callers,
- a changer that first awaits the scope or the task in which the coroutine was started,
- one function that awaits the changer and the coroutine in turn,
- a flag or a counter that the changer sets and the coroutine asks behind the suspension,
- a `bool` that the coroutine sets and the changer asks.

Another one, a gate that is closed say, is not seen.

## Missed alarms

Objects that only another file changes, and what a function gives whose body is in another file: nobody sees which member
it leads to. References given to an awaited function, which may use them behind its own suspensions. A value that is
computed before and written back behind. A vector to which only a plain function adds, which may be the set-up; one that
is named like a handler (`onConnect`) counts.

Parameters taken by reference or pointer, whose owner is usually the caller that waits: only of a class that owns itself
or changes in callbacks of its own are they reported. The object of a `shared_ptr` is reported only when its class is
active in such a way or has coroutines of its own. Neither is reported when some coroutine has an object of the class in
its own frame, nor what a `shared_ptr<const T>` gives.

## See also

`dangling-reference-argument` for references to what has ended, `dangling-this` for the object itself.
)md"};

/// "which 'cache::forget' can change", or nobody is known by name.
std::string whoChanges(const Program &program, const Crossing &crossing, const Function &function) {
  if (!crossing.type) return "others can change";
  if (crossing.type == function.name) return "another call of " + quoted(program, crossing.type) + " can change";
  return quoted(program, crossing.type) + " can change";
}

std::string message(const Program &program, const Crossing &crossing, const std::string &changer) {
  if (crossing.form == Crossing::Form::Range)
    return "loop over " + quoted(program, crossing.subject) + " suspends, and " + changer +
           " that meanwhile; its iterator may dangle behind";
  if (crossing.form == Crossing::Form::Checked)
    return quoted(program, crossing.subject) + " was checked before a suspension, and " + changer +
           " it meanwhile; the check does not hold here";
  return quoted(program, crossing.subject) + " refers into " + quoted(program, crossing.source) + ", and " + changer +
         " that during the suspension; it may dangle here";
}

const char *takenNote(Crossing::Form form) {
  if (form == Crossing::Form::Range) return "the loop begins here";
  return form == Crossing::Form::Checked ? "checked here" : "taken here";
}

void evaluate(const Program &program, const OptionValues &, Sink &sink) {
  for (const Function &function : program.functions())
    for (const Crossing &crossing : function.crossings) {
      bool isStale = crossing.form == Crossing::Form::Stale || crossing.form == Crossing::Form::Checked ||
                     crossing.form == Crossing::Form::Range;
      if (!isStale) continue; // other rules' crossings
      Diagnostic diagnostic{.location = program.location(crossing.place)};
      diagnostic.message = message(program, crossing, whoChanges(program, crossing, function));
      diagnostic.notes.push_back({program.location(crossing.taken), takenNote(crossing.form)});
      if (crossing.form != Crossing::Form::Range)
        diagnostic.notes.push_back({program.location(crossing.across), "the coroutine suspends here"});
      sink.report(std::move(diagnostic));
    }
}

} // namespace

Rule stale_after_suspension() { return {info, {}, evaluate}; }

} // namespace coroguard::rules
