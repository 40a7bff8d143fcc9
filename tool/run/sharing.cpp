#include "tool/run/sharing.h"
#include "tool/share/precompile.h"
#include "tool/share/watch.h"
#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/SmallString.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

namespace coroguard {
namespace {

constexpr size_t mostMisfits = 2;

SharingTerms termsOf(const WorkerOptions &workers) {
  if (!workers.sharedBy) return termsThatPay();
  return {.leastUnits = *workers.sharedBy, .leastWeight = 0};
}

/// In a process of its own: the front end looks at commands that may be anything.
std::vector<HeaderGroup> planInWorker(const std::vector<Unit> &units, const std::vector<size_t> &chosen,
                                      const ProjectScope &scope, WorkerOptions workers) {
  SharingTerms terms = termsOf(workers);
  if (terms.leastUnits == 0 || chosen.size() < terms.leastUnits) return {};
  workers.progress = {};
  auto work = [&](size_t) { return encode(planSharing(units, chosen, scope, terms)); };
  return decodeHeaderGroups(runInWorkers(1, workers, work).front().output);
}

} // namespace

HeaderSharing::HeaderSharing(const std::vector<Unit> &units, const std::vector<size_t> &chosen,
                             const ExtractOptions &options, const WorkerOptions &workers)
    : units(units), options(options), isForced(workers.sharedBy.has_value()), groupOf(units.size()) {
  std::vector<HeaderGroup> groups = planInWorker(units, chosen, *options.scope, workers);
  llvm::SmallString<128> made;
  if (groups.empty() || llvm::sys::fs::createUniqueDirectory("coroguard-headers", made)) return;
  folder = std::string(made);
  for (HeaderGroup &one : groups) {
    Group &group = planned.emplace_back();
    static_cast<HeaderGroup &>(group) = std::move(one);
    group.file = folder + "/" + std::to_string(planned.size()) + ".pch";
    for (size_t unit : group.units) groupOf[unit] = &group;
  }
}

HeaderSharing::~HeaderSharing() {
  if (!folder.empty()) llvm::sys::fs::remove_directories(folder);
}

std::string HeaderSharing::precompile(size_t group) const {
  const Unit &first = units[planned[group].units.front()];
  auto headers = coroguard::precompile(planned[group].directives, first, *options.scope, planned[group].file, diskOf(first));
  return headers ? encode(*headers) : "";
}

void HeaderSharing::finish(size_t group, const WorkerOutcome &outcome) {
  planned[group].isFinished = true;
  planned[group].headers = decodeSharedHeaders(outcome.output);
  if (planned[group].headers) planned[group].headers->file = planned[group].file;
}

bool HeaderSharing::isReady(size_t unit) const { return !groupOf[unit] || groupOf[unit]->isFinished; }

const SharedHeaders *HeaderSharing::headersOf(size_t unit) const {
  const Group *group = groupOf[unit];
  bool isTried = group && group->headers && (isForced || group->misfits < mostMisfits || group->misfits < group->fits);
  return isTried ? &*group->headers : nullptr;
}

void HeaderSharing::note(size_t unit, bool stoodOnThem) {
  ++(stoodOnThem ? groupOf[unit]->fits : groupOf[unit]->misfits);
  if (stoodOnThem) ++onTop;
}

size_t HeaderSharing::precompiled() const {
  return static_cast<size_t>(llvm::count_if(planned, [](const Group &group) { return group.headers.has_value(); }));
}

std::optional<UnitResult> analyseOnTop(const Unit &unit, const ExtractOptions &options, const SharedHeaders &headers,
                                       Recording &recording) {
  Recording above;
  SharingWatch watch(headers);
  UnitResult result = analyse(onTopOf(unit, headers.file), options, &above, &watch);
  if (!result.problems.empty() || result.facts.isEmpty() || !watch.difference().empty()) return std::nullopt;
  for (const Dependency &one : above.dependencies())
    if (!llvm::StringRef(one.path).starts_with(llvm::sys::path::parent_path(headers.file))) recording.add(one);
  for (const Dependency &one : headers.dependencies) recording.add(one);
  if (!above.isUseful()) recording.giveUp();
  return result;
}

} // namespace coroguard
