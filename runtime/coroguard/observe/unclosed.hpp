// What is left when the process ends, for debug mode. Defined in coroguard/debug/unclosed.cpp.
// Not in <coroguard/runtime.hpp>: only the library needs it.
#pragma once

#include <cstddef>
#include <string>

namespace coroguard {

// When the process ends, after the destructors of objects with static storage.
void report_unclosed_loops() noexcept;
// At the end, before it waits for the threads of a pool that nobody shut down. Quiet when no loop was in debug mode.
void report_unclosed_pool(const std::string& name, std::size_t unfinished) noexcept;

}  // namespace coroguard
