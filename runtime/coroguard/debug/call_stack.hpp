// The native stack of a thread, taken in a signal handler.
// Not in <coroguard/runtime.hpp>: only the library needs it.
//
// By the unwind tables and not by frame pointers: optimised code and glibc have none, and a stall most often sits in glibc.
// Since glibc 2.35 the unwinder finds the tables without a lock (_dl_find_object), also inside malloc, dlopen or another
// unwinding. See docs/decisions/debug-stacks.md.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace coroguard {

struct call_stack {
  std::array<std::uintptr_t, 64> addresses{};  // the innermost first; of the call instruction, or of the one interrupted
  std::size_t depth = 0;
};

// The stack of the caller. Once before the first use of the other, since the unwinder initialises itself.
call_stack current_call_stack();

// The stack of the code that a signal interrupted; `context` is the third argument of the handler. Async-signal-safe.
void take_call_stack(call_stack& to, void* context) noexcept;

}  // namespace coroguard
