#include "facts/relocate.h"
#include "facts/fields.h"
#include "facts/store.h"
#include <functional>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/Path.h>
#include <string>

namespace coroguard {
namespace {

/// Replaces every string id: those of files by one list, all others by another.
struct Replacer {
  const std::vector<StringId> &texts;
  const std::vector<StringId> &files;

  template <class... T> void operator()(T &...field) { (visit(field), ...); }

private:
  void visit(StringId &id) { id = texts[id.value]; }
  void visit(Place &place) { place.file = files[place.file.value]; }
  template <class T> void visit(std::vector<T> &list) {
    for (T &item : list) visit(item);
  }
  template <class T> void visit(T &field) {
    if constexpr (std::is_class_v<T>) fields(*this, field);
  }
};

using Rewrite = std::function<std::string(std::string_view)>;

Facts rewrite(Facts facts, const Rewrite &text, const Rewrite &file) {
  StringTable strings;
  std::vector<StringId> texts, files;
  for (std::string_view old : facts.strings.all()) {
    texts.push_back(strings.add(text(old)));
    files.push_back(strings.add(file(old)));
  }
  std::vector<StringId> units = std::move(facts.units); // files, too
  Replacer replacer{texts, files};
  fields(replacer, facts);
  for (StringId &unit : units) unit = files[unit.value];
  facts.units = std::move(units);
  facts.strings = std::move(strings);
  return merge({&facts}); // sorted by the new texts
}

/// Behind such a character a path goes on, and what looks like an absolute one is the end of another.
bool continuesPath(char c) { return llvm::isAlnum(c) || llvm::StringRef("/._-+~").contains(c); }

} // namespace

Facts withoutRoot(Facts facts, std::string_view root) {
  std::string prefix = std::string(root) + '/';
  auto strip = [&](std::string_view old) {
    std::string text(old);
    for (size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at))
      if (at == 0 || !continuesPath(text[at - 1])) text.erase(at, prefix.size());
      else ++at;
    return text;
  };
  return rewrite(std::move(facts), strip, strip);
}

Facts belowRoot(Facts facts, std::string_view root) {
  auto keep = [](std::string_view old) { return std::string(old); };
  auto join = [&](std::string_view old) {
    bool isRelative = !old.empty() && llvm::sys::path::is_relative(llvm::StringRef(old));
    return isRelative ? std::string(root) + '/' + std::string(old) : std::string(old);
  };
  return rewrite(std::move(facts), keep, join);
}

} // namespace coroguard
