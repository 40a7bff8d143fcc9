// Memory for what an event loop makes and drops all the time: coroutine frames, tasks, futures, callbacks.
//
// Each thread keeps the blocks it freed, by size, and hands them out again; a block may be freed by another thread than
// the one it came from and then stays there. What a thread keeps is bounded (`kept_bytes`) and returned when it ends.
// Under AddressSanitizer and ThreadSanitizer every block comes from the heap, so that they see each use after free.
#pragma once

#include <cstddef>

namespace coroguard::frame_pool {

// Never null; throws std::bad_alloc.
void* allocate(std::size_t size);
// `size` as it was asked for.
void deallocate(void* block, std::size_t size) noexcept;

}  // namespace coroguard::frame_pool

namespace coroguard {

// Base of classes whose objects live in the pool.
struct pooled {
  static void* operator new(std::size_t size) { return frame_pool::allocate(size); }
  static void operator delete(void* block, std::size_t size) noexcept { frame_pool::deallocate(block, size); }
};

}  // namespace coroguard
