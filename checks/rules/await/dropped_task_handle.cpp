#include "program/program.h"
#include "rule.h"
#include "rules/lost_value.h"
#include "rules/wording.h"

namespace coroguard::rules {
namespace {

constexpr RuleInfo info{
    .id = "dropped-task-handle",
    .summary = "the handle of work that has started is dropped, so the work stops or nobody learns how it ends",
    .since = "0.1",
    .severity = Severity::Warning,
    .enabledByDefault = true,
    .page = R"md(
## What it finds

A task or future whose work has already begun, and whose handle is lost: dropped as a statement, or kept in a local
variable or container that nobody awaits, on every path or on one. It asks for proof that the loss matters: the library's
model says `drop: error`, or the destructor of the type is there to read and destroys the coroutine.

## Why

If the handle has the frame, dropping it destroys a coroutine that is in the middle of something. If not, the work goes
on without its owner: what it refers to may be gone before it ends, and its exception goes nowhere.

## Example

```cpp
struct [[clang::annotate("coroguard::must_await")]] job {
  struct promise_type {
    job get_return_object();
    std::suspend_never initial_suspend() noexcept;
    std::suspend_never final_suspend() noexcept;
    void unhandled_exception();
    void return_void();
  };
  ~job();
  bool await_ready() noexcept;
  void await_suspend(std::coroutine_handle<>) noexcept;
  void await_resume();
};
job upload(record &r);

job handle(record r, bool wait) {
  auto uploading = upload(r);
  if (!wait) co_return; // r is gone, the upload goes on
  co_await uploading;
}
```

## Instead

```cpp
struct [[clang::annotate("coroguard::must_await")]] job {
  struct promise_type {
    job get_return_object();
    std::suspend_never initial_suspend() noexcept;
    std::suspend_never final_suspend() noexcept;
    void unhandled_exception();
    void return_void();
  };
  ~job();
  bool await_ready() noexcept;
  void await_suspend(std::coroutine_handle<>) noexcept;
  void await_resume();
};
job upload(record &r);

job handle(record r) {
  auto uploading = upload(r);
  co_await uploading;
}
```

## False alarms

Work that is meant to be cut off at once, or whose outcome interests nobody: say so in the model (`drop: allowed`,
`detached_by`) or with `[[clang::annotate("coroguard::fire_and_forget")]]` on the type.

## Missed alarms

An eager type without a model whose destructor is in a library's header. A handle whose type may own the coroutine and
that lives while others run: keeping it in scope may be how the work is kept going.

## See also

`unawaited-coroutine` and `unawaited-variable` for work that has not begun.
)md"};

std::string consequence(const AwaitableValue &value) {
  return value.stopsWhenDropped ? "the running coroutine is destroyed" : "the work goes on or stops unseen, and its exception is lost";
}

std::string message(const Loss &loss, const Program &program) {
  std::string maker = makerName(loss.value, program), variable = quoted(program, loss.variable);
  std::string what = "work that " + maker + " has started";
  switch (loss.form) {
  case Loss::Form::Overwritten: what = variable + " gets another value before the " + what + " is awaited"; break;
  case Loss::Form::InContainer: what = variable + " holds the " + what + ", and nobody awaits what it holds"; break;
  default: what = variable + " holds the " + what + ", and nobody awaits it"; break;
  }
  bool onPath = loss.at.line && loss.form != Loss::Form::Overwritten;
  return what + (onPath ? " on every path; " : "; ") + consequence(loss.value);
}

/// A cast says that somebody meant it, unless the library says that nobody may.
bool isDeliberate(const Drop &drop) {
  if (drop.form == Drop::Form::Statement || drop.form == Drop::Form::Converted) return false;
  return !drop.value.dropIsError || drop.value.isBackground;
}

void evaluate(const Program &program, const OptionValues &, Sink &sink) {
  for (const Function &function : program.functions()) {
    for (const Loss &loss : function.losses) {
      if (lostAs(loss) != LostAs::StartedWork) continue;
      sink.report({.location = program.location(loss.place), .message = message(loss, program), .notes = lossNotes(loss, program)});
    }
    for (const Drop &drop : function.drops) {
      if (drop.value.dropAllowed || !isStartedWork(drop.value) || isDeliberate(drop)) continue;
      sink.report({.location = program.location(drop.place),
                   .message = "handle of the work that " + makerName(drop.value, program) + " has started is dropped; " + consequence(drop.value)});
    }
  }
}

} // namespace

Rule dropped_task_handle() { return {info, {}, evaluate}; }

} // namespace coroguard::rules
