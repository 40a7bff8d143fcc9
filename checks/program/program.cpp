#include "program/program.h"
#include "program/registered_callables.h"
#include "program/solve.h"
#include "program/ways.h"

namespace coroguard {

Program::Program(Facts facts) : all(std::move(facts)) {
  index();
  summaries.resize(all.functions.size());
  virtualCalls = Dispatch(*this);
  slots = Slots(*this);
  callers = std::make_unique<CallersIndex>(*this);
  for (Hold hold : {Hold::Sleeps, Hold::Waits, Hold::RunsLoop})
    solvedWays.push_back(solveWays(hold, VirtualCalls::Declared));
  solveBlocking(*this, *callers, ways(Hold::Sleeps), summaries);
  solveLoopRunners(*this, *callers, summaries);
  solveLoopCode(*this, summaries);
  slotsOfSeveralThreads = coroguard::slotsOfSeveralThreads(*this, summaries);
  solveCalledOnLoop(*this, summaries);
  solveResumes(*this, *callers, summaries);
  foreign = solveForeignUses(*this, *callers);
  signal = solveSignalUses(*this);
}

void Program::index() {
  byEntity.assign(all.strings.size(), noFunction);
  coroutines.reserve(all.functions.size());
  for (FunctionIndex i = 0; i < all.functions.size(); ++i) {
    const Function &function = all.functions[i];
    bool isRepeated = i > 0 && all.functions[i - 1].id == function.id;
    byEntity[function.id.value] = isRepeated ? noFunction : i;
    coroutines.push_back(function.isCoroutine);
    for (uint32_t call = 0; call < function.calls.size(); ++call) {
      bool isMeaningful = function.calls[call].meaning != Meaning::None || function.calls[call].resumesHandle;
      if (isMeaningful) meaningful.push_back({i, call});
      if (function.calls[call].slot) indirect.push_back({i, call});
    }
  }
}

Program::Program(Program &&) noexcept = default;
Program::~Program() = default;

FunctionIndex Program::runsDuring(const Call &call) const {
  StringId target = call.callee ? call.callee : slots.onlyTarget(call.slot);
  FunctionIndex callee = call.dispatched ? noFunction : find(target);
  bool onlyCreated = callee != noFunction && !call.awaited && isCoroutine(callee);
  return onlyCreated ? noFunction : callee;
}

const Ways &Program::ways(Hold hold) const { return solvedWays[static_cast<size_t>(hold)]; }

Ways Program::solveWays(Hold hold, VirtualCalls policy) const { return Ways(*this, *callers, hold, policy); }

namespace {

/// Sorts `count` edges by their key into `values`; forEach(visit) visits (key, value) twice.
template <class Value, class ForEach>
void sortByKey(size_t keys, ForEach forEach, std::vector<uint32_t> &starts, std::vector<Value> &values) {
  starts.assign(keys + 1, 0);
  forEach([&](uint32_t key, const Value &) { ++starts[key + 1]; });
  for (size_t i = 1; i < starts.size(); ++i) starts[i] += starts[i - 1];
  values.resize(starts.back());
  std::vector<uint32_t> next(starts.begin(), starts.end() - 1);
  forEach([&](uint32_t key, const Value &value) { values[next[key]++] = value; });
}

} // namespace

CallersIndex::CallersIndex(const Program &program) {
  indexSites(program);
  indexGroups(program);
}

void CallersIndex::indexSites(const Program &program) {
  const uint32_t functions = program.functions().size();
  auto nodeOf = [&](const Call &call) {
    uint32_t group = call.dispatched ? program.dispatch().groupOf(call.callee) : ~uint32_t(0);
    return group == ~uint32_t(0) ? program.runsDuring(call) : functions + group;
  };
  auto forEachSite = [&](auto visit) {
    for (FunctionIndex caller = 0; caller < functions; ++caller) {
      const std::vector<Call> &calls = program.function(caller).calls;
      for (uint32_t call = 0; call < calls.size(); ++call)
        if (uint32_t callee = nodeOf(calls[call]); callee != noFunction) visit(callee, CallSite{caller, call});
    }
  };
  sortByKey(functions + program.dispatch().groups().size(), forEachSite, starts, sites);
}

void CallersIndex::indexGroups(const Program &program) {
  const uint32_t functions = program.functions().size();
  auto forEachMember = [&](auto visit) {
    for (const Dispatch::Membership &member : program.dispatch().memberships()) visit(member.member, functions + member.group);
  };
  sortByKey(nodes(), forEachMember, groupStarts, groups);
}

} // namespace coroguard
