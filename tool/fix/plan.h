// Findings with fixes -> what is to be replaced in which file. No file is touched here.
#pragma once
#include "diagnostic.h"
#include <llvm/ADT/STLFunctionalExtras.h>
#include <map>
#include <optional>
#include <string_view>

namespace coroguard {

/// The edits of one file, in the order of the file, none overlapping another.
struct FileEdits {
  std::vector<Edit> edits;
  size_t findings = 0; // that they repair
};

using FixPlan = std::map<std::string, FileEdits>; // by file

/// Of each finding the first fix that may be applied. Of fixes that overlap the first in the file wins; the others are
/// for another pass. Two findings with the very same fix are repaired by it together. `isWanted` is asked last, once for
/// each fix that would come into the plan.
FixPlan planFixes(const std::vector<Diagnostic> &diagnostics, bool withUnsafe,
                  llvm::function_ref<bool(const Fix &)> isWanted = [](const Fix &) { return true; });

/// The text with its edits. Nothing when an edit is at a place that the text does not have.
std::optional<std::string> applyEdits(std::string_view text, const std::vector<Edit> &edits);

/// Where the lines of a text start, as Clang counts them: \n, \r\n and a lone \r end one.
std::vector<size_t> lineStarts(std::string_view text);

} // namespace coroguard
