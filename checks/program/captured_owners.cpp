#include "program/captured_owners.h"
#include <algorithm>

namespace coroguard {
namespace {

constexpr size_t mostOwners = 8; // around one function: nested lambdas and the function that they are in

} // namespace

bool CapturedOwners::add(FunctionIndex function, StringId self, const Set &more) {
  Set &set = sets[function];
  bool changed = more.isCut && !set.isCut;
  set.isCut |= more.isCut;
  for (StringId owner : more.owners) {
    if (owner == self || std::find(set.owners.begin(), set.owners.end(), owner) != set.owners.end()) continue;
    if (set.owners.size() < mostOwners) set.owners.push_back(owner), changed = true;
    else if (!set.isCut) set.isCut = changed = true;
  }
  return changed;
}

CapturedOwners::CapturedOwners(const Program &program, const CallersIndex &callers) : sets(program.functions().size()) {
  std::vector<FunctionIndex> work;
  for (FunctionIndex i = 0; i < sets.size(); ++i) {
    StringId self = program.function(i).id;
    bool changed = false;
    auto addRoot = [&](const Root &root) {
      if (root.owner && root.owner != self) changed |= add(i, self, {{root.owner}, false});
    };
    for (const Call &call : program.function(i).calls) {
      addRoot(call.object);
      for (const Root &argument : call.arguments) addRoot(argument);
    }
    if (changed) work.push_back(i);
  }
  while (!work.empty()) {
    FunctionIndex callee = work.back();
    work.pop_back();
    for (CallSite site : callers.callersOf(callee)) {
      Set below = sets[callee]; // a function may call itself
      if (add(site.function, program.function(site.function).id, below)) work.push_back(site.function);
    }
  }
  for (Set &set : sets) std::sort(set.owners.begin(), set.owners.end());
}

} // namespace coroguard
