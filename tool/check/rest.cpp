#include "tool/check/rest.h"
#include "facts/files.h"
#include "tool/check/options.h"
#include <llvm/ADT/SmallString.h>
#include <llvm/ADT/StringSet.h>
#include <llvm/Support/FileSystem.h>

namespace coroguard {
namespace {

/// Facts name units by their real paths.
std::string realName(const std::string &file) {
  llvm::SmallString<256> real;
  return llvm::sys::fs::real_path(file, real) ? file : std::string(real);
}

} // namespace

Rest analyseRest(const Project &project, const ExtractOptions &extract, const WorkerOptions &workers, UnitCache *cache,
                 std::vector<Facts> *each, std::vector<Problem> &problems) {
  Rest rest;
  size_t before = problems.size();
  Facts index = readIndex(project.scope.indexFile(), /*mustExist=*/false, {}, problems);
  rest.isIndexBroken = problems.size() > before;
  if (rest.isIndexBroken) return rest;
  llvm::StringSet<> indexed;
  for (StringId unit : index.units) indexed.insert(llvm::StringRef(index.text(unit)));
  for (const Unit &unit : project.intake.others) {
    if (indexed.contains(realName(unit.file)) || (cache && cache->knows(unit))) rest.units.push_back(unit);
    else ++rest.unknown;
  }
  rest.result = analyseAll(rest.units, extract, workers, cache, each);
  return rest;
}

void noteMissing(const Rest &rest) {
  if (rest.unknown > 0)
    note(counted(rest.unknown, "other translation unit of the project has", "other translation units of the project have") +
         " not been analysed yet, and findings that need them are missing; 'coroguard check' without paths analyses all");
  if (!rest.result.problems.empty())
    note("other files of the project could not be analysed, and findings that need them may be missing; 'coroguard check' "
         "without paths says why");
}

} // namespace coroguard
