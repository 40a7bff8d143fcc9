#include "rules/wording.h"

namespace coroguard::rules {

std::string quoted(std::string_view name) { return "'" + std::string(name) + "'"; }

std::string quoted(const Program &program, StringId name) { return quoted(program.text(name)); }

std::string makerName(const AwaitableValue &value, const Program &program) {
  std::string name(program.text(value.name));
  bool isCalled = !name.empty() && !name.starts_with("lambda"); // "lambda in main" reads badly with parentheses
  return quoted(isCalled ? name + "()" : name);
}

Note calls(const Program &program, CallSite site) {
  const Call &call = program.call(site);
  return {program.location(call.place),
          quoted(program, program.function(site.function).name) + " calls " + quoted(program, call.name)};
}

std::vector<Note> wayThere(const Program &program, const ForeignUse &use, const char *verb, const char *as) {
  const Handoff &start = program.function(use.starter).handoffs[use.handoff];
  std::vector<Note> notes{{program.location(start.place), quoted(program, start.through) + ' ' + verb + ' ' +
                                                              quoted(program, start.name) + ' ' + as}};
  for (CallSite step : use.path) notes.push_back(calls(program, step));
  return notes;
}

} // namespace coroguard::rules
