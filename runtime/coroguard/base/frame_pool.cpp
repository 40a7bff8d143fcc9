#include "coroguard/base/frame_pool.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <utility>

namespace coroguard::frame_pool {

#if COROGUARD_POOL_OFF

void* allocate_new(std::size_t size) { return ::operator new(size); }
void deallocate_surplus(void* block, std::size_t size) noexcept { ::operator delete(block, size); }

#else

constinit thread_local std::array<size_class, classes> kept{};

namespace {

constinit thread_local bool thread_ends = false;

void release(free_block* chain) noexcept {
  while (chain != nullptr) ::operator delete(std::exchange(chain, chain->next));
}

// Empties `kept` when the thread ends.
struct returner {
  bool registered = true;
  ~returner() {
    thread_ends = true;
    for (size_class& blocks : kept) {
      release(std::exchange(blocks.first, nullptr));
      blocks.room = 0;
    }
  }
};
thread_local returner at_thread_end;

// Blocks of one size, by their addresses: who takes some can write to all of them at once, while each link of a chain would
// have to arrive from the other thread's processor before the next one is known. Nobody waits for it: who finds it locked
// does without.
class depot_shelf {
public:
  // A chain of depot_batch blocks, or null.
  free_block* take() noexcept {
    if (count_.load(std::memory_order_relaxed) == 0) return nullptr;
    const std::unique_lock lock(mutex_, std::try_to_lock);
    const std::size_t count = count_.load(std::memory_order_relaxed);
    if (!lock || count == 0) return nullptr;
    free_block* chain = nullptr;
    for (std::size_t i = 1; i <= depot_batch; ++i) chain = new (blocks_[count - i]) free_block{chain};
    count_.store(count - depot_batch, std::memory_order_relaxed);
    return chain;
  }
  // Takes a chain of depot_batch blocks; false when there is no room.
  bool put(free_block* chain, std::size_t size) noexcept {
    const std::unique_lock lock(mutex_, std::try_to_lock);
    const std::size_t count = count_.load(std::memory_order_relaxed);
    if (!lock || count + depot_batch > std::min(blocks_.size(), kept_bytes / size)) return false;
    for (std::size_t i = 0; i < depot_batch; ++i) blocks_[count + i] = std::exchange(chain, chain->next);
    count_.store(count + depot_batch, std::memory_order_relaxed);
    return true;
  }

private:
  std::mutex mutex_;
  std::atomic<std::size_t> count_{0};
  std::array<free_block*, depot_blocks> blocks_{};
};
constinit std::array<depot_shelf, classes> depot;

constexpr std::size_t size_of(std::size_t index) { return (index + 1) * step; }

void open(std::size_t index) {
  (void)at_thread_end.registered;  // makes it, and so registers its destructor
  kept[index].opened = true;
  kept[index].room = static_cast<std::uint32_t>(kept_bytes / size_of(index));
}

// Gives up the blocks that were freed last.
void make_room(std::size_t index) noexcept {
  size_class& blocks = kept[index];
  free_block* const chain = blocks.first;
  free_block* last = chain;
  for (std::size_t i = 1; i < depot_batch; ++i) last = last->next;
  blocks.first = std::exchange(last->next, nullptr);
  blocks.room += depot_batch;
  if (!depot[index].put(chain, size_of(index))) release(chain);
}

}  // namespace

void* allocate_new(std::size_t size) {
  const std::size_t index = class_of(size);
  if (index >= classes) return ::operator new(size);
  // A program that is built with a sanitizer, and linked to a library that is not, asks for each block here.
  if (kept[index].first != nullptr) return allocate(size);
  free_block* const block = thread_ends ? nullptr : depot[index].take();
  if (block == nullptr) return ::operator new(size_of(index));
  size_class& blocks = kept[index];
  if (!blocks.opened) open(index);
  blocks.first = block->next;
  blocks.room -= depot_batch - 1;
  return block;
}

void deallocate_surplus(void* block, std::size_t size) noexcept {
  const std::size_t index = class_of(size);
  if (index >= classes || thread_ends) {
    ::operator delete(block);
    return;
  }
  if (!kept[index].opened)
    open(index);
  else if (kept[index].room == 0)  // as always, unless a program with a sanitizer gives each block back here
    make_room(index);
  deallocate(block, size);
}

#endif

}  // namespace coroguard::frame_pool
