// The identity of a finding: what a code scanning service, a baseline and a comparison of two versions know it by. It is
// computed here and nowhere else; docs/ci.md says what goes in.
#pragma once
#include "diagnostic.h"
#include "facts/fact.h"
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace coroguard {

/// Where the files of the findings stand.
struct Sources {
  std::string projectRoot;
  std::function<std::optional<std::string>(const Location &)> line = {}; // its text, if not that of the file on the disk
  std::map<std::string, std::string> renamed = {};                       // file -> the name that counts
};

/// Sets `function` and `fingerprint` of each finding. The list is to be complete for the files that occur in it and
/// sorted by place: findings that are alike in one function are told apart by their order.
void identify(std::vector<Diagnostic> &diagnostics, const Facts &facts, const Sources &sources);

/// The file below the project, or as it is when it lies elsewhere.
std::string_view nameInProject(std::string_view file, const std::string &projectRoot);

/// Is it of the shape that `identify` gives: 32 hexadecimal digits, a colon, an ordinal that counts from 1?
bool isFingerprint(std::string_view text);

} // namespace coroguard
