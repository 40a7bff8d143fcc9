#include "tool/share/include_lines.h"
#include <clang/Basic/LangOptions.h>
#include <clang/Lex/Lexer.h>
#include <llvm/ADT/STLExtras.h>
#include <llvm/TargetParser/Triple.h>

namespace coroguard {
namespace {

using clang::Token;
using llvm::StringRef;
namespace tok = clang::tok;

clang::LangOptions rawLanguage() {
  clang::LangOptions options;
  std::vector<std::string> includes;
  clang::LangOptions::setLangDefaults(options, clang::Language::CXX, llvm::Triple(), includes, clang::LangStandard::lang_cxx20);
  return options;
}

/// What stands behind `include`; nothing when it is a macro or anything else that needs more than a look.
std::optional<IncludeLine> headerName(StringRef rest) {
  rest = rest.ltrim(" \t");
  bool isAngled = rest.starts_with("<");
  if (!isAngled && !rest.starts_with("\"")) return std::nullopt;
  auto [name, behind] = rest.drop_front().split(isAngled ? '>' : '"');
  behind = behind.trim();
  bool isPlain = behind.empty() || behind.starts_with("//") || (behind.starts_with("/*") && behind.ends_with("*/"));
  if (name.empty() || !isPlain || name.size() + 2 > rest.size() || behind.ends_with("\\")) return std::nullopt;
  return IncludeLine{name.str(), isAngled};
}

class Reader {
public:
  explicit Reader(StringRef text) : text(text), language(rawLanguage()), lexer({}, language, text.begin(), text.begin(), text.end()) {}

  IncludeLines read() {
    for (next(); !token.is(tok::eof) && result.isWhole;) {
      if (token.is(tok::hash) && token.isAtStartOfLine()) directive();
      else other();
    }
    if (guard == Guard::Open || !conditionals.empty()) guard = Guard::None;
    result.isGuarded = guard == Guard::Closed || hasPragmaOnce;
    return std::move(result);
  }

private:
  enum class Guard { Possible, Open, Closed, None };
  struct Conditional {
    int braces = 0; // where it begins: its branches begin alike
    bool isGuard = false;
    std::optional<bool> holds{}; // when every C++ since 11 decides it alike
    bool isSure() const { return isGuard || holds == true; }
  };

  void next() { lexer.LexFromRawLexer(token); }
  bool isOnSameLine() const { return !token.is(tok::eof) && !token.isAtStartOfLine(); }
  StringRef word() const { return token.is(tok::raw_identifier) ? token.getRawIdentifier() : StringRef(); }

  void other() {
    if (guard == Guard::Possible || guard == Guard::Closed) guard = Guard::None;
    if (token.is(tok::l_brace)) ++braces;
    if (token.is(tok::r_brace)) --braces;
    bool mayBeModule = word() == "import" || word() == "module" || word() == "export";
    if (token.isAtStartOfLine() && braces == 0 && mayBeModule) result.isWhole = false;
    next();
  }

  void directive() {
    next();
    if (!isOnSameLine()) return;
    StringRef name = word();
    const char *behind = lexer.getBufferLocation();
    next();
    if (name != "define") mustDefine = {};
    if (name == "include") include(behind);
    else if (name == "include_next" || name == "import" || name == "embed") result.isWhole = !isCertain();
    else if (name.starts_with("if")) open(name);
    else if (name.starts_with("el")) otherwise(name == "else");
    else if (name == "endif") close();
    else if (name == "define") define();
    else if (name == "pragma") pragma();
    if (guard == Guard::Possible || (guard == Guard::Closed && name != "endif")) guard = Guard::None;
    while (isOnSameLine()) next();
  }

  bool isCertain() const {
    return braces == 0 && llvm::all_of(conditionals, [](const Conditional &one) { return one.isSure(); });
  }

  void include(const char *behind) {
    if (!isCertain()) return;
    auto line = headerName(text.substr(static_cast<size_t>(behind - text.begin())).split('\n').first);
    if (line) result.lines.push_back(std::move(*line));
    else result.isWhole = false;
  }

  void open(StringRef kind) {
    conditionals.push_back({braces, false, {}});
    if (word() == "__cplusplus") return about11(kind);
    if (guard != Guard::Possible) return;
    bool isIfNotDefined = kind == "if" && token.is(tok::exclaim);
    if (isIfNotDefined) {
      next();
      if (word() != "defined") return;
      next();
      if (token.is(tok::l_paren)) next();
    } else if (kind != "ifndef") {
      return;
    }
    guard = Guard::Open; // until the next directive shows that it is none
    std::string name = word().str();
    next();
    if (token.is(tok::r_paren) && isOnSameLine()) next();
    if (!isOnSameLine()) mustDefine = std::move(name); // else it depends on more
  }

  /// `#ifdef __cplusplus`, `#if __cplusplus >= 201103L`: headers of the standard library begin so.
  void about11(StringRef kind) {
    std::optional<bool> &holds = conditionals.back().holds;
    if (kind == "ifdef" || kind == "ifndef") holds = kind == "ifdef";
    if (kind != "if") return;
    next();
    tok::TokenKind comparison = token.getKind();
    next();
    unsigned long standard = 0;
    bool isNumber = token.is(tok::numeric_constant) && !StringRef(token.getLiteralData(), token.getLength()).rtrim("Ll").getAsInteger(10, standard);
    next();
    if (!isNumber || isOnSameLine()) return;
    if (standard <= 201103 && comparison == tok::greaterequal) holds = true;
    if (standard <= 201103 && comparison == tok::less) holds = false;
    if (standard < 201103 && comparison == tok::greater) holds = true;
    if (standard < 201103 && comparison == tok::lessequal) holds = false;
  }

  /// The guard's name right behind its question.
  void define() {
    bool isGuard = !mustDefine.empty() && word() == mustDefine && conditionals.size() == 1;
    if (isGuard) conditionals.back().isGuard = true;
    mustDefine = {};
  }

  void otherwise(bool isLast) {
    if (conditionals.empty()) return;
    Conditional &one = conditionals.back();
    braces = one.braces;
    one.isGuard = false;
    one.holds = isLast && one.holds ? std::optional(!*one.holds) : std::nullopt;
  }

  void close() {
    if (conditionals.empty()) return;
    bool wasGuard = conditionals.back().isGuard && conditionals.size() == 1;
    conditionals.pop_back();
    if (guard == Guard::Open && conditionals.empty()) guard = wasGuard ? Guard::Closed : Guard::None;
  }

  void pragma() {
    if (word() == "once" && isCertain()) hasPragmaOnce = true;
  }

  StringRef text;
  clang::LangOptions language;
  clang::Lexer lexer;
  Token token;
  IncludeLines result;
  std::vector<Conditional> conditionals;
  std::string mustDefine;
  Guard guard = Guard::Possible;
  bool hasPragmaOnce = false;
  int braces = 0;
};

} // namespace

IncludeLines surelyObeyed(StringRef text) { return Reader(text).read(); }

std::vector<IncludeLine> allWritten(StringRef text) {
  std::vector<IncludeLine> found;
  for (size_t at = text.find('#'); at != StringRef::npos; at = text.find('#', at + 1)) {
    StringRef line = text.substr(at + 1).split('\n').first.ltrim(" \t");
    if (!line.consume_front("include")) continue;
    if (auto name = headerName(line)) found.push_back(std::move(*name));
  }
  return found;
}

} // namespace coroguard
