// 128 bits that stand for some bytes.
#pragma once
#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace coroguard {

struct Digest {
  std::array<char, 16> bytes{};
  auto operator<=>(const Digest &) const = default;

  std::string_view view() const { return {bytes.data(), bytes.size()}; }
  std::string hex() const;
};

/// XXH3. It tells apart what happens, not what somebody constructs: who can write into a cache can write findings.
Digest digestOf(std::string_view bytes);

/// A digest of several texts that keeps their borders: ("ab", "c") is not ("a", "bc").
class DigestOfMany {
public:
  DigestOfMany &add(std::string_view text) {
    all += std::to_string(text.size()) + ':';
    all += text;
    return *this;
  }
  Digest result() const { return digestOf(all); }

private:
  std::string all;
};

} // namespace coroguard
