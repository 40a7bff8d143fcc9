// What holds for a file, for people: YAML that can be fed back, each value with its origin; and JSON.
#pragma once
#include "tool/config/config.h"
#include <llvm/Support/raw_ostream.h>

namespace coroguard {

/// `file` may be empty: then it is what holds where no override matches.
void printYaml(const Config &config, const Settings &settings, const std::string &file, llvm::raw_ostream &out);
void printJson(const Config &config, const Settings &settings, const std::string &file, llvm::raw_ostream &out);

/// "file:line", "profile NAME (file:line)" or "default".
std::string textOf(const ValueOrigin &origin);

} // namespace coroguard
