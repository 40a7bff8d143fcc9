// Suppression comments for findings that are there when a project adopts coroguard.
#pragma once
#include "diagnostic.h"
#include <string>
#include <string_view>
#include <vector>

namespace coroguard {

enum class CommentStyle { Allow, NoLint };

/// What is wrong with a reason, or empty: it must fit into every form of comment.
std::string faultOfReason(std::string_view reason);

/// The text with a comment for each of the findings, all of which lie in it. Lines keep their ends and indentation. A
/// comment stands alone above its line; where that would change what the text means (in a macro, a raw string or a
/// comment over several lines, below a NOLINTNEXTLINE), behind it, or else right before the finding.
std::string withSuppressions(std::string_view text, const std::vector<Diagnostic> &findings, std::string_view reason,
                             CommentStyle style);

struct Insertion {
  size_t findings = 0;
  size_t files = 0;
};

/// Writes the comments into the files of the findings, and takes these out of the list; those about suppression comments
/// themselves stay. A file that cannot be written is a problem, and keeps its findings.
Insertion addSuppressions(std::vector<Diagnostic> &findings, std::string_view reason, CommentStyle style,
                          std::vector<Problem> &problems);

} // namespace coroguard
