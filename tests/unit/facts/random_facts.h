// Facts that no program has, for properties that all facts must have.
#pragma once
#include "facts/fields.h"
#include "facts/store.h"
#include <random>

namespace coroguard::testing {

class RandomFacts {
public:
  explicit RandomFacts(unsigned seed) : random(seed) {}

  Facts make() {
    all = Facts();
    Filler filler{*this};
    fields(filler, all);
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
  /// Fills every field, whatever facts there are: an archive like those that read and write.
  struct Filler {
    RandomFacts &random;
    unsigned depth = 0;

    template <class... T> void operator()(T &...field) { (visit(field), ...); }

    void visit(StringId &id) { id = random.string("text", 9); }
    void visit(Place &place) { place = {random.string("/file", 3), 1 + random.below(5), 1 + random.below(3)}; }
    template <class T> void visit(std::vector<T> &list) {
      list.resize(random.below(depth ? 3 : 6));
      for (T &item : list) Filler{random, depth + 1}.visit(item);
    }
    template <class T> void visit(T &field) {
      if constexpr (std::is_class_v<T>) fields(*this, field);
      else if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) field = random.below(4);
      else field = static_cast<T>(random.below(2));
    }
  };

  std::mt19937 random;
  Facts all;
};

} // namespace coroguard::testing
