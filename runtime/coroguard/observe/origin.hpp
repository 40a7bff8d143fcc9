// Where coroutines, futures and tasks were made, kept beside them while a loop is in debug mode: they do not become larger
// for it.
// Not in <coroguard/runtime.hpp>: only the library needs it.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "coroguard/observe/report.hpp"

namespace coroguard {

// The call that made an object, and who was at it. As deep as asyncio's: ten calls.
struct origin {
  std::array<std::uintptr_t, 10> calls{};  // the innermost first
  std::size_t calls_count = 0;
  std::array<await_frame, 10> awaits;  // the task in whose step it was, the innermost coroutine first
  std::size_t awaits_count = 0;
  std::chrono::nanoseconds at{};  // coarse_now()

  // Makes it the creation of what is reported.
  void tell(report& found) const;
};

// A monotonic clock of some milliseconds, which costs a fifth of an exact one.
std::chrono::nanoseconds coarse_now() noexcept;

// How many loops are in debug mode.
inline constinit std::atomic<int> loops_in_debug_mode{0};
inline bool keeps_origins() noexcept { return loops_in_debug_mode.load(std::memory_order_relaxed) != 0; }

// Any thread. `caller` is the return address of the call that makes the object, if the caller knows it: the frames above it
// are found through frame pointers, where code has them. False when there was no memory for it.
// Defined in coroguard/debug/origins.cpp.
bool keep_origin(const void* object, void* caller) noexcept;
std::optional<origin> origin_of(const void* object) noexcept;
void forget_origin(const void* object) noexcept;

}  // namespace coroguard
