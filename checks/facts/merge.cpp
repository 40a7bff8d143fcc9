#include "facts/fields.h"
#include "facts/store.h"
#include <algorithm>
#include <llvm/ADT/DenseSet.h>
#include <numeric>

namespace coroguard {
namespace {

/// Replaces every string id by what `renumber` says.
template <class Renumber> struct Renumberer {
  Renumber renumber;

  template <class... T> void operator()(T &...field) { (visit(field), ...); }

private:
  void visit(StringId &id) { id = renumber(id); }
  template <class T> void visit(std::vector<T> &list) {
    for (T &item : list) visit(item);
  }
  template <class T> void visit(T &field) {
    if constexpr (std::is_class_v<T>) fields(*this, field);
  }
};

template <class Renumber> void renumberStrings(Facts &facts, Renumber renumber) {
  Renumberer<Renumber> archive{renumber};
  fields(archive, facts);
}

template <class T> void sortUnique(std::vector<T> &list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

template <class T> void append(std::vector<T> &to, const std::vector<T> &from) {
  to.insert(to.end(), from.begin(), from.end());
}

/// One definition seen in several units: what any unit saw holds.
void join(Function &into, const Function &from) {
  into.name = std::min(into.name, from.name);
  into.isCoroutine |= from.isCoroutine;
  into.isGenerator |= from.isGenerator;
  into.isLambda |= from.isLambda;
  into.neverBlocks |= from.neverBlocks;
  into.hasIndirectCalls |= from.hasIndirectCalls;
  append(into.keeps, from.keeps);
  append(into.suspensions, from.suspensions);
  append(into.calls, from.calls);
  append(into.handoffs, from.handoffs);
  append(into.drops, from.drops);
  append(into.losses, from.losses);
  append(into.misuses, from.misuses);
  append(into.loops, from.loops);
  append(into.affinityLosses, from.affinityLosses);
  append(into.lockedCalls, from.lockedCalls);
  append(into.crossUses, from.crossUses);
}

void joinFunctions(std::vector<Function> &functions) {
  // Functions of one name in two programs of a project are two functions: only what stands at one place is one.
  auto key = [](const Function &function) { return std::tie(function.id, function.place); };
  std::sort(functions.begin(), functions.end(), [&](auto &a, auto &b) { return key(a) < key(b); });
  size_t kept = 0;
  for (size_t next = 0; next < functions.size(); ++next) {
    if (kept > 0 && key(functions[kept - 1]) == key(functions[next])) {
      join(functions[kept - 1], functions[next]);
      continue;
    }
    if (kept != next) functions[kept] = std::move(functions[next]);
    ++kept;
  }
  functions.resize(kept);
  for (Function &function : functions) {
    sortUnique(function.keeps);
    sortUnique(function.suspensions);
    sortUnique(function.calls);
    sortUnique(function.handoffs);
    sortUnique(function.drops);
    sortUnique(function.losses);
    sortUnique(function.misuses);
    sortUnique(function.loops);
    sortUnique(function.affinityLosses);
    sortUnique(function.lockedCalls);
    sortUnique(function.crossUses);
  }
}

/// Numbers the strings in the order of their text, so that sorting by number is sorting by text.
void sortStrings(Facts &facts) {
  std::vector<uint32_t> order(facts.strings.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin() + 1, order.end(),
            [&](uint32_t a, uint32_t b) { return facts.text({a}) < facts.text({b}); });
  StringTable sorted;
  std::vector<StringId> renumbered(order.size());
  for (uint32_t old : order) renumbered[old] = sorted.add(facts.text({old}));
  renumberStrings(facts, [&](StringId id) { return renumbered[id.value]; });
  facts.strings = std::move(sorted);
}

/// Joining leaves strings behind that nothing names any more.
void dropUnusedStrings(Facts &facts) {
  std::vector<bool> used(facts.strings.size());
  used[0] = true;
  renumberStrings(facts, [&](StringId id) {
    used[id.value] = true;
    return id;
  });
  if (std::find(used.begin(), used.end(), false) == used.end()) return;
  StringTable kept;
  std::vector<StringId> renumbered(used.size());
  for (uint32_t old = 0; old < used.size(); ++old)
    if (used[old]) renumbered[old] = kept.add(facts.text({old}));
  renumberStrings(facts, [&](StringId id) { return renumbered[id.value]; });
  facts.strings = std::move(kept);
}

} // namespace

Facts merge(const std::vector<const Facts *> &parts) {
  Facts all;
  for (const Facts *part : parts) {
    Facts copy{StringTable(), part->units, part->functions, part->overrides, part->bindings, part->suppressions};
    std::vector<StringId> known(part->strings.size());
    renumberStrings(copy, [&](StringId id) {
      if (id && !known[id.value]) known[id.value] = all.strings.add(part->text(id));
      return known[id.value];
    });
    append(all.units, copy.units);
    std::move(copy.functions.begin(), copy.functions.end(), std::back_inserter(all.functions));
    append(all.overrides, copy.overrides);
    append(all.bindings, copy.bindings);
    append(all.suppressions, copy.suppressions);
  }
  sortStrings(all);
  sortUnique(all.units);
  sortUnique(all.overrides);
  sortUnique(all.bindings);
  sortUnique(all.suppressions);
  joinFunctions(all.functions);
  dropUnusedStrings(all);
  return all;
}

Facts withoutUnits(const Facts &index, const Facts &fresh) {
  llvm::DenseSet<llvm::StringRef> units, entities;
  for (StringId unit : fresh.units) units.insert(llvm::StringRef(fresh.text(unit)));
  for (const Function &function : fresh.functions) entities.insert(llvm::StringRef(fresh.text(function.id)));
  Facts rest = merge({&index});
  std::erase_if(rest.functions, [&](const Function &function) {
    return units.contains(llvm::StringRef(rest.text(function.place.file))) ||
           entities.contains(llvm::StringRef(rest.text(function.id)));
  });
  std::erase_if(rest.units, [&](StringId unit) { return units.contains(llvm::StringRef(rest.text(unit))); });
  rest.suppressions.clear(); // of other files: their findings are not this host's
  return rest;
}

} // namespace coroguard
