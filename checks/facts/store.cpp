// The file format: a version line (with the layout of facts); the strings, sorted: how many, their lengths, their bytes;
// the facts, field by field as in fields.h, every number in as few bytes as it needs; a checksum of all that.
#include "facts/store.h"
#include "facts/enumerators.h"
#include "facts/fields.h"
#include "facts/layout.h"
#include <limits>
#include <llvm/Support/Endian.h>
#include <llvm/Support/xxhash.h>

namespace coroguard {
namespace {

/// The number is that of the encoding; a build with other fields has another layout by itself.
const std::string &versionLine() {
  static const std::string line = "coroguard-facts 3 " + factsLayout() + "\n";
  return line;
}
constexpr size_t checksumSize = 8;

class Writer {
public:
  explicit Writer(std::string &out) : out(out) {}

  template <class... T> void operator()(const T &...field) { (visit(field), ...); }

  /// Seven bits a byte, the lowest first; the eighth says that more follow.
  void number(uint64_t value) {
    for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
    out += static_cast<char>(value);
  }

private:
  void visit(StringId id) { number(id.value); }
  template <class T> void visit(const std::vector<T> &list) {
    number(list.size());
    for (const T &item : list) visit(item);
  }
  template <class T> void visit(const T &field) {
    if constexpr (std::is_class_v<T>) fields(*this, field);
    else number(static_cast<uint64_t>(field));
  }

  std::string &out;
};

/// What no fact of this type is shorter than.
template <class T> size_t smallestSize() {
  if constexpr (!std::is_class_v<T> || std::is_same_v<T, StringId>) return 1;
  else {
    std::string empty;
    const T nothing{};
    Writer writer(empty);
    fields(writer, nothing);
    return empty.size();
  }
}

class Reader {
public:
  explicit Reader(std::string_view bytes) : next(bytes.data()), end(next + bytes.size()) {}

  template <class... T> void operator()(T &...field) { (visit(field), ...); }

  bool strings(StringTable &table, std::shared_ptr<const void> owner) {
    auto count = number<uint32_t>();
    if (failed || count > rest()) return false;
    std::vector<uint32_t> lengths(count);
    uint64_t total = 0;
    for (uint32_t &length : lengths) total += length = number<uint32_t>();
    if (failed || total > rest()) return false;
    table.append({next, static_cast<size_t>(total)}, lengths, std::move(owner));
    next += total;
    known = count + 1;
    for (size_t i = 1; i < table.size(); ++i)
      if (table.all()[i] <= table.all()[i - 1]) return false;
    return true;
  }

  /// Was it all read, and well formed?
  bool isComplete() const { return !failed && next == end; }

private:
  size_t rest() const { return static_cast<size_t>(end - next); }

  template <class T> T number(T most = std::numeric_limits<T>::max()) {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && next != end; shift += 7) {
      auto byte = static_cast<uint8_t>(*next++);
      value |= uint64_t(byte & 0x7f) << shift;
      if (byte & 0x80) continue;
      if (value <= most) return static_cast<T>(value);
      break;
    }
    failed = true;
    next = end;
    return 0;
  }

  void visit(StringId &id) {
    id.value = number<uint32_t>();
    if (id.value >= known) failed = true, id.value = 0;
  }
  template <class T> void visit(std::vector<T> &list) {
    static const size_t smallest = smallestSize<T>();
    auto count = number<uint64_t>();
    if (count > rest() / smallest) failed = true;
    if (failed || count == 0) return;
    list.resize(count);
    for (uint64_t i = 0; i < count && !failed; ++i) visit(list[i]);
  }
  void visit(bool &field) { field = number<uint8_t>(1); }
  template <class T> void visit(T &field) {
    if constexpr (std::is_class_v<T>) fields(*this, field);
    else if constexpr (std::is_enum_v<T>) field = static_cast<T>(number<uint8_t>(lastEnumerator<T>()));
    else field = number<T>();
  }

  const char *next;
  const char *end;
  uint32_t known = 1;
  bool failed = false;
};

/// What stands between the version line and the checksum, or nothing with a problem.
std::optional<std::string_view> bodyOf(std::string_view text, const std::string &file,
                                       std::vector<Problem> &problems) {
  constexpr const char *remedy = "write it again with 'coroguard facts'";
  if (!text.starts_with(versionLine())) {
    problems.push_back({{file}, "not a facts file of this version of coroguard", remedy});
    return std::nullopt;
  }
  size_t size = std::max(text.size(), versionLine().size() + checksumSize) - checksumSize;
  if (size + checksumSize != text.size() ||
      llvm::support::endian::read64le(text.data() + size) != llvm::xxh3_64bits(llvm::StringRef(text.substr(0, size)))) {
    problems.push_back({{file}, "facts file is truncated or altered", remedy});
    return std::nullopt;
  }
  return text.substr(versionLine().size(), size - versionLine().size());
}

void writeStrings(std::string &out, const StringTable &table) {
  Writer writer(out);
  writer.number(table.size() - 1);
  for (std::string_view text : table.all())
    if (!text.empty()) writer.number(text.size());
  for (std::string_view text : table.all()) out += text;
}

std::string writeCanonical(const Facts &facts) {
  std::string out = versionLine();
  writeStrings(out, facts.strings);
  Writer writer(out);
  fields(writer, facts);
  char checksum[checksumSize];
  llvm::support::endian::write64le(checksum, llvm::xxh3_64bits(llvm::StringRef(out)));
  return out.append(checksum, checksumSize);
}

} // namespace

std::string write(const Facts &facts) {
  return isCanonical(facts) ? writeCanonical(facts) : writeCanonical(merge({&facts}));
}

std::optional<Facts> read(std::string_view bytes, const std::string &file, std::vector<Problem> &problems) {
  auto copy = std::make_shared<const std::string>(bytes);
  return read(*copy, copy, file, problems);
}

std::optional<Facts> read(std::string_view bytes, std::shared_ptr<const void> owner, const std::string &file,
                          std::vector<Problem> &problems) {
  std::optional<std::string_view> body = bodyOf(bytes, file, problems);
  if (!body) return std::nullopt;
  Facts facts;
  Reader reader(*body);
  if (reader.strings(facts.strings, std::move(owner))) {
    fields(reader, facts);
    if (reader.isComplete()) return facts;
  }
  problems.push_back({{file}, "facts file is malformed", "write it again with 'coroguard facts'"});
  return std::nullopt;
}

} // namespace coroguard
