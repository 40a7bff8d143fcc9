// What a virtual call may run: the declared body and those of the overriders that the program shows.
#pragma once
#include "facts/fact.h"
#include <span>
#include <vector>

namespace coroguard {

class Program;

/// One virtual function with the bodies that a call of it may reach. Its members are its own body, unless it is pure,
/// and per overrider the overrider's body, or its group when it is overridden itself.
struct DispatchGroup {
  uint32_t members = 0;   // how many
  bool isComplete = true; // every member's body is in the program
};

class Dispatch {
public:
  Dispatch() = default;
  explicit Dispatch(const Program &program);

  const std::vector<DispatchGroup> &groups() const { return all; }

  /// The group of the virtual function with this entity id, ~0 when its calls reach nothing that is known.
  uint32_t groupOf(StringId entity) const { return entity.value < byEntity.size() ? byEntity[entity.value] : ~uint32_t(0); }

  /// A member of a group: a function, or behind the last of them the group with the rest of the number.
  struct Membership {
    uint32_t member, group;
  };
  const std::vector<Membership> &memberships() const { return members; }

private:
  void add(const Program &program, uint32_t group, StringId body, bool asGroup);
  void addAlone(const Program &program, StringId entity);

  std::vector<DispatchGroup> all;
  std::vector<uint32_t> byEntity; // by StringId
  std::vector<Membership> members;
};

} // namespace coroguard
