#include "tool/baseline/baseline.h"
#include "tool/identity/fingerprint.h"
#include <algorithm>
#include <iterator>
#include <llvm/ADT/STLExtras.h>
#include <llvm/Support/JSON.h>

namespace coroguard {
namespace {

using Fingerprints = std::set<std::string_view>;

Fingerprints fingerprintsOf(const Baseline &entries) {
  Fingerprints prints;
  for (const BaselineEntry &entry : entries) prints.insert(entry.fingerprint);
  return prints;
}

std::string utf8(std::string_view text) { return llvm::json::fixUTF8(llvm::StringRef(text)); }

/// Sorted; of entries that differ only in what is for readers the first one stays.
void normalise(Baseline &entries) {
  llvm::sort(entries);
  Fingerprints seen;
  Baseline kept;
  for (const BaselineEntry &entry : entries)
    if (seen.insert(entry.fingerprint).second) kept.push_back(entry);
  entries = std::move(kept);
}

} // namespace

Baseline entriesOf(const std::vector<Diagnostic> &findings, const std::string &projectRoot) {
  Baseline entries;
  for (const Diagnostic &finding : findings)
    entries.push_back({utf8(nameInProject(finding.location.file, projectRoot)), finding.rule, utf8(finding.function),
                       utf8(finding.message), finding.fingerprint});
  normalise(entries);
  return entries;
}

Baseline takeCovered(std::vector<Diagnostic> &findings, const Baseline &baseline, const std::string &projectRoot) {
  Fingerprints known = fingerprintsOf(baseline);
  auto isNew = [&](const Diagnostic &finding) { return !known.count(finding.fingerprint); };
  auto covered = std::stable_partition(findings.begin(), findings.end(), isNew);
  Baseline taken = entriesOf({covered, findings.end()}, projectRoot);
  findings.erase(covered, findings.end());
  return taken;
}

Baseline goneEntries(const Baseline &baseline, const Baseline &present, const Coverage &coverage) {
  Fingerprints found = fingerprintsOf(present);
  Baseline gone;
  for (const BaselineEntry &entry : baseline)
    if (coverage.judges(entry) && !found.count(entry.fingerprint)) gone.push_back(entry);
  return gone;
}

Baseline updatedBaseline(const Baseline &baseline, const Baseline &present, const Coverage &coverage) {
  Fingerprints gone, found = fingerprintsOf(present);
  Baseline missing = goneEntries(baseline, present, coverage);
  gone = fingerprintsOf(missing);
  Baseline updated = present;
  for (const BaselineEntry &entry : baseline)
    if (!gone.count(entry.fingerprint) && !found.count(entry.fingerprint)) updated.push_back(entry);
  normalise(updated);
  return updated;
}

} // namespace coroguard
