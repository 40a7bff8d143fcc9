// Findings that a project has accepted for now: the file, and the comparison of a run with it.
#pragma once
#include "diagnostic.h"
#include <compare>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace coroguard {

/// One accepted finding. The order of the members is the order of the file, so that entries of one file stand together.
struct BaselineEntry {
  std::string file; // below the project's root
  std::string rule;
  std::string function;
  std::string message;
  std::string fingerprint; // what counts; the others are for readers
  auto operator<=>(const BaselineEntry &) const = default;
};

using Baseline = std::vector<BaselineEntry>; // sorted, each once

/// Reads a file. Nothing, and one problem with its place and a remedy, when it is not a baseline of this version.
std::optional<Baseline> readBaseline(const std::string &file, std::vector<Problem> &problems);

/// The text of the file: the same for the same entries.
std::string baselineText(const Baseline &baseline);

/// What a run has looked at well enough to say that a finding is gone.
struct Coverage {
  bool isWhole = false;                         // the project, without a problem
  std::set<std::string, std::less<>> files = {}; // otherwise these, below the project's root
  std::set<std::string, std::less<>> rules = {}; // only these; empty: all of them

  bool judges(const BaselineEntry &entry) const {
    return (isWhole || files.contains(entry.file)) && (rules.empty() || rules.contains(entry.rule));
  }
};

Baseline entriesOf(const std::vector<Diagnostic> &findings, const std::string &projectRoot);

/// Takes out of the findings what the baseline covers, and returns it.
Baseline takeCovered(std::vector<Diagnostic> &findings, const Baseline &baseline, const std::string &projectRoot);

/// The entries that the run would have found and did not. `present` are the entries of all its findings.
Baseline goneEntries(const Baseline &baseline, const Baseline &present, const Coverage &coverage);

/// The baseline of today: what is present, and what the run could not judge. Entries keep their fingerprint; what is
/// written for readers is that of the run.
Baseline updatedBaseline(const Baseline &baseline, const Baseline &present, const Coverage &coverage);

} // namespace coroguard
