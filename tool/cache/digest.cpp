#include "tool/cache/digest.h"
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/Endian.h>
#include <llvm/Support/xxhash.h>

namespace coroguard {

Digest digestOf(std::string_view bytes) {
  llvm::XXH128_hash_t hash = llvm::xxh3_128bits({reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size()});
  Digest digest;
  llvm::support::endian::write64le(digest.bytes.data(), hash.low64);
  llvm::support::endian::write64le(digest.bytes.data() + 8, hash.high64);
  return digest;
}

std::string Digest::hex() const { return llvm::toHex(view(), /*LowerCase=*/true); }

} // namespace coroguard
