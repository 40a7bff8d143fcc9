// Memory for what an event loop makes and drops all the time: coroutine frames, tasks, futures, callbacks.
//
// Each thread keeps the blocks it freed, by size, and hands them out again; a block may be freed by another thread than
// the one it came from and then stays there. What a thread keeps is bounded (`kept_bytes`) and returned when it ends. What
// is too much for it goes to a depot, in which threads that only allocate (and post what others free) find it; that is
// bounded too.
// Under AddressSanitizer and ThreadSanitizer every block comes from the heap, so that they see each use after free.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <new>

#include "coroguard/base/sanitizers.hpp"

#define COROGUARD_POOL_OFF (COROGUARD_ADDRESS_SANITIZER || COROGUARD_THREAD_SANITIZER)

namespace coroguard::frame_pool {

// What is rare: no block is kept, no more may be, or the size is not one that is.
void* allocate_new(std::size_t size);
void deallocate_surplus(void* block, std::size_t size) noexcept;

#if COROGUARD_POOL_OFF

// The library's part decides: it may be built without the sanitizer that this file is built with. Then blocks are of the
// pool, and the sanitizer sees no use of one after it was freed.
inline void* allocate(std::size_t size) { return allocate_new(size); }
inline void deallocate(void* block, std::size_t size) noexcept { deallocate_surplus(block, size); }

#else

inline constexpr std::size_t step = 16;                // sizes are rounded up to a multiple
inline constexpr std::size_t classes = 128;            // blocks up to 2 KiB are kept
inline constexpr std::size_t kept_bytes = 1 << 20;     // per size, in a thread: timeouts of ten thousand connections
inline constexpr std::size_t depot_blocks = 4096;      // per size, in the depot, and at most kept_bytes
inline constexpr std::size_t depot_batch = 64;         // blocks that go there, or come from there, at once

struct free_block {
  free_block* next;
};

struct size_class {
  free_block* first = nullptr;
  std::uint32_t room = 0;  // how many more blocks may be kept
  bool opened = false;
};

// Trivial, so that reading it costs no check whether it was made.
extern constinit thread_local std::array<size_class, classes> kept;

constexpr std::size_t class_of(std::size_t size) { return (size - 1) / step; }

// Never null; throws std::bad_alloc.
inline void* allocate(std::size_t size) {
  const std::size_t index = class_of(size);
  if (index < classes) [[likely]] {
    size_class& blocks = kept[index];
    if (free_block* block = blocks.first) [[likely]] {
      blocks.first = block->next;
      ++blocks.room;
      return block;
    }
  }
  return allocate_new(size);
}

// `size` as it was asked for.
inline void deallocate(void* block, std::size_t size) noexcept {
  const std::size_t index = class_of(size);
  if (index < classes && kept[index].room != 0) [[likely]] {
    size_class& blocks = kept[index];
    blocks.first = new (block) free_block{blocks.first};
    --blocks.room;
    return;
  }
  deallocate_surplus(block, size);
}

#endif

}  // namespace coroguard::frame_pool

namespace coroguard {

// Base of classes whose objects live in the pool.
struct pooled {
  static void* operator new(std::size_t size) { return frame_pool::allocate(size); }
  static void operator delete(void* block, std::size_t size) noexcept { frame_pool::deallocate(block, size); }
  // What must begin at a multiple of more than the pool's step, as a callable that captures a vector register.
  static void* operator new(std::size_t size, std::align_val_t alignment) { return ::operator new(size, alignment); }
  static void operator delete(void* block, std::size_t size, std::align_val_t alignment) noexcept {
    ::operator delete(block, size, alignment);
  }
};

}  // namespace coroguard
