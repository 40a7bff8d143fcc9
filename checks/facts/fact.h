// What one translation unit says, or, merged, what a program says. Plain values without judgement: that a call may
// sleep and that a coroutine makes it are facts; that this matters is a rule's business. No Clang types.
#pragma once
#include "diagnostic.h"
#include "facts/string_table.h"
#include "frameworks/model.h" // RunsOn
#include "language/coroutine.h" // Start, SuspensionKind
#include <compare>
#include <cstdint>
#include <vector>

namespace coroguard {

/// A position; the file is a string of the facts' table. Lines and columns count from 1.
struct Place {
  StringId file;
  uint32_t line = 0;
  uint32_t column = 0;
  auto operator<=>(const Place &) const = default;
};

/// Where the object that an expression designates lives, as far as the syntax tells. `owner` is the function whose
/// variable, parameter or `this` it is (a lambda's captures belong to the function around it).
struct Root {
  enum class Kind : uint8_t { Unknown, Variable, Parameter, This, Global };
  Kind kind = Kind::Unknown;
  uint32_t index = 0; // of the parameter
  StringId owner;
  auto operator<=>(const Root &) const = default;
};

/// What the models and attributes say about a called function.
enum class Meaning : uint8_t { None, Blocks, UsesLoopBound, RunsLoop };

/// A call that can matter: it has a meaning, or it reaches a function of the project, or its target is not known.
struct Call {
  Place place;
  StringId callee; // entity id; 0 = indirect
  StringId name;   // qualified name for people
  Meaning meaning = Meaning::None;
  bool awaited = false; // the operand of a written co_await
  bool offLoop = false; // on every path the coroutine has moved to a thread where blocking is fine
  bool dispatched = false; // virtual: the callee is only the declared function
  StringId why;     // the model's reason, a clause
  StringId instead; // the model's replacement
  Root object;          // with UsesLoopBound: the loop-bound object; else the object of a member call
  std::vector<Root> arguments;
  auto operator<=>(const Call &) const = default;
};

/// A callable or a task given to something that runs it.
struct Handoff {
  Place place;
  StringId callable; // entity id of the lambda, function or coroutine
  StringId name;     // its name for people
  StringId through;  // qualified name of what it was given to
  RunsOn runsOn = RunsOn::Unknown;
  bool onStrand = false; // one at a time, so perhaps on the very strand that the objects it uses are bound to
  Root object;           // bound as `this` (std::thread(&Server::run, this)); Unknown when none is
  std::vector<Root> arguments;
  auto operator<=>(const Handoff &) const = default;
};

/// A value that could be awaited, made and not used.
struct Drop {
  enum class Form : uint8_t { Statement, VoidCast, StdIgnore };
  Place place;
  StringId callee; // entity id; 0 = indirect or no call
  StringId name;   // what made the value, for people
  StringId type;   // printed type
  Form form = Form::Statement;
  Start start = Start::Unknown;
  bool isTask = false;      // a coroutine type, or modelled as a task
  bool isAwaitable = false; // in any coroutine; a task that is not can only be started by its library
  bool isAwaiter = false;   // has await_ready, await_suspend and await_resume itself
  bool isNodiscard = false; // its type or the function that made it says [[nodiscard]]
  bool dropAllowed = false; // the model or an attribute says that dropping detaches on purpose
  bool dropIsError = false; // the model or an attribute says that even a started one must be awaited
  bool inCoroutine = false; // so that co_await can be advised
  auto operator<=>(const Drop &) const = default;
};

struct Suspension {
  Place place;
  SuspensionKind kind = SuspensionKind::Await;
  auto operator<=>(const Suspension &) const = default;
};

/// One function definition of the project. Lambdas are functions of their own.
struct Function {
  StringId id;
  StringId name;
  Place place;
  bool isCoroutine = false;
  bool isGenerator = false;      // yields, and what it returns cannot be awaited: it runs on whoever iterates
  bool isLambda = false;
  bool neverBlocks = false;      // an attribute vouches for it
  bool hasIndirectCalls = false; // so "no edge" is not "no call"
  std::vector<Suspension> suspensions;
  std::vector<Call> calls;
  std::vector<Handoff> handoffs;
  std::vector<Drop> drops;
  auto operator<=>(const Function &) const = default;
};

/// A suppression comment; which findings it covers is decided by tool/suppress.
struct Suppression {
  enum class Form : uint8_t { Line, NextLine, Begin, End, Allow };
  Place place;
  Form form = Form::Line;
  StringId rules;  // as written between the parentheses; empty = every rule
  StringId reason; // text behind, if any
  auto operator<=>(const Suppression &) const = default;
};

/// The facts of one or more translation units. A value with a canonical form: see store.h.
struct Facts {
  StringTable strings;
  std::vector<StringId> units; // main files
  std::vector<Function> functions;
  std::vector<Suppression> suppressions;

  std::string_view text(StringId id) const { return strings.text(id); }
  Location location(const Place &place) const {
    return {std::string(text(place.file)), place.line, place.column};
  }
};

} // namespace coroguard
