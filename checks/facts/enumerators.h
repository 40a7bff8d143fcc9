// The last enumerator of an enumeration whose enumerators count from 0, so that a file cannot bring in another value. The
// compiler knows: it prints the name of an enumerator, and a cast for a value that is none.
#pragma once
#include <cstdint>
#include <string_view>
#include <utility>

namespace coroguard {

template <auto value> constexpr bool isEnumerator() {
  constexpr std::string_view printed = __PRETTY_FUNCTION__; // ... [with auto value = E::name] or [value = (E)7]
  constexpr size_t start = printed.rfind("value = ") + 8;
  return printed[start] != '(';
}

template <class Enum> constexpr uint8_t lastEnumerator() {
  uint8_t last = 0;
  auto look = [&]<size_t... i>(std::index_sequence<i...>) {
    ((last = isEnumerator<static_cast<Enum>(i)>() ? uint8_t(i) : last), ...);
  };
  look(std::make_index_sequence<32>());
  return last;
}

enum class ThreeEnumerators : uint8_t { A, B, C };
static_assert(lastEnumerator<ThreeEnumerators>() == 2);

} // namespace coroguard
