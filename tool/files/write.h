// Files that are written for the user: in whole, or not at all.
#pragma once
#include <string>
#include <string_view>
#include <system_error>

namespace coroguard {

/// Replaces a file's content in one step: whoever looks sees the old or the new one, also when the disk is full. Keeps its
/// mode and owner; through a symbolic link the file behind it is written. What is no plain file (a pipe, a device) is
/// written to.
std::error_code replaceContent(const std::string &file, std::string_view content);

/// The same, and makes a file that is not there. A file that can be written in a folder that cannot is written in place.
std::error_code writeFile(const std::string &file, std::string_view content);

} // namespace coroguard
