#include "tool/share/watch.h"
#include "tool/share/directive_tokens.h"
#include <clang/Basic/SourceManager.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Lex/Lexer.h>
#include <clang/Lex/PPCallbacks.h>
#include <clang/Lex/Preprocessor.h>
#include <llvm/ADT/MapVector.h>

namespace coroguard {

using clang::MacroDefinition;
using clang::SourceLocation;
using clang::Token;
using llvm::StringRef;
namespace tok = clang::tok;

class WatchingCallbacks : public clang::PPCallbacks {
public:
  WatchingCallbacks(clang::CompilerInstance &compiler, SharingWatch &watch)
      : sources(compiler.getSourceManager()), preprocessor(compiler.getPreprocessor()), watch(watch) {
    preprocessor.setTokenWatcher([this](const Token &token) { see(token); });
  }

  void InclusionDirective(SourceLocation hash, const Token &, StringRef name, bool, clang::CharSourceRange,
                          clang::OptionalFileEntryRef file, StringRef, StringRef, const clang::Module *, bool,
                          clang::SrcMgr::CharacteristicKind) override {
    if (watch.isComplete() || !file) return;
    const size_t *header = watch.headerOf(file->getUniqueID());
    if (!header || watch.isVisible(*header)) return;
    if (depth != 0) return watch.differs("'" + name + "' is included within braces");
    compareMacros();
    bool isNext = file->getUniqueID() == watch.headers.included[watch.reached];
    if (isNext) reach(hash);
    else includeEarly(*header, hash, name);
  }

  void MacroExpands(const Token &name, const MacroDefinition &, clang::SourceRange, const clang::MacroArgs *) override {
    lookAt(name);
  }
  void Ifdef(SourceLocation, const Token &name, const MacroDefinition &) override { lookAt(name); }
  void Ifndef(SourceLocation, const Token &name, const MacroDefinition &) override { lookAt(name); }
  void Elifdef(SourceLocation, const Token &name, const MacroDefinition &) override { lookAt(name); }
  void Elifndef(SourceLocation, const Token &name, const MacroDefinition &) override { lookAt(name); }
  void Defined(const Token &name, const MacroDefinition &, clang::SourceRange) override { lookAt(name); }
  void If(SourceLocation, clang::SourceRange condition, ConditionValueKind) override { lookAtNames(condition.getBegin()); }
  void Elif(SourceLocation, clang::SourceRange condition, ConditionValueKind value, SourceLocation) override {
    if (value != CVK_NotEvaluated) lookAtNames(condition.getBegin());
  }

  void MacroDefined(const Token &name, const clang::MacroDirective *directive) override {
    if (sources.getFileEntryRefForID(sources.getFileID(name.getLocation()))) change(name, directive->getPrevious());
  }
  void MacroUndefined(const Token &name, const MacroDefinition &before, const clang::MacroDirective *) override {
    change(name, before.getLocalDirective());
  }

  void PragmaDirective(SourceLocation place, clang::PragmaIntroducerKind) override {
    if (watch.isComplete() || sources.isInSystemHeader(place)) return;
    std::string words = pragmaWords(place);
    bool isHarmless = StringRef(words).starts_with("once") || StringRef(words).contains(" diagnostic ") ||
                      StringRef(words).starts_with("region") || StringRef(words).starts_with("endregion") ||
                      StringRef(words).starts_with("mark") || StringRef(words).starts_with("message");
    if (!isHarmless) watch.differs("'#pragma " + words + "' stands before a shared header");
  }

  void EndOfMainFile() override {
    if (!watch.isComplete()) watch.differs("not all shared headers are included");
  }

private:
  void reach(SourceLocation hash) {
    unsigned include = static_cast<unsigned>(watch.reached++);
    for (size_t i = 0; i < watch.visibleSince.size(); ++i)
      if (watch.headers.headers[i].include == include && !watch.isVisible(i)) watch.visibleSince[i] = hash;
    advance(hash);
  }

  /// Past shared includes that others have led to.
  void advance(SourceLocation hash) {
    while (!watch.isComplete() && watch.isVisible(*watch.headerOf(watch.headers.included[watch.reached]))) ++watch.reached;
    watch.last = hash;
  }

