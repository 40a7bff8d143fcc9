#include "harness/expectations.h"
#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringRef.h>

namespace coroguard::testing {
namespace {

using llvm::StringRef;
using Kind = Expectation::Kind;

/// Takes `word` off the front of the comment, with the spaces behind it.
bool consumeWord(StringRef &comment, StringRef word) {
  if (!comment.consume_front(word)) return false;
  comment = comment.ltrim();
  return true;
}

class CaseParser {
public:
  CaseText run(StringRef text) {
    llvm::SmallVector<StringRef> lines;
    text.split(lines, '\n');
    for (StringRef line : lines) {
      ++number;
      for (size_t at = line.find("// "); at != StringRef::npos; at = line.find("// ", at + 3))
        marker(line.substr(at + 3).ltrim());
    }
    if (result.flags.empty()) result.flags.push_back("-std=c++20");
    return std::move(result);
  }

private:
  void marker(StringRef comment) {
    if (consumeWord(comment, "flags:")) return words(comment, result.flags);
    if (consumeWord(comment, "also:")) return words(comment, result.standards);
    if (consumeWord(comment, "for:")) return words(comment, result.mocks);
    if (consumeWord(comment, "warn:")) return add(Kind::Warn, comment, true, true);
    if (consumeWord(comment, "note:")) return add(Kind::Note, comment, false, true);
    if (consumeWord(comment, "missed alarm:")) return add(Kind::MissedAlarm, comment, true, false);
    if (consumeWord(comment, "false alarm:")) return add(Kind::FalseAlarm, comment, true, false);
    if (consumeWord(comment, "fact:"))
      result.expectations.push_back({Kind::Fact, number, "", comment.split("// ").first.rtrim().str()});
  }

  static void words(StringRef text, std::vector<std::string> &into) {
    llvm::SmallVector<StringRef> parts;
    text.split(parts, ' ', -1, false);
    for (StringRef part : parts) into.push_back(part.str());
  }

  void add(Kind kind, StringRef comment, bool hasRule, bool hasFragment) {
    Expectation expectation{kind, number, "", ""};
    if (hasRule) {
      StringRef rule = comment.take_while([](char c) { return llvm::isAlnum(c) || c == '-'; });
      if (rule.empty()) return error("a marker without a rule id");
      expectation.rule = rule.str();
      comment = comment.drop_front(rule.size()).ltrim();
    }
    if (hasFragment) {
      if (!comment.consume_front("\"") || !comment.contains('"')) return error("a marker without a \"fragment\"");
      expectation.fragment = comment.split('"').first.str();
      if (expectation.fragment.empty()) return error("an empty fragment fits every message");
    }
    result.expectations.push_back(std::move(expectation));
  }

  void error(const char *what) { result.errors.push_back(std::to_string(number) + ": " + what); }

  CaseText result;
  unsigned number = 0;
};

} // namespace

CaseText parseCase(std::string_view text) { return CaseParser().run(text); }

std::vector<Part> splitProgram(std::string_view text, const std::string &defaultName) {
  std::vector<Part> parts{{defaultName, ""}};
  std::string padding;
  llvm::SmallVector<StringRef> lines;
  StringRef(text).split(lines, '\n');
  for (StringRef line : lines) {
    StringRef name = line;
    if (name.consume_front("//--- ")) parts.push_back({name.trim().str(), padding});
    parts.back().text += (line + "\n").str();
    padding += '\n';
  }
  bool onlyComments = llvm::all_of(llvm::split(StringRef(parts.front().text), '\n'),
                                   [](StringRef line) { return line.trim().empty() || line.starts_with("//"); });
  if (parts.size() > 1 && onlyComments) parts.erase(parts.begin());
  return parts;
}

} // namespace coroguard::testing
