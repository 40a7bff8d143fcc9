#include "clang_tidy/unit_findings.h"
#include "facts/extract.h"
#include "facts/store.h"
#include "frameworks/load.h"
#include <clang/AST/ASTContext.h>
#include <clang/Basic/SourceManager.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>

namespace coroguard {
namespace {

std::string mainFilePath(const clang::ASTContext &context) {
  const clang::SourceManager &sources = context.getSourceManager();
  auto file = sources.getFileEntryRefForID(sources.getMainFileID());
  return file ? file->getFileEntry().tryGetRealPathName().str() : std::string();
}

/// The index is optional: without one, findings are those of this unit alone.
Facts readIndex(const std::string &given, const ProjectScope &scope, std::vector<Problem> &problems) {
  std::string file = given.empty() ? scope.indexFile() : given;
  auto buffer = llvm::MemoryBuffer::getFile(file);
  if (!buffer) {
    if (!given.empty()) problems.push_back({{file}, "cannot read the project index", "write it with 'coroguard check'"});
    return {};
  }
  std::vector<Problem> faults;
  Facts facts = read(std::string_view((*buffer)->getBuffer()), file, faults).value_or(Facts{});
  for (Problem &fault : faults)
    problems.push_back({fault.location, fault.message, "write it again with 'coroguard check'"});
  return facts;
}

} // namespace

UnitFindings::UnitFindings(clang::ASTContext &context, const UnitSettings &settings) {
  Models models = loadModels(settings.models, found);
  ProjectScope scope(ProjectScope::findRoot(mainFilePath(context)));
  Facts fresh = extractFacts(context, {&models, &scope});
  for (const Function &function : fresh.functions) files.emplace(fresh.text(function.place.file));
  Facts index = withoutUnits(readIndex(settings.index, scope, found), fresh);
  linked = std::make_unique<Program>(merge({&index, &fresh}));
}

} // namespace coroguard
