#include "program/program.h"
#include "rule.h"
#include "rules/wording.h"

namespace coroguard::rules {
namespace {

constexpr RuleInfo info{
    .id = "missing-nodiscard",
    .summary = "a task or awaiter type without [[nodiscard]] can be dropped without a word of the compiler",
    .since = "0.1",
    .severity = Severity::Info,
    .enabledByDefault = false,
    .page = R"md(
## What it finds

The definition of a class that functions of the project return and that has to be awaited, or iterated: a coroutine type
or an awaiter, without `[[nodiscard]]`. Types whose values may be dropped are left out: those of coroutines that start at
once and destroy themselves, and those of which a model says so.

## Why

`save();` instead of `co_await save();` is the most frequent mistake with coroutines. With `[[nodiscard]]` on the class,
every compiler warns about it, whether coroguard is there or not.

## Example

```cpp
template <class T> struct lazy {
  struct promise_type {
    lazy get_return_object();
    std::suspend_always initial_suspend() noexcept;
    std::suspend_always final_suspend() noexcept;
    void return_value(T);
    void unhandled_exception();
  };
  bool await_ready() noexcept;
  void await_suspend(std::coroutine_handle<>) noexcept;
  T await_resume();
};

lazy<int> load();
```

## Instead

```cpp
template <class T> struct [[nodiscard]] lazy {
  struct promise_type {
    lazy get_return_object();
    std::suspend_always initial_suspend() noexcept;
    std::suspend_always final_suspend() noexcept;
    void return_value(T);
    void unhandled_exception();
  };
  bool await_ready() noexcept;
  void await_suspend(std::coroutine_handle<>) noexcept;
  T await_resume();
};

lazy<int> load();
```

`coroguard check --fix` inserts it: the attribute changes nothing that the program does. The compiler warns from then on
where such a value is dropped, and with `-Werror` the build stops there. `(void)` in front says that it is meant.

## False alarms

An awaiter that does its work when it is made, and that may be dropped.

## Missed alarms

A template that is never used in the project, and classes inside of functions.

## See also

`unawaited-coroutine`
)md"};

/// None for what a macro expands to.
std::vector<Fix> fixOf(const Program &program, const AuthorMistake &mistake) {
  if (mistake.fix.line == 0) return {};
  Location behindKeyword = program.location(mistake.fix);
  return {{.title = "insert '[[nodiscard]]'", .isSafe = true, .edits = {{behindKeyword, behindKeyword, " [[nodiscard]]"}}}};
}

void evaluate(const Program &program, const OptionValues &, Sink &sink) {
  for (const AuthorMistake &mistake : program.facts().authorMistakes)
    if (mistake.form == AuthorMistake::Form::NotNodiscard)
      sink.report({.location = program.location(mistake.place),
                   .message = quoted(program, mistake.subject) +
                              " is not [[nodiscard]]; the compiler says nothing when a result is never awaited",
                   .fixes = fixOf(program, mistake)});
}

} // namespace

Rule missing_nodiscard() { return {info, {}, evaluate}; }

} // namespace coroguard::rules
