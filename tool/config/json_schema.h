// The JSON Schema of configuration files, for editors. docs/coroguard.schema.json is its committed copy.
#pragma once
#include <string>

namespace coroguard {

std::string configSchema();

} // namespace coroguard
