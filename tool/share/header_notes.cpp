#include "tool/share/header_notes.h"
#include <clang/Basic/SourceManager.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Lex/HeaderSearch.h>
#include <clang/Lex/PPCallbacks.h>
#include <clang/Lex/Preprocessor.h>
#include <llvm/ADT/STLExtras.h>

namespace coroguard {
namespace {

using llvm::StringRef;

/// Which file looked at a name first: asked by the table of identifiers when it meets a new one.
class FirstLook : public clang::IdentifierInfoLookup {
public:
  clang::IdentifierInfo *get(StringRef name) override {
    if (current) files.try_emplace(name, *current);
    return nullptr;
  }
  bool wasElsewhere(StringRef name) const {
    auto found = files.find(name);
    return found == files.end() || found->second != current; // not here: before the first file
  }

  std::optional<size_t> current; // the file that is being read

private:
  llvm::StringMap<size_t> files;
};

class Notes : public clang::PPCallbacks {
public:
  Notes(clang::CompilerInstance &compiler, SharedHeaders &notes) : compiler(compiler), notes(notes) {
    compiler.getPreprocessor().getIdentifierTable().setExternalIdentifierLookup(&look);
  }

  void InclusionDirective(clang::SourceLocation hash, const clang::Token &, StringRef, bool, clang::CharSourceRange,
                          clang::OptionalFileEntryRef file, StringRef, StringRef, const clang::Module *, bool,
                          clang::SrcMgr::CharacteristicKind) override {
    if (!file) return;
    if (compiler.getSourceManager().isInMainFile(hash)) {
      notes.included.push_back(file->getUniqueID());
      included.push_back(*file);
    } else if (look.current) {
      size_t target = numberOf(*file);
      notes.headers[*look.current].next.push_back(target);
    }
  }

  void LexedFileChanged(clang::FileID id, LexedFileChangeReason reason, clang::SrcMgr::CharacteristicKind, clang::FileID,
                        clang::SourceLocation) override {
    clang::OptionalFileEntryRef file = compiler.getSourceManager().getFileEntryRefForID(id);
    bool isHeader = file && id != compiler.getSourceManager().getMainFileID() && !notes.included.empty();
    look.current = isHeader ? std::optional(numberOf(*file)) : std::nullopt;
    if (reason == LexedFileChangeReason::EnterFile && isHeader) stack.push_back(*look.current);
    else if (reason == LexedFileChangeReason::ExitFile && !stack.empty()) stack.pop_back();
  }

  void MacroDefined(const clang::Token &name, const clang::MacroDirective *) override { change(name, true); }
  void MacroUndefined(const clang::Token &name, const clang::MacroDefinition &, const clang::MacroDirective *) override {
    change(name, false);
  }

  void EndOfMainFile() override {
    clang::IdentifierTable &table = compiler.getPreprocessor().getIdentifierTable();
    table.setExternalIdentifierLookup(nullptr);
    for (const auto &entry : table) notes.names.insert(entry.getKey());
    for (const auto &[name, file] : waitedFor) {
      notes.headers[file].isLookedFor = true;
      notes.lookedFor.insert(name);
    }
    const clang::HeaderSearch &search = compiler.getPreprocessor().getHeaderSearchInfo();
    notes.isGuarded = llvm::all_of(included, [&](clang::FileEntryRef file) { return search.isFileMultipleIncludeGuarded(file); });
  }

private:
  size_t numberOf(clang::FileEntryRef file) {
    auto [entry, isNew] = notes.headerOf.try_emplace(file.getUniqueID(), notes.headers.size());
    if (isNew) notes.headers.push_back({include(), false, {}});
    return entry->second;
  }
  unsigned include() const { return static_cast<unsigned>(notes.included.size() - 1); }

  void change(const clang::Token &token, bool isDefined) {
    if (notes.included.empty() || !look.current) return; // of the command line
    StringRef name = token.getIdentifierInfo()->getName();
    notes.macros.try_emplace(name, *look.current);
    auto waited = waitedFor.find(std::string(name));
    // Taken back by the file that defined it, or by one that this includes: nobody else sees it.
    bool isTakenBack = !isDefined && waited != waitedFor.end() && llvm::is_contained(stack, waited->second);
    if (isTakenBack) waitedFor.erase(waited);
    else if (isDefined && look.wasElsewhere(name)) waitedFor.try_emplace(std::string(name), *look.current);
  }

  clang::CompilerInstance &compiler;
  SharedHeaders &notes;
  FirstLook look;
  std::vector<clang::FileEntryRef> included;
  std::vector<size_t> stack; // files that are being read
  std::map<std::string, size_t> waitedFor;
};

} // namespace

void watchPrecompiling(clang::CompilerInstance &compiler, SharedHeaders &notes) {
  compiler.getPreprocessor().addPPCallbacks(std::make_unique<Notes>(compiler, notes));
}

} // namespace coroguard
