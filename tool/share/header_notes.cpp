#include "tool/share/header_notes.h"
#include "tool/share/directive_tokens.h"
#include "tool/share/standard_headers.h"
#include <clang/Basic/SourceManager.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Lex/HeaderSearch.h>
#include <clang/Lex/PPCallbacks.h>
#include <clang/Lex/Preprocessor.h>
#include <llvm/ADT/STLExtras.h>

namespace coroguard {
namespace {

using llvm::StringRef;

class Notes : public clang::PPCallbacks {
public:
  Notes(clang::CompilerInstance &compiler, SharedHeaders &notes) : compiler(compiler), notes(notes) {
    compiler.getPreprocessor().setTokenWatcher([this](const clang::Token &token) {
      if (!token.isAnnotation() && token.getIdentifierInfo()) lookAt(token.getIdentifierInfo());
    });
  }

  void InclusionDirective(clang::SourceLocation hash, const clang::Token &, StringRef name, bool isAngled, clang::CharSourceRange,
                          clang::OptionalFileEntryRef file, StringRef, StringRef, const clang::Module *, bool,
                          clang::SrcMgr::CharacteristicKind) override {
    if (!file) return;
    if (compiler.getSourceManager().isInMainFile(hash)) {
      notes.included.push_back(file->getUniqueID());
      included.push_back(*file);
      if (isAngled && isStandardHeader(name)) standard.insert(numberOf(*file));
    } else if (current) {
      size_t target = numberOf(*file);
      notes.headers[*current].next.push_back(target);
      if ((isAngled && isStandardHeader(name)) || standard.contains(*current)) standard.insert(target);
    }
  }

  void LexedFileChanged(clang::FileID id, LexedFileChangeReason reason, clang::SrcMgr::CharacteristicKind, clang::FileID,
                        clang::SourceLocation) override {
    clang::OptionalFileEntryRef file = compiler.getSourceManager().getFileEntryRefForID(id);
    bool isHeader = file && id != compiler.getSourceManager().getMainFileID() && !notes.included.empty();
    current = isHeader ? std::optional(numberOf(*file)) : std::nullopt;
    if (reason == LexedFileChangeReason::EnterFile && isHeader) {
      if (!stack.empty()) within.try_emplace(*current, stack.back());
      stack.push_back(*current);
    }
    else if (reason == LexedFileChangeReason::ExitFile && !stack.empty()) stack.pop_back();
  }

  void MacroExpands(const clang::Token &name, const clang::MacroDefinition &, clang::SourceRange, const clang::MacroArgs *) override {
    lookAt(name.getIdentifierInfo());
  }
  void Ifdef(clang::SourceLocation, const clang::Token &name, const clang::MacroDefinition &) override { lookAt(name.getIdentifierInfo()); }
  void Ifndef(clang::SourceLocation, const clang::Token &name, const clang::MacroDefinition &) override { lookAt(name.getIdentifierInfo()); }
  void Elifdef(clang::SourceLocation, const clang::Token &name, const clang::MacroDefinition &) override { lookAt(name.getIdentifierInfo()); }
  void Elifndef(clang::SourceLocation, const clang::Token &name, const clang::MacroDefinition &) override { lookAt(name.getIdentifierInfo()); }
  void Defined(const clang::Token &name, const clang::MacroDefinition &, clang::SourceRange) override { lookAt(name.getIdentifierInfo()); }
  void If(clang::SourceLocation, clang::SourceRange condition, ConditionValueKind) override { lookAtNames(condition.getBegin()); }
  void Elif(clang::SourceLocation, clang::SourceRange condition, ConditionValueKind value, clang::SourceLocation) override {
    if (value != CVK_NotEvaluated) lookAtNames(condition.getBegin());
  }
  void MacroDefined(const clang::Token &name, const clang::MacroDirective *directive) override {
    const clang::MacroDirective *last = directive->getPrevious();
    const auto before = last ? last->getDefinition() : clang::MacroDirective::DefInfo();
    bool isAsBefore = before && !before.isUndefined() &&
                      before.getMacroInfo()->isIdenticalTo(*directive->getMacroInfo(), compiler.getPreprocessor(), /*Syntactically=*/true);
    if (!isAsBefore) return change(name, true);
    auto known = definitionOf.find(name.getIdentifierInfo());
    if (current && known != definitionOf.end()) notes.definitions[known->second].push_back(*current);
  }
  void MacroUndefined(const clang::Token &name, const clang::MacroDefinition &before, const clang::MacroDirective *) override {
    if (before) change(name, false); // else it is as it was
  }

