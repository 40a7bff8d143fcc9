// What is called through variables, fields and parameters of callable types: the functions that the program puts there.
#pragma once
#include "facts/fact.h"
#include <vector>

namespace coroguard {

class Program;

class Slots {
public:
  Slots() = default;
  explicit Slots(const Program &program);

  /// The only function this slot ever holds; 0 when there is none, when there are several, or when not all are known.
  StringId onlyTarget(StringId slot) const {
    return slot.value < states.size() && states[slot.value].kind == Kind::One ? states[slot.value].target : StringId{};
  }

private:
  enum class Kind : uint8_t { None, One, Many };
  struct State {
    Kind kind = Kind::None;
    StringId target;
  };
  bool join(State &into, const State &from);

  std::vector<State> states; // by StringId
};

/// Index of `bindings` by the slot they copy from, in one pass each.
class CopiesIndex {
public:
  explicit CopiesIndex(const Program &program);

  struct Range {
    const StringId *first, *last;
    const StringId *begin() const { return first; }
    const StringId *end() const { return last; }
  };
  Range copiesOf(StringId slot) const { return {slots.data() + starts[slot.value], slots.data() + starts[slot.value + 1]}; }

private:
  std::vector<uint32_t> starts;
  std::vector<StringId> slots;
};

} // namespace coroguard
