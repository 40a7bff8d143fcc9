// Where coroutines, futures and tasks were made, kept beside them while a loop is in debug mode: they do not become larger
// for it.
// Not in <coroguard/runtime.hpp>: only the library needs it.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <source_location>

#include "coroguard/observe/report.hpp"

namespace coroguard {

// The call that made an object, and who was at it. As deep as asyncio's: ten calls.
struct origin {
  std::array<std::uintptr_t, 10> calls{};  // the innermost first
  std::size_t calls_count = 0;
  std::array<await_frame, 10> awaits;  // the task in whose step it was, the innermost coroutine first
  std::size_t awaits_count = 0;

  // Makes it the creation of what is reported.
  void tell(report& found) const;
};

// How many loops are in debug mode.
inline constinit std::atomic<int> loops_in_debug_mode{0};
// Once there was such a loop.
inline constinit std::atomic<bool> kept_origins_once{false};
inline bool keeps_origins() noexcept { return loops_in_debug_mode.load(std::memory_order_relaxed) != 0; }

// Any thread. `caller` is the return address of the call that makes the object, if the caller knows it: the frames above it
// are found through frame pointers, where code has them. False when there was no memory for it.
// Defined in coroguard/debug/origins.cpp.
bool keep_origin(const void* object, void* caller) noexcept;
// What keep_origin keeps, for those who keep it themselves.
origin origin_here(void* caller) noexcept;
std::optional<origin> origin_of(const void* object) noexcept;
void forget_origin(const void* object) noexcept;

// While origins are kept: the frame of a coroutine was allocated, and its promise made in it, for the report of large ones.
// Defined in coroguard/debug/large_frame.cpp.
void note_frame(const void* frame, std::size_t size) noexcept;
void check_frame(const void* promise, std::source_location where) noexcept;

}  // namespace coroguard
