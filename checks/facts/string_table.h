// Strings stored once and named by a number, so that facts are small and merge without comparing text.
#pragma once
#include <compare>
#include <cstdint>
#include <llvm/Support/Allocator.h>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace coroguard {

/// A string of a table; the default is the empty string in every table.
struct StringId {
  uint32_t value = 0;
  explicit operator bool() const { return value != 0; }
  auto operator<=>(const StringId &) const = default;
};

/// From texts to their numbers in a list that somebody else keeps. The number 0 is the empty string's.
class StringIndex {
public:
  /// The number of the text; that is the size of the list when the list does not hold it yet: append it then.
  uint32_t findOrAdd(std::string_view text, const std::vector<std::string_view> &texts);
  /// Makes all of the list known.
  void catchUp(const std::vector<std::string_view> &texts);

private:
  struct Slot {
    uint32_t number = 0; // 0: free
    uint32_t hash = 0;
  };
  void grow(size_t wanted);
  Slot &slotFor(std::string_view text, uint32_t hash, const std::vector<std::string_view> &texts);

  std::vector<Slot> slots; // a power of two, at most half of them taken
  size_t taken = 0;
};

class StringTable {
public:
  StringTable() = default;
  StringTable(StringTable &&) = default;
  StringTable &operator=(StringTable &&) = default;

  StringId add(std::string_view text);
  std::string_view text(StringId id) const { return texts[id.value]; }
  size_t size() const { return texts.size(); }
  const std::vector<std::string_view> &all() const { return texts; }

  /// Adds texts that the table does not hold and that differ, without looking for each.
  void append(std::string_view text);
  /// The same for texts that follow one another in one block, which `owner` keeps.
  void append(std::string_view block, std::span<const uint32_t> lengths, std::shared_ptr<const void> owner);
  void reserve(size_t count) { texts.reserve(count); }

private:
  std::unique_ptr<llvm::BumpPtrAllocator> storage = std::make_unique<llvm::BumpPtrAllocator>();
  std::vector<std::string_view> texts{std::string_view()};
  std::shared_ptr<const void> blockOwner;
  StringIndex index; // made when `add` first needs it: a table that is only read has none
};

} // namespace coroguard
