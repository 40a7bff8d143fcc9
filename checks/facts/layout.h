// What facts are made of, in short: two builds with different fields cannot read each other's files.
#pragma once
#include <string>

namespace coroguard {

/// A digest of the types of all fields, in their order.
std::string factsLayout();

} // namespace coroguard
