// Would a call on this descriptor wait?
// Not in <coroguard/runtime.hpp>: only the library needs it.
#pragma once

namespace coroguard::preload {

// `events`: POLLIN or POLLOUT. False for what is non-blocking, what is ready and what is no descriptor.
bool waits(int descriptor, short events) noexcept;
bool is_blocking(int descriptor) noexcept;

}  // namespace coroguard::preload