  /// A header that comes later, or within one that comes later, among those that are shared.
  void includeEarly(size_t header, SourceLocation hash, StringRef name) {
    std::vector<size_t> all = watch.headers.closure(header);
    llvm::erase_if(all, [&](size_t one) { return watch.isVisible(one); });
    for (size_t one : all) watch.visibleSince[one] = hash;
    for (size_t one : all) {
      const SharedHeaders::Header &now = watch.headers.headers[one];
      bool isAlone = llvm::all_of(now.looksAt, [&](size_t definition) { return isDefined(definition); });
      if (now.isLookedFor || !isAlone) {
        return watch.differs("'" + name + "' comes in another order");
      }
    }
    advance(hash);
  }

  /// By one of the headers that are included so far.
  bool isDefined(size_t definition) const {
    return llvm::any_of(watch.headers.definitions[definition], [&](size_t header) { return watch.isVisible(header); });
  }

  void see(const Token &token) {
    if (watch.isComplete()) return;
    if (token.isOneOf(tok::l_brace, tok::l_paren, tok::l_square)) ++depth;
    else if (token.isOneOf(tok::r_brace, tok::r_paren, tok::r_square)) --depth;
    else if (!token.isAnnotation() && token.getIdentifierInfo()) lookAt(token.getIdentifierInfo()->getName());
  }

  void lookAt(const Token &token) { lookAt(token.getIdentifierInfo()->getName()); }
  void lookAt(StringRef name) {
    if (watch.isComplete() || !watch.found.empty()) return;
    auto macro = watch.headers.macros.find(name);
    if (macro == watch.headers.macros.end()) return;
    if (!llvm::all_of(macro->second, [&](size_t definition) { return isDefined(definition); }))
      watch.differs("'" + name + "' stands before the header that defines it as a macro");
  }

  /// All names in a condition, also those of no macro.
  void lookAtNames(SourceLocation begin) {
    if (watch.isComplete()) return;
    forEachTokenOfLine(begin, preprocessor, [&](const Token &token) {
      if (token.is(tok::raw_identifier)) lookAt(token.getRawIdentifier());
    });
  }

  std::string pragmaWords(SourceLocation place) {
    std::string words;
    size_t count = 0;
    forEachTokenOfLine(place, preprocessor, [&](const Token &token) {
      bool isIntroducer = count++ == 0 || (token.is(tok::raw_identifier) && token.getRawIdentifier() == "pragma" && count == 2);
      if (!isIntroducer) words += clang::Lexer::getSpelling(token, sources, preprocessor.getLangOpts()) + " ";
    });
    return StringRef(words).rtrim().str() + (words.empty() ? "" : " ");
  }

  static const clang::MacroInfo *infoOf(const clang::MacroDirective *directive) {
    return directive ? const_cast<clang::MacroDirective *>(directive)->getDefinition().getMacroInfo() : nullptr;
  }

  void change(const Token &token, const clang::MacroDirective *before) {
    if (watch.isComplete()) return;
    const clang::IdentifierInfo *name = token.getIdentifierInfo();
    if (watch.headers.names.contains(name->getName())) changed.insert({name, infoOf(before)});
  }

  /// Before a shared header: would it meet other macros than it did?
  void compareMacros() {
    for (const auto &[name, before] : changed) {
      const clang::MacroInfo *now = preprocessor.getMacroInfo(name);
      bool isSame = now == before || (now && before && now->isIdenticalTo(*before, preprocessor, /*Syntactically=*/true));
      if (!isSame || (now && watch.headers.lookedFor.contains(name->getName())))
        watch.differs("'" + name->getName() + "' is defined before a shared header that holds this name");
    }
    changed.clear();
  }

  clang::SourceManager &sources;
  clang::Preprocessor &preprocessor;
  SharingWatch &watch;
  llvm::MapVector<const clang::IdentifierInfo *, const clang::MacroInfo *> changed; // and what it was before
  int depth = 0;
};

void SharingWatch::attach(clang::CompilerInstance &compiler) {
  compiler.getPreprocessor().addPPCallbacks(std::make_unique<WatchingCallbacks>(compiler, *this));
}

} // namespace coroguard
