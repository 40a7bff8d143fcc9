#include "rules/held_thread.h"
#include <algorithm>
#include <deque>
#include <functional>
#include <optional>

namespace coroguard::rules {
namespace {

VirtualCalls policy(const OptionValues &options) {
  const auto &word = options.get<std::string>(virtualCalls);
  return word == "skip" ? VirtualCalls::Skip : word == "all" ? VirtualCalls::All : VirtualCalls::Declared;
}

class Search {
public:
  Search(const Program &program, const OptionValues &options, std::initializer_list<Hold> holds)
      : program(program), allowed(options.get<std::vector<std::string>>(allow)), holds(holds) {
    bool isDefault = policy(options) == VirtualCalls::Declared;
    for (Hold hold : holds)
      ways.push_back(isDefault ? program.ways(hold) : own.emplace_back(program.solveWays(hold, policy(options))));
  }

  std::vector<HeldThread> run() {
    std::vector<HeldThread> found;
    for (FunctionIndex i = 0; i < program.functions().size(); ++i) {
      const Summary &summary = program.summary(i);
      if ((!summary.onLoop && !summary.onFiber) || program.function(i).neverBlocks) continue;
      for (const Call &call : program.function(i).calls) {
        if (!holdsLoop(call) || isAllowed(call.name)) continue;
        if (auto held = shortest(i, call)) found.push_back(*std::move(held));
      }
    }
    return found;
  }

private:
  bool isAllowed(StringId name) const {
    return std::find(allowed.begin(), allowed.end(), program.text(name)) != allowed.end();
  }

  std::optional<HeldThread> shortest(FunctionIndex loopCode, const Call &call) const {
    std::optional<HeldThread> best;
    for (size_t i = 0; i < holds.size(); ++i) {
      if (holds[i] == Hold::Waits && program.summary(loopCode).onFiber) continue; // only this fiber waits
      auto held = follow(loopCode, call, holds[i], ways[i]);
      if (held && (!best || held->chain.size() < best->chain.size())) best = std::move(held);
    }
    return best;
  }

  std::optional<HeldThread> follow(FunctionIndex loopCode, const Call &call, Hold hold, const Ways &to) const {
    HeldThread held{loopCode, &call, hold, {}};
    if (Ways::isEnd(program, call, hold)) return held;
    if (program.isChosenElsewhere(call)) return std::nullopt;
    FunctionIndex callee = to.through(program, call);
    if (callee == noFunction) return std::nullopt; // unknown is not "blocks"
    if (program.summary(callee).onLoop || program.function(callee).isCoroutine) return std::nullopt; // reported there
    while (callee != noFunction) {
      held.chain.push_back({callee, to.of(callee).call});
      const Call &step = program.call(held.chain.back());
      if (isAllowed(step.name)) return std::nullopt;
      callee = Ways::isEnd(program, step, hold) ? noFunction : to.through(program, step);
    }
    return held;
  }

  const Program &program;
  const std::vector<std::string> &allowed;
  std::vector<Hold> holds;
  std::deque<Ways> own;
  std::vector<std::reference_wrapper<const Ways>> ways;
};

std::string step(const Program &program, CallSite site) {
  const Call &call = program.call(site);
  std::string caller = quoted(program, program.function(site.function).name);
  if (call.origin == Origin::Destructor) return caller + " destroys " + quoted(program, call.subject ? call.subject : call.name);
  return caller + (call.dispatched ? " calls the virtual " : " calls ") + quoted(program, call.name);
}

} // namespace

std::vector<HeldThread> heldThreads(const Program &program, const OptionValues &options) {
  return Search(program, options, {Hold::Sleeps, Hold::Waits}).run();
}

std::vector<HeldThread> nestedLoops(const Program &program, const OptionValues &options) {
  return Search(program, options, {Hold::RunsLoop}).run();
}

std::vector<Note> proof(const Program &program, const HeldThread &held, const char *verb) {
  std::vector<Note> notes;
  for (size_t i = 0; i + 1 < held.chain.size(); ++i)
    notes.push_back({program.location(program.call(held.chain[i]).place), step(program, held.chain[i])});
  const Call &end = held.end(program);
  std::string text = quoted(program, end.name) + " " + verb + ": " + std::string(program.text(end.why));
  if (end.instead) text += "; use " + std::string(program.text(end.instead));
  notes.push_back({program.location(end.place), text});
  return notes;
}

std::string loopCodeName(const Program &program, const HeldThread &held) {
  const Function &function = program.function(held.loopCode);
  if (function.givesLoopsTask && !program.summary(held.loopCode).onLoop)
    return quoted(program, function.name) + ", where alone what it returns can be made";
  return (function.isCoroutine ? "coroutine " : "a loop callback, ") + quoted(program, function.name);
}

} // namespace coroguard::rules
