#include "tool/identity/fingerprint.h"
#include "facts/fields.h"
#include "tool/report/source_text.h"
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/MD5.h>
#include <map>
#include <regex>
#include <set>

namespace coroguard {
namespace {

using llvm::StringRef;

/// The functions that say something of each place in the given files: rules report at places of facts.
class Functions {
public:
  Functions(const Facts &facts, const std::set<std::string, std::less<>> &files) : facts(facts) {
    for (const Function &function : facts.functions) {
      if (!files.count(facts.text(function.place.file))) continue;
      current = facts.text(function.name);
      fields(*this, function);
    }
  }

  std::string_view at(const Location &location) const {
    auto found = names.find(location);
    return found == names.end() ? std::string_view() : found->second;
  }

  /// Called by `fields` with every field of a fact.
  template <class... Field> void operator()(const Field &...field) { (visit(field), ...); }

private:
  void visit(const Place &place) {
    if (place.line == 0) return;
    auto [entry, isNew] = names.try_emplace(facts.location(place), current);
    if (!isNew) entry->second = std::min(entry->second, current); // a lambda's place is one of its maker's calls, too
  }
  template <class T> void visit(const std::vector<T> &list) {
    for (const T &one : list) visit(one);
  }
  template <class T> void visit(const T &fact) {
    if constexpr (requires { fields(*this, fact); }) fields(*this, fact);
  }

  const Facts &facts;
  std::string_view current;
  std::map<Location, std::string_view> names;
};

/// Clang names what has no name by its place: "(lambda at /src/a.cpp:3:4)".
std::string withoutPlaces(std::string_view text) {
  static const std::regex place(R"( at [^()]*:\d+:\d+\))");
  return std::regex_replace(std::string(text), place, ")");
}

/// Reformatting is no other line.
std::string withoutBlanks(StringRef line) {
  std::string text;
  for (char c : line)
    if (!llvm::isSpace(c)) text += c;
  return text;
}

std::string digest(std::initializer_list<StringRef> parts) {
  llvm::MD5 hash;
  for (StringRef part : parts) {
    hash.update(part);
    hash.update(StringRef("\0", 1));
  }
  llvm::MD5::MD5Result result;
  hash.final(result);
  return std::string(result.digest());
}

} // namespace

std::string_view nameInProject(std::string_view file, const std::string &projectRoot) {
  StringRef rest = file;
  bool isBelow = !projectRoot.empty() && rest.consume_front(projectRoot) &&
                 (StringRef(projectRoot).ends_with("/") || rest.consume_front("/")) && !rest.empty();
  return isBelow ? std::string_view(rest) : file;
}

void identify(std::vector<Diagnostic> &diagnostics, const Facts &facts, const Sources &sources) {
  std::set<std::string, std::less<>> files;
  for (const Diagnostic &diagnostic : diagnostics) files.insert(diagnostic.location.file);
  Functions functions(facts, files);
  SourceText disk;
  auto lineAt = [&](const Location &location) {
    std::optional<std::string> given = sources.line ? sources.line(location) : std::nullopt;
    return given ? *given : disk.line(location).str();
  };
  std::map<std::string, unsigned> occurrences;
  for (Diagnostic &diagnostic : diagnostics) {
    diagnostic.function = withoutPlaces(functions.at(diagnostic.location));
    bool isInFunction = !diagnostic.function.empty();
    std::string where = isInFunction ? diagnostic.function : withoutBlanks(lineAt(diagnostic.location));
    auto renamed = sources.renamed.find(diagnostic.location.file);
    const std::string &file = renamed == sources.renamed.end() ? diagnostic.location.file : renamed->second;
    std::string print = digest({diagnostic.rule, nameInProject(file, sources.projectRoot),
                                isInFunction ? "in" : "line", where, withoutPlaces(diagnostic.message)});
    diagnostic.fingerprint = print + ":" + std::to_string(++occurrences[print]);
  }
}

bool isFingerprint(std::string_view text) {
  auto [hash, ordinal] = StringRef(text).split(':');
  auto isHex = [](char c) { return llvm::isDigit(c) || (c >= 'a' && c <= 'f'); };
  unsigned number = 0;
  return hash.size() == 32 && llvm::all_of(hash, isHex) && !ordinal.getAsInteger(10, number) && number > 0;
}

} // namespace coroguard