  void EndOfMainFile() override {
    for (const auto &[name, file] : looks) notes.names.insert(name->getName());
    for (const auto &[name, file] : waitedFor) {
      if (isGuardOfIncluded(name, file)) continue;
      notes.headers[file].isLookedFor = true;
      notes.lookedFor.insert(name->getName());
    }
    const clang::HeaderSearch &search = compiler.getPreprocessor().getHeaderSearchInfo();
    notes.isGuarded = llvm::all_of(included, [&](clang::FileEntryRef file) { return search.isFileMultipleIncludeGuarded(file); });
  }

private:
  size_t numberOf(clang::FileEntryRef file) {
    auto [entry, isNew] = notes.headerOf.try_emplace(file.getUniqueID(), notes.headers.size());
    if (isNew) {
      files.emplace(notes.headers.size(), file);
      notes.headers.push_back({include(), false, {}, {}});
    }
    return entry->second;
  }
  unsigned include() const { return static_cast<unsigned>(notes.included.size() - 1); }

  void lookAt(const clang::IdentifierInfo *name) {
    if (!current) return;
    looks.try_emplace(name, *current);
    bool isStandard = standard.contains(*current);
    if (!isStandard) otherLooks.try_emplace(name, *current);
    auto known = definitionOf.find(name);
    if (known == definitionOf.end() || notes.definitions[known->second].front() == *current) return;
    if (isStandard && standard.contains(notes.definitions[known->second].front())) return; // by law independent
    notes.headers[*current].looksAt.insert(known->second);
  }

  /// All names in a condition, also those of no macro.
  void lookAtNames(clang::SourceLocation begin) {
    clang::Preprocessor &preprocessor = compiler.getPreprocessor();
    forEachTokenOfLine(begin, preprocessor, [&](const clang::Token &token) {
      if (token.is(clang::tok::raw_identifier)) lookAt(preprocessor.getIdentifierInfo(token.getRawIdentifier()));
    });
  }

  /// Has another file looked at the name before, that might not have looked before in another order?
  bool isLookedFor(const clang::IdentifierInfo *name) const {
    const auto &lookers = standard.contains(*current) ? otherLooks : looks;
    auto first = lookers.find(name);
    return first != lookers.end() && !isPartOf(first->second, *current);
  }

  /// Was the file read for the first time because `whole` includes it?
  bool isPartOf(size_t file, size_t whole) const {
    for (auto above = within.find(file); file != whole; above = within.find(file)) {
      if (above == within.end()) return false;
      file = above->second;
    }
    return true;
  }

  /// `#ifndef GUARD_OF_B`, `#include "b.h"`: includes it or has it already, which is the same.
  bool isGuardOfIncluded(const clang::IdentifierInfo *name, size_t file) const {
    const clang::HeaderFileInfo *known = compiler.getPreprocessor().getHeaderSearchInfo().getExistingFileInfo(files.at(file));
    bool isIncluded = llvm::is_contained(notes.headers[looks.lookup(name)].next, file);
    return known && isIncluded && clang::HeaderFileInfo(*known).getControllingMacro(nullptr) == name;
  }

  void change(const clang::Token &token, bool isDefined) {
    if (notes.included.empty() || !current) return; // of the command line
    const clang::IdentifierInfo *name = token.getIdentifierInfo();
    definitionOf[name] = notes.definitions.size();
    notes.definitions.push_back({*current});
    notes.macros[name->getName()].push_back(notes.definitions.size() - 1);
    auto waited = waitedFor.find(name);
    // Taken back by the file that defined it, or by one that this includes: nobody else sees it.
    bool isTakenBack = !isDefined && waited != waitedFor.end() && llvm::is_contained(stack, waited->second);
    if (isTakenBack) waitedFor.erase(waited);
    else if (isDefined && isLookedFor(name)) waitedFor.try_emplace(name, *current);
  }

  clang::CompilerInstance &compiler;
  SharedHeaders &notes;
  std::optional<size_t> current; // the file that is being read
  std::vector<clang::FileEntryRef> included;
  llvm::DenseMap<const clang::IdentifierInfo *, size_t> looks;    // which file used the name first
  llvm::DenseMap<const clang::IdentifierInfo *, size_t> otherLooks; // ... of those that are not in `standard`
  std::set<size_t> standard; // what headers of the standard library lead to: their order means nothing to each other
  llvm::DenseMap<const clang::IdentifierInfo *, size_t> definitionOf; // of a macro, the last one
  std::vector<size_t> stack; // files that are being read
  std::map<size_t, size_t> within;      // by file: the one that led to it first
  std::map<size_t, clang::FileEntryRef> files;
  llvm::DenseMap<const clang::IdentifierInfo *, size_t> waitedFor; // defined after it was looked at: by which file
};

} // namespace

void watchPrecompiling(clang::CompilerInstance &compiler, SharedHeaders &notes) {
  compiler.getPreprocessor().addPPCallbacks(std::make_unique<Notes>(compiler, notes));
}

} // namespace coroguard
