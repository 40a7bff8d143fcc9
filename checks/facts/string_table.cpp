#include "facts/string_table.h"
#include <cstring>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/xxhash.h>

namespace coroguard {
namespace {

uint32_t hashOf(std::string_view text) { return static_cast<uint32_t>(llvm::xxh3_64bits(llvm::StringRef(text))); }

std::string_view copyInto(llvm::BumpPtrAllocator &storage, std::string_view text) {
  if (text.empty()) return {};
  char *copy = storage.Allocate<char>(text.size());
  std::memcpy(copy, text.data(), text.size());
  return {copy, text.size()};
}

} // namespace

StringIndex::Slot &StringIndex::slotFor(std::string_view text, uint32_t hash, const std::vector<std::string_view> &texts) {
  size_t mask = slots.size() - 1;
  for (size_t at = hash & mask;; at = (at + 1) & mask) {
    Slot &slot = slots[at];
    if (!slot.number || (slot.hash == hash && texts[slot.number] == text)) return slot;
  }
}

void StringIndex::grow(size_t wanted) {
  size_t size = slots.empty() ? 64 : slots.size();
  while (size < 2 * wanted) size *= 2;
  if (size == slots.size()) return;
  std::vector<Slot> old(size);
  old.swap(slots);
  for (Slot slot : old) {
    if (!slot.number) continue;
    size_t at = slot.hash & (size - 1);
    while (slots[at].number) at = (at + 1) & (size - 1);
    slots[at] = slot;
  }
}

void StringIndex::catchUp(const std::vector<std::string_view> &texts) {
  grow(texts.size());
  for (auto number = static_cast<uint32_t>(taken + 1); number < texts.size(); ++number, ++taken) {
    uint32_t hash = hashOf(texts[number]);
    slotFor(texts[number], hash, texts) = {number, hash};
  }
}

uint32_t StringIndex::findOrAdd(std::string_view text, const std::vector<std::string_view> &texts) {
  if (text.empty()) return 0;
  grow(taken + 2);
  uint32_t hash = hashOf(text);
  Slot &slot = slotFor(text, hash, texts);
  if (slot.number) return slot.number;
  slot = {static_cast<uint32_t>(texts.size()), hash};
  ++taken;
  return slot.number;
}

StringId StringTable::add(std::string_view text) {
  index.catchUp(texts);
  uint32_t number = index.findOrAdd(text, texts);
  if (number == texts.size()) texts.push_back(copyInto(*storage, text));
  return {number};
}

void StringTable::append(std::string_view text) { texts.push_back(copyInto(*storage, text)); }

void StringTable::append(std::string_view block, std::span<const uint32_t> lengths, std::shared_ptr<const void> owner) {
  blockOwner = std::move(owner);
  texts.reserve(texts.size() + lengths.size());
  size_t at = 0;
  for (uint32_t length : lengths) {
    texts.push_back(block.substr(at, length));
    at += length;
  }
}

} // namespace coroguard
