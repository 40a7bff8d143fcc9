// The loops that exist: futures and handles may outlive theirs, and then have nobody to report to.
// Not in <coroguard/runtime.hpp>: only the library needs it.
#pragma once

#include <mutex>
#include <vector>

#include "coroguard/base/own_mutex.hpp"

namespace coroguard {

class event_loop;

// Before the first loop is made, so that what looks for loops at the end of the process comes after all their destructors.
void begin_living_loops();
void add_living_loop(const event_loop& loop);
// The loop lies in the heap, and lives as long as the object at `owner`.
void set_owner_of_loop(const event_loop& loop, const void* owner) noexcept;
// Waits until no living_loop is left. Any thread, as the rest.
void remove_living_loop(const event_loop& loop) noexcept;

// Those in debug mode that are not closed, for the end of the process. Nothing in a child of fork: they are its parent's. A loop
// that runs in another thread may go away at any moment.
struct unclosed_loop {
  const event_loop* loop;
  const void* owner;  // what destroys it, when that said so; else the loop itself
  bool runs;
};
std::vector<unclosed_loop> unclosed_loops_in_debug_mode();

// While it lives, no loop is destroyed. For a few instructions.
class living_loop {
public:
  explicit living_loop(const event_loop* loop);
  // True when the loop exists.
  explicit operator bool() const noexcept { return alive_; }

private:
  const std::scoped_lock<own_mutex> lock_;
  const bool alive_;
};

}  // namespace coroguard
