// The whole line for one parsed translation unit plus the project index: what a single-file host (clang-tidy, clangd)
// runs. One engine: the same extraction, link, solve and rules as the command.
#pragma once
#include "diagnostic.h"
#include "program/program.h"
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace clang {
class ASTContext;
class SourceManager;
} // namespace clang

namespace coroguard {

struct UnitSettings {
  std::string index;               // facts file of the project; empty: <project root>/.coroguard/index.facts, if any
  std::vector<std::string> models; // the user's model files
  std::vector<std::string> includeFolders; // of the unit, to find the models that libraries ship
  std::vector<std::string> excluded;       // folders that do not belong to the project
  std::vector<Problem> problems;           // of the configuration all this was read from
};

/// Absolute; empty when there is none.
std::string mainFilePath(const clang::SourceManager &sources);

class UnitFindings {
public:
  UnitFindings(clang::ASTContext &context, const UnitSettings &settings);

  const Program &program() const { return *linked; }
  /// Is the finding in a file that this unit consists of? Others are their own unit's business.
  bool concernsUnit(const Diagnostic &diagnostic) const { return files.count(diagnostic.location.file) != 0; }
  const std::vector<Problem> &problems() const { return found; }

private:
  std::unique_ptr<Program> linked;
  std::set<std::string> files;
  std::vector<Problem> found;
};

} // namespace coroguard
