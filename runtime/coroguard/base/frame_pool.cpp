#include "coroguard/base/frame_pool.hpp"

namespace coroguard::frame_pool {

#ifdef COROGUARD_POOL_OFF

void* allocate_new(std::size_t size) { return ::operator new(size); }
void deallocate_surplus(void* block, std::size_t size) noexcept { ::operator delete(block, size); }

#else

constinit thread_local std::array<size_class, classes> kept{};

namespace {

constinit thread_local bool thread_ends = false;

// Empties `kept` when the thread ends.
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
      blocks.room = 0;
    }
  }
};
thread_local returner at_thread_end;

}  // namespace

void* allocate_new(std::size_t size) {
  const std::size_t index = class_of(size);
  return ::operator new(index < classes ? (index + 1) * step : size);
}

void deallocate_surplus(void* block, std::size_t size) noexcept {
  const std::size_t index = class_of(size);
  if (index >= classes || thread_ends || kept[index].opened) {
    ::operator delete(block);
    return;
  }
  (void)at_thread_end.registered;  // makes it, and so registers its destructor
  kept[index].opened = true;
  kept[index].room = static_cast<std::uint32_t>(kept_bytes / ((index + 1) * step));
  deallocate(block, size);
}

#endif

}  // namespace coroguard::frame_pool
