// Facts that no program has, for properties that all facts must have.
#pragma once
#include "facts/store.h"
#include <random>

namespace coroguard::testing {

class RandomFacts {
public:
  explicit RandomFacts(unsigned seed) : random(seed) {}

  Facts make() {
    all = Facts();
    for (unsigned i = below(3); i > 0; --i) all.units.push_back(string("/unit", 6));
    for (unsigned i = below(8); i > 0; --i) all.functions.push_back(function());
    for (unsigned i = below(4); i > 0; --i) all.suppressions.push_back(suppression());
    return std::move(all);
  }

  unsigned below(unsigned limit) { return std::uniform_int_distribution<unsigned>(0, limit - 1)(random); }

  template <class T> void shuffle(std::vector<T> &list) { std::shuffle(list.begin(), list.end(), random); }

private:
  bool chance() { return below(2) == 0; }

  /// One of few strings, so that facts meet; some are hard to write down.
  StringId string(const char *kind, unsigned variants) {
    static constexpr const char *endings[] = {"", "\n", "\\", "\\n", " end 1\n", "\xc3\xa9\x01"};
    unsigned variant = below(variants);
    std::string text = kind + std::to_string(variant);
    if (variant % 3 == 0) text += endings[variant % 6];
    return chance() && variant == 0 ? StringId{} : all.strings.add(text);
  }
  Place place() { return {string("/file", 3), 1 + below(5), 1 + below(3)}; }
  Root root() { return {static_cast<Root::Kind>(below(5)), below(3), string("owner", 3)}; }
  std::vector<Root> roots() {
    std::vector<Root> list;
    for (unsigned i = below(3); i > 0; --i) list.push_back(root());
    return list;
  }

  Call call() {
    return {place(),  string("id", 6), string("name", 3), static_cast<Meaning>(below(4)), chance(), chance(), chance(),
            string("why", 2), string("instead", 2), root(), roots()};
  }
  Handoff handoff() {
    return {place(), string("id", 6), string("name", 3), string("sink", 2), static_cast<RunsOn>(below(4)), chance(),
            root(), roots()};
  }
  Drop drop() {
    return {place(), string("id", 6), string("name", 3), string("type", 2), static_cast<Drop::Form>(below(3)),
            static_cast<Start>(below(3)), chance(), chance(), chance(), chance(), chance(), chance(), chance()};
  }
  Function function() {
    Function made{string("id", 6), string("name", 3), place(), chance(), chance(), chance(), chance(), chance(),
                  {},           {},             {},      {}};
    for (unsigned i = below(3); i > 0; --i) made.suspensions.push_back({place(), static_cast<SuspensionKind>(below(2))});
    for (unsigned i = below(4); i > 0; --i) made.calls.push_back(call());
    for (unsigned i = below(3); i > 0; --i) made.handoffs.push_back(handoff());
    for (unsigned i = below(3); i > 0; --i) made.drops.push_back(drop());
    return made;
  }
  Suppression suppression() {
    return {place(), static_cast<Suppression::Form>(below(5)), string("rules", 3), string("reason", 3)};
  }

  std::mt19937 random;
  Facts all;
};

} // namespace coroguard::testing
