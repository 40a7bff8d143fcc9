// Facts files on the disk: parts of a program, and the index of a project.
#pragma once
#include "facts/store.h"

namespace coroguard {

/// The facts of each file that can be read, in the order of the files; of every other one a problem. Several threads read
/// when there is enough to do.
std::vector<Facts> readFactsFiles(const std::vector<std::string> &files, std::vector<Problem> &problems);

/// The rest of the project as its index knows it: without what `fresh` replaces, and without what stood in files that
/// are gone. Empty when there is no such file, which is a problem only when somebody asked for it.
Facts readIndex(const std::string &file, bool mustExist, const Facts &fresh, std::vector<Problem> &problems);

/// `fresh` and the rest of the project, merged.
Facts mergeWithIndex(const Facts &fresh, Facts rest);

} // namespace coroguard
