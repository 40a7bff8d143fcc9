// LLVM's JSON parser calls itself for each bracket: a file of nothing else would end the process.
#pragma once
#include <optional>
#include <string_view>

namespace coroguard {

inline constexpr unsigned deepestJson = 100; // ours have five levels, and so have compile databases

/// Where the first bracket stands that is nested deeper, as an offset.
std::optional<size_t> tooDeepJson(std::string_view text);

} // namespace coroguard
