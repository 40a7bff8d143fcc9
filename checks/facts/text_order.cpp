// Eight bytes at a time: texts are sorted by a piece that is kept beside their number, and those whose pieces are equal
// by the next piece. Comparing whole texts would read their common beginning again and again.
#include "facts/text_order.h"
#include <algorithm>
#include <cstring>
#include <llvm/Support/Endian.h>

namespace coroguard {
namespace {

constexpr size_t pieceSize = 8;
constexpr size_t fewTexts = 12; // below, comparing whole texts is faster

struct Entry {
  uint64_t piece; // of the text, from the depth on; behind the text's end, zeros
  uint32_t number;
};

class TextSort {
public:
  explicit TextSort(const std::vector<std::string_view> &texts) : texts(texts) {}

  /// Sorts entries whose texts are equal before `depth` and are at least that long.
  void sort(Entry *first, Entry *last, size_t depth) const {
    while (static_cast<size_t>(last - first) > fewTexts) {
      uint64_t different = 0;
      for (Entry *entry = first; entry != last; ++entry) {
        entry->piece = pieceOf(texts[entry->number], depth);
        different |= entry->piece ^ first->piece;
      }
      depth += pieceSize;
      if (different == 0) {
        first = endedFirst(first, last, depth);
        continue;
      }
      std::sort(first, last, [](const Entry &a, const Entry &b) { return a.piece < b.piece; });
      return sortGroups(first, last, depth);
    }
    std::sort(first, last, [&](const Entry &a, const Entry &b) {
      return texts[a.number].substr(depth) < texts[b.number].substr(depth);
    });
  }

private:
  static uint64_t pieceOf(std::string_view text, size_t depth) {
    if (text.size() >= depth + pieceSize) return llvm::support::endian::read64be(text.data() + depth);
    char padded[pieceSize] = {};
    std::memcpy(padded, text.data() + depth, text.size() - depth);
    return llvm::support::endian::read64be(padded);
  }

  /// Of texts with equal pieces, those that end in them are the beginning of the others: they come first, the shorter
  /// ones before the longer ones (which go on with zeros). Returns where the others begin.
  Entry *endedFirst(Entry *first, Entry *last, size_t depth) const {
    auto length = [&](const Entry &entry) { return texts[entry.number].size(); };
    Entry *longer = std::partition(first, last, [&](const Entry &entry) { return length(entry) <= depth; });
    std::sort(first, longer, [&](const Entry &a, const Entry &b) { return length(a) < length(b); });
    return longer;
  }

  void sortGroups(Entry *first, Entry *last, size_t depth) const {
    while (first != last) {
      Entry *end = std::find_if(first + 1, last, [&](const Entry &entry) { return entry.piece != first->piece; });
      if (end - first > 1) sort(endedFirst(first, end, depth), end, depth);
      first = end;
    }
  }

  const std::vector<std::string_view> &texts;
};

} // namespace

std::vector<uint32_t> textOrder(const std::vector<std::string_view> &texts) {
  std::vector<Entry> entries(texts.size());
  for (uint32_t number = 0; number < texts.size(); ++number) entries[number] = {0, number};
  TextSort(texts).sort(entries.data(), entries.data() + entries.size(), 0);
  std::vector<uint32_t> order;
  order.reserve(entries.size());
  for (const Entry &entry : entries) order.push_back(entry.number);
  return order;
}

} // namespace coroguard
