// All thread pools whose threads were not joined yet: the end of the process waits for their work, as Python's does.
// Not in <coroguard/runtime.hpp>: only the library needs it.
#pragma once

#include <vector>

#include "coroguard/base/ref.hpp"
#include "coroguard/exec/thread_pool.hpp"

namespace coroguard::pool_registry {

// Keeps the pool alive until `remove`, and joins pools that came to their end with nobody waiting.
void add(ref<thread_pool> pool);
void remove(const thread_pool& pool);

// Those that were not joined yet.
std::vector<ref<thread_pool>> open_pools();

// A number that changes in a forked child.
unsigned fork_generation() noexcept;

}  // namespace coroguard::pool_registry
