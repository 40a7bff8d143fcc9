#include "tool/cache/recording.h"
#include "tool/cache/bytes.h"
#include <algorithm>

namespace coroguard {
namespace {

enum Flags : uint8_t { KindBits = 3, HasContent = 4, HasListing = 8, HasRealPath = 16, AllFlags = 31 };

/// Joins two answers to one question; false when they differ.
bool join(std::optional<Digest> &known, const std::optional<Digest> &answer) {
  if (known && answer) return *known == *answer;
  if (answer) known = answer;
  return true;
}

bool join(FileKind &known, FileKind answer) {
  if (known == FileKind::Present && answer != FileKind::Missing) known = answer;
  bool isWeaker = answer == FileKind::Present && known != FileKind::Missing;
  return known == answer || isWeaker;
}

size_t sharedPrefix(std::string_view a, std::string_view b) {
  return static_cast<size_t>(std::mismatch(a.begin(), a.begin() + static_cast<ptrdiff_t>(std::min(a.size(), b.size())), b.begin()).first - a.begin());
}

} // namespace

void Recording::add(Dependency answer) {
  auto [entry, isNew] = known.try_emplace(answer.path, answer);
  Dependency &all = entry->second;
  if (isNew) return;
  bool agrees = join(all.kind, answer.kind) && join(all.content, answer.content) && join(all.listing, answer.listing) &&
                join(all.realPath, answer.realPath);
  if (!agrees) useful = false;
}

std::vector<Dependency> Recording::dependencies() const {
  std::vector<Dependency> all;
  all.reserve(known.size());
  for (const auto &[path, dependency] : known) all.push_back(dependency);
  return all;
}

/// Each path as how much of the one before it begins with, and the rest: sorted paths share most of their text.
std::string encode(const std::vector<Dependency> &sorted) {
  std::string out;
  putNumber(out, sorted.size());
  std::string_view last;
  for (const Dependency &one : sorted) {
    size_t shared = sharedPrefix(last, one.path);
    putNumber(out, shared);
    putText(out, std::string_view(one.path).substr(shared));
    last = one.path;
    out += static_cast<char>(uint8_t(one.kind) | (one.content ? HasContent : 0) | (one.listing ? HasListing : 0) |
                             (one.realPath ? HasRealPath : 0));
    for (const std::optional<Digest> &digest : {one.content, one.listing, one.realPath})
      if (digest) out += digest->view();
  }
  return out;
}

std::optional<std::vector<Dependency>> decodeDependencies(std::string_view bytes) {
  ByteReader reader(bytes);
  uint64_t count = reader.number();
  if (count > bytes.size()) return std::nullopt;
  std::vector<Dependency> all(count);
  std::string_view last;
  for (Dependency &one : all) {
    uint64_t shared = reader.number();
    std::string_view rest = reader.text();
    if (shared > last.size() || reader.failed()) return std::nullopt;
    one.path = std::string(last.substr(0, shared)).append(rest);
    last = one.path;
    uint8_t flags = reader.byte();
    if (flags > AllFlags) return std::nullopt;
    one.kind = static_cast<FileKind>(flags & KindBits);
    if (flags & HasContent) one.content = reader.digest();
    if (flags & HasListing) one.listing = reader.digest();
    if (flags & HasRealPath) one.realPath = reader.digest();
  }
  if (!reader.isComplete()) return std::nullopt;
  return all;
}

Digest contentDigest(std::string_view bytes, std::string_view realPath) { return contentDigest(digestOf(bytes), realPath); }

Digest contentDigest(const Digest &bytes, std::string_view realPath) {
  return digestOf(std::string(bytes.view()).append(realPath));
}

Digest listingDigest(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  DigestOfMany all;
  for (const std::string &name : names) all.add(name);
  return all.result();
}

} // namespace coroguard
