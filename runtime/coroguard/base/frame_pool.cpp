#include "coroguard/base/frame_pool.hpp"

#include <array>
#include <new>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define COROGUARD_POOL_OFF 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define COROGUARD_POOL_OFF 1
#endif

namespace coroguard::frame_pool {

#ifdef COROGUARD_POOL_OFF

void* allocate(std::size_t size) { return ::operator new(size); }
void deallocate(void* block, std::size_t size) noexcept { ::operator delete(block, size); }

#else

namespace {

constexpr std::size_t step = 32;         // sizes are rounded up to a multiple
constexpr std::size_t classes = 64;      // blocks up to 2 KiB are kept
constexpr std::size_t kept_bytes = 256 << 10;  // per size and thread

struct free_block {
  free_block* next;
};

struct size_class {
  free_block* first = nullptr;
  std::size_t count = 0;
};

// Trivial, so that reading it costs no check whether it was made; `returner` empties it when the thread ends.
constinit thread_local std::array<size_class, classes> kept{};
constinit thread_local bool thread_ends = false;

struct returner {
  bool registered = true;
  ~returner() {
    thread_ends = true;
    for (size_class& blocks : kept) {
      while (blocks.first != nullptr) {
        free_block* block = blocks.first;
        blocks.first = block->next;
        ::operator delete(block);
      }
      blocks.count = 0;
    }
  }
};
thread_local returner at_thread_end;

constexpr std::size_t class_of(std::size_t size) { return (size - 1) / step; }

}  // namespace

void* allocate(std::size_t size) {
  const std::size_t index = class_of(size);
  if (index >= classes) return ::operator new(size);
  size_class& blocks = kept[index];
  if (free_block* block = blocks.first) {
    blocks.first = block->next;
    --blocks.count;
    return block;
  }
  return ::operator new((index + 1) * step);
}

void deallocate(void* block, std::size_t size) noexcept {
  const std::size_t index = class_of(size);
  if (index >= classes || thread_ends || kept[index].count * (index + 1) * step >= kept_bytes) {
    ::operator delete(block);
    return;
  }
  size_class& blocks = kept[index];
  if (blocks.first == nullptr) (void)at_thread_end.registered;  // makes it, and so registers its destructor
  blocks.first = new (block) free_block{blocks.first};
  ++blocks.count;
}

#endif

}  // namespace coroguard::frame_pool
