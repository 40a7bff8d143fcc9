// Sorting very many texts that begin alike, as entity ids do.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

namespace coroguard {

/// The numbers of the texts, which all differ, in the order of the texts' bytes.
std::vector<uint32_t> textOrder(const std::vector<std::string_view> &texts);

} // namespace coroguard
