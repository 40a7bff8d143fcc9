// Numbers, texts and digests as bytes, for the files of the cache.
#pragma once
#include "tool/cache/digest.h"
#include <cstring>

namespace coroguard {

/// Seven bits a byte, the lowest first; the eighth says that more follow.
inline void putNumber(std::string &out, uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

inline void putText(std::string &out, std::string_view text) {
  putNumber(out, text.size());
  out += text;
}

/// Reads what the functions above wrote. After something that is not there everything is empty and `failed` is true.
class ByteReader {
public:
  explicit ByteReader(std::string_view bytes) : rest(bytes) {}

  uint8_t byte() {
    std::string_view one = take(1);
    return one.empty() ? 0 : static_cast<uint8_t>(one[0]);
  }
  uint64_t number() {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      uint8_t next = byte();
      value |= uint64_t(next & 0x7f) << shift;
      if (!(next & 0x80)) return value;
    }
    hasFailed = true;
    return 0;
  }
  std::string_view text() { return take(number()); }
  Digest digest() {
    Digest result;
    std::string_view bytes = take(result.bytes.size());
    if (!bytes.empty()) std::memcpy(result.bytes.data(), bytes.data(), bytes.size());
    return result;
  }

  bool failed() const { return hasFailed; }
  bool isComplete() const { return !hasFailed && rest.empty(); }

private:
  std::string_view take(uint64_t size) {
    if (hasFailed || size > rest.size()) {
      hasFailed = true;
      rest = {};
      return {};
    }
    std::string_view taken = rest.substr(0, size);
    rest.remove_prefix(size);
    return taken;
  }

  std::string_view rest;
  bool hasFailed = false;
};

} // namespace coroguard
