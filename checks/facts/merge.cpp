// Every text gets its number in the order of all texts first. Then most of what parts hold needs no more work: parts that
// were read from files are sorted by text, and sorting by the new numbers is the same order.
#include "facts/fields.h"
#include "facts/store.h"
#include "facts/text_order.h"
#include <algorithm>
#include <llvm/ADT/DenseSet.h>
#include <llvm/ADT/StringRef.h>

namespace coroguard {
namespace {

/// Replaces every string id by the one with its number in a list.
struct Renumberer {
  const std::vector<StringId> &numbers;

  template <class... T> void operator()(T &...field) { (visit(field), ...); }

private:
  void visit(StringId &id) { id = numbers[id.value]; }
  template <class T> void visit(std::vector<T> &list) {
    for (T &item : list) visit(item);
  }
  template <class T> void visit(T &field) {
    if constexpr (std::is_class_v<T>) fields(*this, field);
  }
};

void renumber(Facts &facts, const std::vector<StringId> &numbers) {
  Renumberer archive{numbers};
  fields(archive, facts);
}

/// Marks every string that is in use.
struct Marker {
  std::vector<char> &used;

  template <class... T> void operator()(const T &...field) { (visit(field), ...); }

private:
  void visit(const StringId &id) { used[id.value] = true; }
  template <class T> void visit(const std::vector<T> &list) {
    for (const T &item : list) visit(item);
  }
  template <class T> void visit(const T &field) {
    if constexpr (std::is_class_v<T>) fields(*this, field);
  }
};

std::vector<char> usedStrings(const Facts &facts) {
  std::vector<char> used(facts.strings.size());
  used[0] = true;
  Marker marker{used};
  fields(marker, facts);
  return used;
}

constexpr auto isNotBelow = [](const auto &a, const auto &b) { return !(a < b); };

template <class T> bool isSortedUnique(const std::vector<T> &list) {
  return std::adjacent_find(list.begin(), list.end(), isNotBelow) == list.end();
}

template <class T> void sortUnique(std::vector<T> &list) {
  if (isSortedUnique(list)) return;
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

template <class T> void append(std::vector<T> &to, std::vector<T> &&from) {
  if (to.empty()) to = std::move(from);
  else to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

// --- Functions ---------------------------------------------------------------------------------------------------

/// Functions of one name in two programs of a project are two functions: only what stands at one place is one.
auto keyOf(const Function &function) { return std::tie(function.id, function.place); }

/// Calls visit(field of a, same field of b).
template <class A, class B> void forEachField(A &a, B &b, auto visit) {
  auto withB = [&](auto &...fieldsOfA) {
    auto both = [&](auto &...fieldsOfB) { (visit(fieldsOfA, fieldsOfB), ...); };
    fields(both, b);
  };
  fields(withB, a);
}

/// One definition seen in several units: what any unit saw holds.
void join(Function &into, const Function &from) {
  forEachField(into, from, []<class T>(T &a, const T &b) {
    if constexpr (std::is_same_v<T, bool>) a |= b;
    else if constexpr (std::is_same_v<T, StringId>) a = std::min(a, b);
    else if constexpr (!std::is_same_v<T, Place>) // a list; most often each unit saw the same
      if (a != b) a.insert(a.end(), b.begin(), b.end());
  });
}

void sortLists(Function &function) {
  auto sortEach = [](auto &...field) {
    auto sortOne = []<class T>(std::vector<T> &list) { sortUnique(list); };
    auto visit = [&]<class T>(T &one) {
      if constexpr (requires { sortOne(one); }) sortOne(one);
    };
    (visit(field), ...);
  };
  fields(sortEach, function);
}

/// A function with its key beside it, so that sorting does not look at the functions.
struct Keyed {
  StringId id;
  Place place;
  Function *function;
  auto key() const { return std::tie(id, place); }
};

std::vector<Function> joinFunctions(const std::vector<Function *> &functions) {
  std::vector<Keyed> sorted;
  sorted.reserve(functions.size());
  for (Function *function : functions) sorted.push_back({function->id, function->place, function});
  std::sort(sorted.begin(), sorted.end(), [](const Keyed &a, const Keyed &b) { return a.key() < b.key(); });
  std::vector<Function> joined;
  joined.reserve(functions.size());
  for (const Keyed &next : sorted) {
    if (!joined.empty() && keyOf(joined.back()) == next.key()) join(joined.back(), *next.function);
    else joined.push_back(std::move(*next.function));
  }
  for (Function &function : joined) sortLists(function);
  return joined;
}

// --- Strings -----------------------------------------------------------------------------------------------------

/// The table of all texts, sorted, and for every part the numbers that its strings have in it.
struct Numbering {
  StringTable table;
  std::vector<std::vector<StringId>> ofPart;
};

Numbering numberStrings(const std::vector<const StringTable *> &tables) {
  Numbering numbering;
  StringIndex index;
  std::vector<std::string_view> texts(1);
  for (const StringTable *table : tables) {
    std::vector<StringId> &numbers = numbering.ofPart.emplace_back();
    numbers.reserve(table->size());
    for (std::string_view text : table->all()) {
      uint32_t number = index.findOrAdd(text, texts);
      if (number == texts.size()) texts.push_back(text);
      numbers.push_back({number});
    }
  }
  std::vector<uint32_t> order = textOrder(texts), rank(texts.size());
  numbering.table.reserve(texts.size());
  for (uint32_t i = 1; i < order.size(); ++i) {
    rank[order[i]] = i;
    numbering.table.append(texts[order[i]]);
  }
  for (std::vector<StringId> &numbers : numbering.ofPart)
    for (StringId &id : numbers) id.value = rank[id.value];
  return numbering;
}

/// Joining leaves strings behind that nothing names any more.
void dropUnusedStrings(Facts &facts) {
  std::vector<char> used = usedStrings(facts);
  if (std::find(used.begin(), used.end(), false) == used.end()) return;
  StringTable kept;
  std::vector<StringId> numbers(used.size());
  for (uint32_t old = 1; old < used.size(); ++old) {
    if (!used[old]) continue;
    numbers[old].value = static_cast<uint32_t>(kept.size());
    kept.append(facts.text({old}));
  }
  renumber(facts, numbers);
  facts.strings = std::move(kept);
}

/// `parts` have lists only, whose strings are those of `tables`.
Facts mergeLists(std::vector<Facts> parts, const std::vector<const StringTable *> &tables) {
  Facts all;
  Numbering numbering = numberStrings(tables);
  all.strings = std::move(numbering.table);
  std::vector<Function *> functions;
  for (size_t i = 0; i < parts.size(); ++i) {
    renumber(parts[i], numbering.ofPart[i]);
    for (Function &function : parts[i].functions) functions.push_back(&function);
    append(all.units, std::move(parts[i].units));
    append(all.overrides, std::move(parts[i].overrides));
    append(all.bindings, std::move(parts[i].bindings));
    append(all.authorMistakes, std::move(parts[i].authorMistakes));
    append(all.suppressions, std::move(parts[i].suppressions));
  }
  all.functions = joinFunctions(functions);
  sortUnique(all.units);
  sortUnique(all.overrides);
  sortUnique(all.bindings);
  sortUnique(all.authorMistakes);
  sortUnique(all.suppressions);
  dropUnusedStrings(all);
  return all;
}

} // namespace

bool isCanonical(const Facts &facts) {
  auto areSorted = []<class T>(const std::vector<T> &list) { return isSortedUnique(list); };
  auto hasSortedLists = [&](const Function &function) {
    bool sorted = true;
    auto visit = [&]<class T>(const T &field) {
      if constexpr (requires { areSorted(field); }) sorted = sorted && areSorted(field);
    };
    auto visitEach = [&](const auto &...field) { (visit(field), ...); };
    fields(visitEach, function);
    return sorted;
  };
  auto isOutOfOrder = [](const Function &a, const Function &b) { return !(keyOf(a) < keyOf(b)); };
  const std::vector<Function> &functions = facts.functions;
  if (std::adjacent_find(functions.begin(), functions.end(), isOutOfOrder) != functions.end()) return false;
  if (!std::all_of(functions.begin(), functions.end(), hasSortedLists)) return false;
  if (!isSortedUnique(facts.units) || !isSortedUnique(facts.overrides) || !isSortedUnique(facts.bindings)) return false;
  if (!isSortedUnique(facts.authorMistakes)) return false;
  if (!isSortedUnique(facts.suppressions) || !isSortedUnique(facts.strings.all())) return false;
  std::vector<char> used = usedStrings(facts);
  return std::find(used.begin(), used.end(), false) == used.end();
}

Facts merge(const std::vector<const Facts *> &parts) {
  std::vector<Facts> copies;
  std::vector<const StringTable *> tables;
  for (const Facts *part : parts) {
    copies.push_back({StringTable(), part->units, part->functions, part->overrides, part->bindings, part->authorMistakes,
                      part->suppressions});
    tables.push_back(&part->strings);
  }
  return mergeLists(std::move(copies), tables);
}

Facts mergeAll(std::vector<Facts> parts) {
  std::erase_if(parts, [](const Facts &part) { return part.isEmpty(); });
  if (parts.size() == 1 && isCanonical(parts.front())) return std::move(parts.front());
  std::vector<StringTable> kept;
  std::vector<const StringTable *> tables;
  kept.reserve(parts.size());
  for (Facts &part : parts) tables.push_back(&kept.emplace_back(std::move(part.strings)));
  return mergeLists(std::move(parts), tables);
}

Facts withoutUnits(Facts index, const Facts &fresh) {
  llvm::DenseSet<llvm::StringRef> units, entities;
  for (StringId unit : fresh.units) units.insert(llvm::StringRef(fresh.text(unit)));
  for (const Function &function : fresh.functions) entities.insert(llvm::StringRef(fresh.text(function.id)));
  std::erase_if(index.functions, [&](const Function &function) {
    return units.contains(llvm::StringRef(index.text(function.place.file))) ||
           entities.contains(llvm::StringRef(index.text(function.id)));
  });
  std::erase_if(index.units, [&](StringId unit) { return units.contains(llvm::StringRef(index.text(unit))); });
  index.authorMistakes.clear();
  index.suppressions.clear(); // both: of other files, whose findings are not this host's
  return index;
}

} // namespace coroguard
