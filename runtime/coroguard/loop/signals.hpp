// From a signal, which may come at any instruction, to a loop: sets a bit and makes the loop's selector return.
// Not in <coroguard/runtime.hpp>: only the library needs it.
#pragma once

#include <atomic>
#include <cstdint>

namespace coroguard {

// The thread that the process began with: the one that may decide about signals.
bool in_main_thread() noexcept;

// Throws std::invalid_argument("invalid signal number N") for what is no signal.
void check_signal(int signal);

// From now on `signal` sets bit `signal - 1` of `pending` and makes the eventfd `wake_fd` readable. One loop per signal: the
// last one wins. Errors: see event_loop::add_signal_handler.
void catch_signal(int signal, int wake_fd, std::atomic<std::uint64_t>& pending);

// In a child of fork: what the parent's loops catch does not reach them through descriptors that both have. Such signals
// are ignored until a loop of the child catches them.
void forget_signals() noexcept;

// Back to the default action, unless another loop has taken the signal over. Afterwards nothing touches `pending` any more.
void release_signal(int signal, const std::atomic<std::uint64_t>& pending) noexcept;

}  // namespace coroguard
