// Programs written down as facts: functions with calls and handoffs, no source code.
#pragma once
#include "facts/store.h"
#include "program/program.h"
#include <string>

namespace coroguard::testing {

class SmallProgram {
public:
  /// Adds a function or returns the one with that name. Every call of it is at a line of its own.
  Function &function(const std::string &name) {
    StringId id = facts.strings.add(name);
    for (Function &known : facts.functions)
      if (known.id == id) return known;
    Function made;
    made.id = made.name = id;
    made.place = place();
    return facts.functions.emplace_back(std::move(made));
  }
  Function &coroutine(const std::string &name) {
    Function &made = function(name);
    made.isCoroutine = true;
    return made;
  }

  /// `caller` calls `callee`, which need not be defined.
  Call &call(const std::string &caller, const std::string &callee) {
    Call made;
    made.place = place();
    made.callee = made.name = facts.strings.add(callee);
    return function(caller).calls.emplace_back(std::move(made));
  }
  Call &await(const std::string &caller, const std::string &callee) {
    Call &made = call(caller, callee);
    made.awaited = true;
    return made;
  }
  Call &blocks(const std::string &caller, const std::string &what = "sleep") {
    Call &made = call(caller, what);
    made.meaning = Meaning::Blocks;
    made.why = facts.strings.add("it sleeps");
    return made;
  }
  Call &resumes(const std::string &caller, const std::string &what = "resume") {
    Call &made = call(caller, what);
    made.meaning = Meaning::Resumes;
    return made;
  }
  Call &runsLoop(const std::string &caller) {
    Call &made = call(caller, "run");
    made.meaning = Meaning::RunsLoop;
    return made;
  }
  Call &usesTimer(const std::string &caller, Root object) {
    Call &made = call(caller, "timer::cancel");
    made.meaning = Meaning::UsesLoopBound;
    made.why = facts.strings.add("a timer belongs to its loop");
    made.object = object;
    return made;
  }
  Handoff &handOff(const std::string &from, const std::string &callable, RunsOn runs) {
    Handoff made;
    made.place = place();
    made.callable = made.name = facts.strings.add(callable);
    made.through = facts.strings.add("sink");
    made.runsOn = runs;
    return function(from).handoffs.emplace_back(std::move(made));
  }

  Root root(Root::Kind kind, const std::string &owner, uint32_t index = 0) {
    return {kind, index, facts.strings.add(owner)};
  }
  Place place() { return {facts.strings.add("/program.cpp"), ++line, 1}; }

  Program solved() const { return Program(merge({&facts})); }

  Facts facts;
  uint32_t line = 0;
};

inline FunctionIndex index(const Program &program, std::string_view name) {
  for (FunctionIndex i = 0; i < program.functions().size(); ++i)
    if (program.text(program.function(i).name) == name) return i;
  return noFunction;
}
inline const Summary &summary(const Program &program, std::string_view name) {
  return program.summary(index(program, name));
}

} // namespace coroguard::testing
