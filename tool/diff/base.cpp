#include "tool/diff/base.h"
#include "facts/store.h"
#include "tool/diff/files_before.h"
#include "tool/identity/fingerprint.h"
#include <clang/Basic/FileManager.h>
#include <clang/Frontend/FrontendActions.h>
#include <clang/Tooling/Tooling.h>
#include <llvm/ADT/STLExtras.h>
#include <llvm/Support/FileSystem.h>

namespace coroguard {
namespace {

llvm::IntrusiveRefCntPtr<FilesBefore> filesBefore(const Changes &changes) {
  return {new FilesBefore(changes, llvm::vfs::createPhysicalFileSystem())};
}

class IgnoringFactory : public clang::tooling::FrontendActionFactory {
public:
  std::unique_ptr<clang::FrontendAction> create() override { return std::make_unique<clang::PreprocessOnlyAction>(); }
};

/// Preprocessing tells at a tenth of the cost of parsing.
bool readsChangedFile(const Unit &unit, const Changes &changes) {
  llvm::IntrusiveRefCntPtr<FilesBefore> fileSystem = filesBefore(changes);
  if (fileSystem->setCurrentWorkingDirectory(unit.directory)) return true;
  llvm::IntrusiveRefCntPtr<clang::FileManager> files(new clang::FileManager(clang::FileSystemOptions(), fileSystem));
  clang::IgnoringDiagConsumer silence;
  IgnoringFactory factory;
  clang::tooling::ToolInvocation invocation(unit.arguments, &factory, files.get(),
                                            std::make_shared<clang::PCHContainerOperations>());
  invocation.setDiagnosticConsumer(&silence);
  invocation.run();
  return fileSystem->wasAsked();
}

/// What travels from a worker: nothing about a unit that reads no changed file; else whether all went well, and facts.
std::string analyseBefore(const Unit &unit, const Changes &changes, const ExtractOptions &extract) {
  if (!readsChangedFile(unit, changes)) return {};
  auto main = changes.before.find(unit.file);
  if (main != changes.before.end() && main->second.empty()) return "+" + write(Facts{}); // a new unit had no findings
  UnitResult result = analyseOn(filesBefore(changes), unit, extract);
  return (result.problems.empty() ? "+" : "-") + write(result.facts);
}

/// The text of a line as it was; nothing about files that have not changed.
std::optional<std::string> lineBefore(const Location &location, const Changes &changes) {
  std::optional<std::string> text = changes.contentBefore(location.file);
  if (!text) return std::nullopt;
  llvm::StringRef rest = *text;
  for (unsigned line = 1; line < location.line; ++line) rest = rest.split('\n').second;
  return rest.split('\n').first.str();
}

} // namespace

BaseFindings findingsBefore(const Changes &changes, std::vector<UnitFacts> units, const ExtractOptions &extract,
                            const WorkerOptions &workers, const std::string &projectRoot,
                            const std::function<std::vector<Diagnostic>(const Program &)> &judge) {
  ExtractOptions perWorker = extract;
  perWorker.endsProcess = true;
  auto work = [&](size_t i) { return analyseBefore(*units[i].unit, changes, perWorker); };
  std::vector<WorkerOutcome> outcomes = runInWorkers(units.size(), workers, work);
  BaseFindings before;
  std::vector<Facts> parts;
  std::vector<Problem> unreadable;
  for (size_t i = 0; i < units.size(); ++i) {
    const WorkerOutcome &outcome = outcomes[i];
    bool isGood = outcome.end == WorkerOutcome::End::Finished;
    if (isGood && outcome.output.empty()) {
      parts.push_back(std::move(units[i].facts));
      continue;
    }
    auto facts = isGood ? read(std::string_view(outcome.output).substr(1), units[i].unit->file, unreadable) : std::nullopt;
    if (!facts || outcome.output.front() == '-') ++before.failed;
    if (facts) parts.push_back(std::move(*facts));
  }
  Program program(mergeAll(std::move(parts)));
  std::vector<Diagnostic> findings = judge(program);
  auto line = [&](const Location &location) { return lineBefore(location, changes); };
  identify(findings, program.facts(), {projectRoot, line, changes.renamed});
  for (const Diagnostic &finding : findings) before.fingerprints.insert(finding.fingerprint);
  return before;
}

size_t keepNew(std::vector<Diagnostic> &findings, const Changes &changes, const BaseFindings &before) {
  size_t count = findings.size();
  llvm::erase_if(findings, [&](const Diagnostic &finding) {
    return !changes.touches(finding.location) && before.fingerprints.count(finding.fingerprint);
  });
  return count - findings.size();
}

} // namespace coroguard
