// Whose variables the code below a function may use by capture: a lambda uses those of the function around it, and may be
// called by a function that knows nothing of them (an algorithm that was given the lambda).
#pragma once
#include "program/solve.h"
#include <span>

namespace coroguard {

class CapturedOwners {
public:
  CapturedOwners(const Program &program, const CallersIndex &callers);

  /// Entity ids of the functions whose calls in progress matter to a call of this one. Mostly none: a function ends the
  /// search for its own variables.
  std::span<const StringId> of(FunctionIndex function) const { return sets[function].owners; }

  /// False when there were too many to list, so that an absent one may be in progress.
  bool areComplete(FunctionIndex function) const { return !sets[function].isCut; }

private:
  struct Set {
    std::vector<StringId> owners;
    bool isCut = false;
  };
  /// Adds to a function's set; false when that changes nothing.
  bool add(FunctionIndex function, StringId self, const Set &more);

  std::vector<Set> sets; // by function
};

} // namespace coroguard
