// The native stack of a thread, taken in a signal handler.
// Not in <coroguard/runtime.hpp>: only the library needs it.
//
// In a stall by the unwind tables and not by frame pointers: optimised code and glibc have none, and a stall most often sits in glibc.
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

// The stack of the calling thread from the call on that returns to `caller`; all of it when that is not found. As safe.
void take_call_stack_from(call_stack& to, void* caller) noexcept;

// The calls above the caller by frame pointers, a hundred times quicker than by tables: writes at most `most` addresses of calls
// and returns how many. Code without frame pointers is left out; what is found is the return address of a call, on this
// thread's stack. `first`: the return address of the call to begin with, which is there even if no frame pointer leads to it;
// null: the caller's. Any thread, not in a signal handler.
std::size_t walk_frame_pointers(std::uintptr_t* to, std::size_t most, void* first) noexcept;

}  // namespace coroguard
