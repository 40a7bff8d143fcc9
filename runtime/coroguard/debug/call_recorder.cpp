#include "coroguard/debug/call_recorder.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <utility>

#include "coroguard/loop/event_loop.hpp"
#include "coroguard/task/task_core.hpp"

namespace coroguard {

namespace {

// The calls that lead to one: sleep_for, or std::thread::join, is the same function for the whole program.
std::uint64_t place_of(const call_stack& stack) noexcept {
  constexpr std::size_t calls = 12;
  std::uint64_t hash = 0xcbf29ce484222325;
  for (std::size_t i = 0; i < std::min(stack.depth, calls); ++i) hash = (hash ^ stack.addresses[i]) * 0x100000001b3;
  return hash | 1;
}

bool is_power_of_ten(unsigned number) noexcept {
  while (number % 10 == 0) number /= 10;
  return number == 1;
}

}  // namespace

std::optional<unsigned> blocking_places::count(std::uint64_t place) noexcept {
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    entry& one = entries_[(place / 2 + i) % entries_.size()];
    std::uint64_t free = 0;
    if (!one.place.compare_exchange_strong(free, place, std::memory_order_relaxed) && free != place) continue;
    const unsigned calls = one.calls.fetch_add(1, std::memory_order_relaxed) + 1;
    if (!is_power_of_ten(calls)) return std::nullopt;
    return calls == 1 ? 0 : calls - calls / 10 - 1;
  }
  return std::nullopt;  // so many places have been told of
}

call_recorder::call_recorder(event_loop& loop) noexcept : loop_(loop), owner_(::getpid()) {}

bool call_recorder::record(const char* call, void* caller, const item_note& what) noexcept {
  found_call found;
  take_call_stack_from(found.native, caller);
  const std::optional<unsigned> suppressed = places_.count(place_of(found.native));
  if (!suppressed) return false;
  found.name = call;
  found.what = what;
  const task_core* const task = loop_.current_task();
  found.awaits_count = task != nullptr ? task->copy_chain(found.awaits.data(), found.awaits.size()) : 0;
  found.suppressed = *suppressed;
  return put(found);
}

// ThreadSanitizer ignores atomics, and not other stores, while a call that it knows to block is on the stack.
[[gnu::no_sanitize_thread]] bool call_recorder::put(const found_call& found) noexcept {
  std::uint64_t number = begun_.load(std::memory_order_relaxed);
  do {
    if (number - taken_.load(std::memory_order_acquire) >= slots_.size()) return false;
  } while (!begun_.compare_exchange_weak(number, number + 1, std::memory_order_relaxed));
  slot& to = slots_[number % slots_.size()];
  std::memcpy(static_cast<void*>(&to.found), &found, sizeof found);
  to.complete.store(true, std::memory_order_release);
  return true;
}

// In a child of fork, which may still run the parent's callback, the thread that held the lock is not there.
// emit() waits for nobody who waits for this lock: a sink runs in a thread of its own.
void call_recorder::tell() noexcept {
  if (::getpid() != owner_) return;
  const std::scoped_lock lock(telling_);
  for (;;) {
    const std::uint64_t number = taken_.load(std::memory_order_relaxed);
    slot& next = slots_[number % slots_.size()];
    if (!next.complete.load(std::memory_order_acquire)) return;
    try {
      emit(report_of(next.found));
    } catch (...) {
      log_error("debug mode could not report a blocking call", std::current_exception());
    }
    next.complete.store(false, std::memory_order_relaxed);
    taken_.store(number + 1, std::memory_order_release);
  }
}

// The words of the rule blocking-call (checks/rules/blocking/blocking_call.cpp).
report call_recorder::report_of(const found_call& found) const {
  report made{.rule = "blocking-call", .loop = &loop_, .task = found.what.task};
  made.message = std::string("'") + found.name + "' blocks the event loop's thread in " + found.what.text() +
                 "; no other task of the loop runs meanwhile";
  if (found.suppressed > 0) made.notes.push_back("suppressed " + std::to_string(found.suppressed) + " reports of calls from here");
  for (std::size_t i = 0; i < found.native.depth; ++i) made.native_stack.push_back({.address = found.native.addresses[i]});
  made.await_chain.assign(found.awaits.begin(), found.awaits.begin() + static_cast<std::ptrdiff_t>(found.awaits_count));
  return made;
}

}  // namespace coroguard
