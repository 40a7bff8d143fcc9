// Facts <-> a versioned file, byte-for-byte deterministic, and the merge of facts. Facts are a set: merging is
// commutative, associative and idempotent, so units may be linked in any order and in pieces.
#pragma once
#include "facts/fact.h"
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace coroguard {

/// The union of all parts, in canonical form: strings sorted and only those in use, functions by id and place, every list sorted
/// and without repeats. One definition in two units (an inline function) joins its lists;
/// two definitions of one id at different places (two programs in one project) stay two functions.
Facts merge(const std::vector<const Facts *> &parts);

/// The same for parts that nobody needs any more: they are taken apart and not copied.
Facts mergeAll(std::vector<Facts> parts);

/// Is it what a merge makes of it?
bool isCanonical(const Facts &facts);

/// The facts of `index` without what `fresh` replaces: the functions of fresh's main files and every function that
/// fresh defines itself. For hosts that see one unit and have the project index for the rest.
Facts withoutUnits(Facts index, const Facts &fresh);

/// The canonical bytes. write(merge({&f})) is equal for equal facts, whatever order they were found in.
std::string write(const Facts &facts);

/// Parses what `write` made. A wrong version, a truncated or altered file is a Problem that says so.
std::optional<Facts> read(std::string_view bytes, const std::string &file, std::vector<Problem> &problems);

/// The same for bytes that `owner` keeps: strings are not copied out of them.
std::optional<Facts> read(std::string_view bytes, std::shared_ptr<const void> owner, const std::string &file,
                          std::vector<Problem> &problems);

/// A form for people and tests: one line per fact, names instead of numbers.
std::string print(const Facts &facts);

} // namespace coroguard
