// What 'coroguard init' writes: every setting as a comment, so that the file says the defaults until somebody edits it.
#pragma once
#include <string>

namespace coroguard {

struct ConfigStart {
  std::string schema;  // path of the JSON Schema, relative to the file
  std::string extends; // the configuration of the project around, relative to the file; may be empty
  std::string libraries; // what was seen in the project; may be empty
};

std::string startOf(const ConfigStart &start);

} // namespace coroguard
