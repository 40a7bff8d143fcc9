#include "rules/lent_object.h"
#include "program/ways.h"
#include "rules/wording.h"
#include <algorithm>

namespace coroguard::rules {
namespace {

bool isFunction(std::string_view through) { return through.ends_with("()"); }

/// Is the function that the task was given to one that returns only when the task is done?
bool isWaitedFor(const Dangling &fact, const Function &function, const Program &program) {
  std::string_view through = program.text(fact.through);
  if (!isFunction(through)) return false;
  through.remove_suffix(2);
  return std::any_of(function.calls.begin(), function.calls.end(), [&](const Call &call) {
    FunctionIndex callee = program.text(call.name) == through ? program.find(call.callee) : noFunction;
    return callee != noFunction && (program.ways(Hold::Waits).of(callee) || program.ways(Hold::RunsLoop).of(callee));
  });
}

bool isKept(const Dangling &fact, const Program &program) {
  if (program.find(fact.callee) == noFunction && !fact.ifKept) return true;
  return bool(keeperOf(fact.callee, fact.argument, program));
}

/// Of what has a name, the end; of a temporary, whose end is that of its statement, where its task goes.
std::string atNote(const Dangling &fact, const Program &program) {
  if (program.text(fact.type) == "exception") return "when this await throws";
  std::string_view through = program.text(fact.through);
  if (fact.subject || through.empty()) return "dies here";
  return "the task is " + std::string(isFunction(through) ? "given to " : "kept in ") + quoted(through) + " here";
}

} // namespace

bool isKeptUse(const Dangling &fact, const Function &function) {
  return fact.form == Dangling::Form::Argument && fact.callee == function.id && fact.used.line != 0;
}

StringId keeperOf(StringId callee, uint32_t argument, const Program &program) {
  FunctionIndex index = program.find(callee);
  if (index != noFunction) {
    const std::vector<uint32_t> &keeps = program.function(index).keeps;
    if (std::find(keeps.begin(), keeps.end(), argument) != keeps.end()) return callee;
  }
  const std::vector<Override> &overrides = program.facts().overrides; // sorted
  auto each = std::lower_bound(overrides.begin(), overrides.end(), Override{callee, {}, false});
  for (; each != overrides.end() && each->base == callee; ++each)
    if (StringId keeper = keeperOf(each->overrider, argument, program)) return keeper;
  return {};
}

const Dangling *keptUse(StringId callee, uint32_t argument, const Program &program) {
  FunctionIndex index = program.find(callee);
  if (index == noFunction) return nullptr;
  const Function &function = program.function(index);
  for (const Dangling &fact : function.danglings)
    if (isKeptUse(fact, function) && fact.argument == argument) return &fact;
  return nullptr;
}

bool isHarmless(const Dangling &fact, const Function &function, const Program &program) {
  return !isKept(fact, program) || isWaitedFor(fact, function, program);
}

std::string taskName(const Dangling &fact, const Program &program) {
  std::string name(program.text(fact.name));
  std::string made = quoted(name.starts_with("lambda") ? name : name + "()");
  FunctionIndex callee = program.find(fact.callee);
  bool isGenerator = callee != noFunction && program.function(callee).isGenerator;
  std::string task = (isGenerator ? "generator of " : "task of ") + made;
  std::string_view through = program.text(fact.through);
  if (!through.empty()) return task + (isFunction(through) ? " given to " : " in ") + quoted(through);
  return task;
}

void addKeptUse(StringId callee, uint32_t argument, const Program &program, std::vector<Note> &notes) {
  if (StringId keeper = keeperOf(callee, argument, program)) callee = keeper;
  if (const Dangling *use = keptUse(callee, argument, program))
    notes.push_back({program.location(use->used),
                     quoted(program, use->name) + " uses it here, as " + quoted(program, use->subject)});
}

std::vector<Note> lentNotes(const Dangling &fact, const Program &program) {
  std::vector<Note> notes;
  if (fact.made.line && fact.subject)
    notes.push_back({program.location(fact.made), quoted(program, fact.subject) + " is declared here"});
  if (fact.at.line && fact.at != fact.place) notes.push_back({program.location(fact.at), atNote(fact, program)});
  addKeptUse(fact.callee, fact.argument, program, notes);
  return notes;
}

} // namespace coroguard::rules
