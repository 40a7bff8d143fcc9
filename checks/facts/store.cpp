// The file format: a version line, one line per string, one line of numbers per fact, an end line with a checksum.
#include "facts/store.h"
#include "facts/fields.h"
#include <charconv>
#include <llvm/Support/xxhash.h>

namespace coroguard {
namespace {

constexpr std::string_view versionLine = "coroguard-facts 2\n";

/// Strings may hold line breaks (a raw string in an annotation); in the file they may not.
void writeEscaped(std::string &out, std::string_view text) {
  for (char c : text) {
    if (c == '\n') out += "\\n";
    else if (c == '\\') out += "\\\\";
    else out += c;
  }
}

std::string unescape(std::string_view text) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) result += text[i];
    else result += text[++i] == 'n' ? '\n' : text[i];
  }
  return result;
}

class Writer {
public:
  explicit Writer(std::string &out) : out(out) {}

  template <class... T> void operator()(const T &...field) { (visit(field), ...); }

private:
  void number(uint64_t value) {
    char digits[24];
    auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    out.append(digits, end);
    out += ' ';
  }
  void visit(StringId id) { number(id.value); }
  template <class T> void visit(const std::vector<T> &list) {
    number(list.size());
    if constexpr (std::is_same_v<T, Function>) out += '\n';
    for (const T &item : list) {
      visit(item);
      if constexpr (std::is_same_v<T, Function>) out += '\n';
    }
  }
  template <class T> void visit(const T &field) {
    if constexpr (std::is_class_v<T>) fields(*this, field);
    else number(static_cast<uint64_t>(field));
  }

  std::string &out;
};

class Reader {
public:
  Reader(std::string_view text, size_t strings) : next(text.data()), end(next + text.size()), strings(strings) {}

  template <class... T> void operator()(T &...field) { (visit(field), ...); }
  bool good() const { return !failed && next == end; }

private:
  uint64_t number() {
    while (next != end && (*next == ' ' || *next == '\n')) ++next;
    uint64_t value = 0;
    auto [stop, error] = std::from_chars(next, end, value);
    if (error != std::errc()) failed = true;
    next = stop;
    while (next != end && (*next == ' ' || *next == '\n')) ++next;
    return failed ? 0 : value;
  }
  void visit(StringId &id) {
    id.value = static_cast<uint32_t>(number());
    if (id.value >= strings) failed = true, id.value = 0;
  }
  template <class T> void visit(std::vector<T> &list) {
    uint64_t count = number();
    if (count > static_cast<uint64_t>(end - next)) failed = true;
    for (uint64_t i = 0; i < count && !failed; ++i) visit(list.emplace_back());
  }
  template <class T> void visit(T &field) {
    if constexpr (std::is_class_v<T>) fields(*this, field);
    else field = static_cast<T>(number());
  }

  const char *next;
  const char *end;
  size_t strings;
  bool failed = false;
};

/// Cuts the first line off and returns it without its line break.
std::string_view takeLine(std::string_view &text) {
  size_t stop = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, stop);
  text.remove_prefix(std::min(stop + 1, text.size()));
  return line;
}

std::string checksum(std::string_view text) { return "end " + std::to_string(llvm::xxh3_64bits(text)) + "\n"; }

/// The text between the version line and the end line, or nothing with a problem.
std::optional<std::string_view> bodyOf(std::string_view text, const std::string &file,
                                       std::vector<Problem> &problems) {
  if (!text.starts_with(versionLine)) {
    problems.push_back({{file}, "not a facts file of this version of coroguard", "write it again with 'coroguard facts'"});
    return std::nullopt;
  }
  size_t end = text.rfind("end ");
  if (end == std::string_view::npos || text.substr(end) != checksum(text.substr(0, end))) {
    problems.push_back({{file}, "facts file is truncated or altered", "write it again with 'coroguard facts'"});
    return std::nullopt;
  }
  return text.substr(versionLine.size(), end - versionLine.size());
}

} // namespace

std::string write(const Facts &facts) {
  Facts canonical = merge({&facts});
  std::string out(versionLine);
  out += std::to_string(canonical.strings.size()) + "\n";
  for (uint32_t id = 1; id < canonical.strings.size(); ++id) {
    writeEscaped(out, canonical.text({id}));
    out += '\n';
  }
  Writer writer(out);
  fields(writer, std::as_const(canonical));
  out += '\n';
  return out + checksum(out);
}

std::optional<Facts> read(std::string_view text, const std::string &file, std::vector<Problem> &problems) {
  std::optional<std::string_view> body = bodyOf(text, file, problems);
  if (!body) return std::nullopt;
  Facts facts;
  size_t strings = 0;
  std::string_view count = takeLine(*body);
  std::from_chars(count.data(), count.data() + count.size(), strings);
  for (size_t i = 1; i < strings && !body->empty(); ++i) facts.strings.add(unescape(takeLine(*body)));
  Reader reader(*body, facts.strings.size());
  fields(reader, facts);
  if (reader.good()) return facts;
  problems.push_back({{file}, "facts file is malformed", "write it again with 'coroguard facts'"});
  return std::nullopt;
}

} // namespace coroguard
