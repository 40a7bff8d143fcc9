#include "clang_tidy/unit_findings.h"
#include "facts/extract.h"
#include "facts/files.h"
#include "frameworks/shipped.h"
#include <clang/AST/ASTContext.h>
#include <clang/Basic/SourceManager.h>

namespace coroguard {
std::string mainFilePath(const clang::SourceManager &sources) {
  auto file = sources.getFileEntryRefForID(sources.getMainFileID());
  if (!file) return {};
  llvm::StringRef real = file->getFileEntry().tryGetRealPathName();
  llvm::SmallString<256> path(real.empty() ? file->getName() : real); // in an editor, a file may not be saved yet
  sources.getFileManager().makeAbsolutePath(path);
  return std::string(path);
}

UnitFindings::UnitFindings(clang::ASTContext &context, const UnitSettings &settings) {
  static thread_local ModelCache cache;
  std::shared_ptr<const ModelCache::Loaded> loaded = cache.get(settings.models, settings.includeFolders);
  found = settings.problems;
  found.insert(found.end(), loaded->problems.begin(), loaded->problems.end());
  ProjectScope scope(ProjectScope::findRoot(mainFilePath(context.getSourceManager())), settings.excluded);
  Facts fresh = extractFacts(context, {&loaded->models, &scope});
  for (const Function &function : fresh.functions) files.emplace(fresh.text(function.place.file));
  for (const AuthorMistake &mistake : fresh.authorMistakes) files.emplace(fresh.text(mistake.place.file));
  bool isGiven = !settings.index.empty(); // else it is optional: without one, findings are those of this unit alone
  Facts rest = readIndex(isGiven ? settings.index : scope.indexFile(), isGiven, fresh, found);
  linked = std::make_unique<Program>(mergeWithIndex(fresh, std::move(rest)));
}

} // namespace coroguard
