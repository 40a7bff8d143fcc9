// Where coroutines, futures and tasks were made, kept beside them while a loop is in debug mode: they do not become larger
// for it.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "coroguard/observe/observer.hpp"
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
inline bool keeps_origins() noexcept {
  if constexpr (!with_observer) return false;
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
  // A relaxed load, and a branch. g++ loads an atomic into a register to compare it; each coroutine that is made pays for that, and
  // 3 instructions of 144 are more than debug mode may cost while it is off.
  asm goto("cmpl $0, %0\n\tjne %l[on]" : : "m"(loops_in_debug_mode) : "cc" : on);
  return false;
on:
  return true;
#else
  return loops_in_debug_mode.load(std::memory_order_relaxed) != 0;
#endif
}

// Once there was such a loop.
inline constinit std::atomic<bool> kept_origins_once{false};

// This call. `caller` as below.
origin origin_here(void* caller) noexcept;

// Any thread. `caller` is the return address of the call that makes the object, if the caller knows it: the frames above it
// are found through frame pointers, where code has them. False when there was no memory for it.
// Defined in coroguard/debug/origins.cpp.
bool keep_origin(const void* object, void* caller) noexcept;
std::optional<origin> origin_of(const void* object) noexcept;
void forget_origin(const void* object) noexcept;
// When the last loop has left debug mode: of all objects.
void forget_origins() noexcept;

// Memory for the frame of a coroutine, whose origin is kept under this address. Nobody forgets it when the coroutine begins: that
// would cost each coroutine a branch. The next one at this address replaces it.
void* allocate_frame_with_origin(std::size_t size, void* caller);
// Of the coroutine function that has this address in it. Defined in coroguard/debug/large_frame.cpp.
void look_at_frame_size(std::size_t size, void* function, void* caller) noexcept;

}  // namespace coroguard
