// Headers of other people that many units begin with, parsed once: a precompiled header without function bodies.
#pragma once
#include "facts/scope.h"
#include "tool/cache/recording.h"
#include "tool/intake/units.h"

namespace coroguard {

/// The `#include <...>` lines with which a source text begins, nothing but comments and empty lines between them.
std::string leadingIncludes(std::string_view text);

/// Units that have one command, but for their file, and begin with the same headers.
struct HeaderGroup {
  std::string includes;
  std::vector<size_t> units;
  std::string file; // the precompiled header, when there is one
  std::vector<Dependency> dependencies;
};

/// The groups of at least so many units. Making a precompiled header costs about as much as two of them.
std::vector<HeaderGroup> groupByHeaders(const std::vector<Unit> &units, const std::vector<size_t> &chosen, size_t least);

/// Parses the headers of the group as `first` would and writes them to `output`. Nothing when they are not fit to be
/// shared: with an error, or with a file of the project among them.
std::optional<std::vector<Dependency>> precompile(const HeaderGroup &group, const Unit &first, const ProjectScope &scope,
                                                  const std::string &output);

/// The unit on top of a precompiled header.
Unit onTopOf(const Unit &unit, const std::string &precompiled);

} // namespace coroguard
