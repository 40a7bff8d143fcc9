// Strings stored once and named by a number, so that facts are small and merge without comparing text.
#pragma once
#include <compare>
#include <cstdint>
#include <llvm/ADT/DenseMap.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/Allocator.h>
#include <llvm/Support/StringSaver.h>
#include <memory>
#include <string_view>
#include <vector>

namespace coroguard {

/// A string of a table; the default is the empty string in every table.
struct StringId {
  uint32_t value = 0;
  explicit operator bool() const { return value != 0; }
  auto operator<=>(const StringId &) const = default;
};

class StringTable {
public:
  StringTable() { ids.try_emplace(llvm::StringRef(), 0); }
  StringTable(StringTable &&) = default;
  StringTable &operator=(StringTable &&) = default;

  StringId add(std::string_view text) {
    auto known = ids.find(llvm::StringRef(text));
    if (known != ids.end()) return {known->second};
    llvm::StringRef kept = llvm::StringRef(text).copy(*storage);
    texts.push_back(kept);
    auto id = static_cast<uint32_t>(texts.size() - 1);
    ids.try_emplace(kept, id);
    return {id};
  }

  std::string_view text(StringId id) const { return texts[id.value]; }
  size_t size() const { return texts.size(); }

private:
  std::unique_ptr<llvm::BumpPtrAllocator> storage = std::make_unique<llvm::BumpPtrAllocator>();
  std::vector<llvm::StringRef> texts{llvm::StringRef()};
  llvm::DenseMap<llvm::StringRef, uint32_t> ids;
};

} // namespace coroguard
