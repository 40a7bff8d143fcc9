#include "program/program.h"
#include "rule.h"
#include "rules/wording.h"

namespace coroguard::rules {
namespace {

constexpr RuleInfo info{
    .id = "copyable-handle-owner",
    .summary = "a class destroys a coroutine in its destructor and can be copied, or is moved by a copy",
    .since = "0.1",
    .severity = Severity::Warning,
    .enabledByDefault = true,
    .page = R"md(
## What it finds

A class whose destructor destroys the coroutine of a `coroutine_handle` member, itself or in a member function that it
calls, and that can be copied or copy-assigned: because nothing is declared, with `= default`, or with a function that only
copies the members. Also one that is moved by such a copy: its move constructor or assignment is `= default`, or a
constructor that copies the handle and leaves it where it was.

## Why

A `coroutine_handle` is a pointer. Of two objects with the same handle both destroy the coroutine; the second one destroys
what is gone already. The copy is easily made: passed by value, put into a container, captured. A move by default is such
a copy, too: it leaves a pointer where it was.

## Example

```cpp
struct owner {
  explicit owner(std::coroutine_handle<> coroutine) : coroutine(coroutine) {}
  ~owner() { coroutine.destroy(); }

  std::coroutine_handle<> coroutine;
};
```

## Instead

```cpp
struct owner {
  explicit owner(std::coroutine_handle<> coroutine) : coroutine(coroutine) {}
  owner(owner &&other) noexcept : coroutine(std::exchange(other.coroutine, nullptr)) {}
  owner &operator=(owner &&other) noexcept {
    std::swap(coroutine, other.coroutine);
    return *this;
  }
  ~owner() {
    if (coroutine) coroutine.destroy();
  }

  std::coroutine_handle<> coroutine;
};
```

A declared move constructor or assignment already deletes the copies.

## False alarms

A class that is never copied, and whose copies nobody has deleted: that is one `= delete` away from being safe. Classes
inside of functions are left alone.

## Missed alarms

A coroutine that is destroyed by somebody else than the destructor and what it calls. A handle kept as an address, or
in an optional, a container or a base class. A copy written by hand
that does more than to copy: it may count owners. A move assignment by hand. A move of a class that looks at another
member of class type before it destroys: that one may say who owns the coroutine.

## See also

`swallowed-exception-in-promise`, `missing-nodiscard`, `dropped-task-handle`
)md",
    .unsafeFix = "delete the copies, when nobody has written them and the class declares a constructor"};

/// Code that copies does not compile any more, and that is the point.
std::vector<Fix> fixOf(const Program &program, const AuthorMistake &mistake) {
  if (mistake.fix.line == 0) return {};
  std::string name(program.text(mistake.subject));
  if (size_t scope = name.rfind("::"); scope != std::string::npos) name.erase(0, scope + 2);
  Location place = program.location(mistake.fix);
  std::string text = name + "(const " + name + " &) = delete;\n" + name + " &operator=(const " + name + " &) = delete;\n";
  return {{.title = "delete the copies", .isSafe = false, .edits = {{place, place, text}}}};
}

/// A move is repaired where it is written; a class that can be copied is never repaired at its own name.
bool isMove(const AuthorMistake &mistake) { return mistake.fix == mistake.place; }

Diagnostic diagnose(const Program &program, const AuthorMistake &mistake) {
  Diagnostic diagnostic{.location = program.location(mistake.place)};
  diagnostic.message = quoted(program, mistake.subject) + " destroys the coroutine of " + quoted(program, mistake.name) +
                       (isMove(mistake) ? " and a move leaves the handle in both objects; both destroy it"
                                        : " and can be copied; both copies destroy it");
  diagnostic.notes.push_back({program.location(mistake.other), "it is destroyed here"});
  if (!isMove(mistake)) diagnostic.fixes = fixOf(program, mistake);
  return diagnostic;
}

void evaluate(const Program &program, const OptionValues &, Sink &sink) {
  for (const AuthorMistake &mistake : program.facts().authorMistakes)
    if (mistake.form == AuthorMistake::Form::CopyableOwner) sink.report(diagnose(program, mistake));
}

} // namespace

Rule copyable_handle_owner() { return {info, {}, evaluate}; }

} // namespace coroguard::rules
