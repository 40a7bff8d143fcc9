// large-frame: coroutines that need much memory for each call.
#pragma once

#include <cstddef>

namespace coroguard {

// Debug mode reports each coroutine function whose frame is larger than this, once; 16384 at first. tokio moves futures to the
// heap from 16 KiB on (2 KiB in debug builds) because they would be copied; a frame lies on the heap anyway and is never
// copied, so that only its size counts: ten thousand connections with such a frame are 160 MiB, and frames above 2 KiB do
// not come from the pool. Any thread.
void set_large_frame_size(std::size_t bytes) noexcept;
std::size_t large_frame_size() noexcept;

}  // namespace coroguard
