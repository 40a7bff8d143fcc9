// A project that does not exist, as facts: as large as wanted, the same for the same size, and in its numbers like a
// real one. Header functions are defined in many units; helpers call one another in long chains and in cycles; a few
// blocking ones are reached from coroutines.
#pragma once
#include "facts/fact.h"
#include <random>
#include <string>

namespace coroguard::bench {

class MadeUpProject {
public:
  static constexpr unsigned functionsPerUnit = 50;  // on average, header functions counted once
  static constexpr unsigned ownFunctions = 45;      // of each unit
  static constexpr unsigned functionsPerHeader = 10;
  static constexpr unsigned headersPerUnit = 4;     // so a header function is seen in 8 units

  explicit MadeUpProject(unsigned functions) : unitCount(std::max(2U, functions / functionsPerUnit)) {}

  unsigned units() const { return unitCount; }
  unsigned functions() const { return unitCount * functionsPerUnit; }

  /// The facts of one unit, in canonical form or not.
  Facts unit(unsigned number);

private:
  // Functions are numbered through: first each unit's own, then those of headers.
  unsigned headers() const { return unitCount / 2; }
  unsigned headerFunctions() const { return unitCount * ownFunctions; }
  bool isInHeader(unsigned function) const { return function >= headerFunctions(); }
  bool isCoroutine(unsigned function) const { return function % 5 == 1; }
  bool isBlocking(unsigned function) const { return function % 20 == 7; }

  unsigned below(unsigned limit) { return static_cast<unsigned>(random() % limit); }
  bool oneIn(unsigned count) { return below(count) == 0; }
  StringId text(const std::string &value) { return made.strings.add(value); }

  std::string moduleOf(unsigned function) const;
  std::string fileOf(unsigned function) const;
  StringId id(unsigned function);
  StringId name(unsigned function);
  Place place(unsigned function);
  Place nextLine() { return {made.functions.back().place.file, ++line, 3 + below(40)}; }
  Root root(StringId owner);

  unsigned calledBy(unsigned function);
  Call callOf(unsigned caller, unsigned callee);
  void addCalls(Function &into, unsigned function);
  void addMeanings(Function &into, unsigned function);
  void addValues(Function &into, unsigned function);
  void addHandoff(unsigned function);
  void addFunction(unsigned function);
  void addRest(unsigned unit);

  unsigned unitCount;
  std::mt19937_64 random;
  uint32_t line = 0;
  Facts made;
};

} // namespace coroguard::bench
