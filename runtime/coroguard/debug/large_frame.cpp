#include "coroguard/debug/large_frame.hpp"

#include <atomic>
#include <cstdio>
#include <set>
#include <string>
#include <utility>

#include "coroguard/base/fork_safe_mutex.hpp"
#include "coroguard/base/own_mutex.hpp"
#include "coroguard/observe/item_note.hpp"
#include "coroguard/observe/log.hpp"
#include "coroguard/observe/origin.hpp"
#include "coroguard/observe/report.hpp"

namespace coroguard {

namespace {

constinit std::atomic<std::size_t> limit{16384};

// True the first time.
bool is_new(const void* function) {
  const own_wait waiting;
  static auto* const mutex = new fork_safe_mutex;
  static auto* const known = new std::set<const void*>;
  const std::scoped_lock lock(*mutex);
  return known->insert(function).second;
}

std::string in_mebibytes(std::size_t bytes) {
  char text[32];
  std::snprintf(text, sizeof text, "%.0f MiB", static_cast<double>(bytes) / (1 << 20));
  return text;
}

}  // namespace

void set_large_frame_size(std::size_t bytes) noexcept { limit.store(bytes, std::memory_order_relaxed); }
std::size_t large_frame_size() noexcept { return limit.load(std::memory_order_relaxed); }

void look_at_frame_size(std::size_t size, void* function, void* caller) noexcept {
  if (size <= large_frame_size()) [[likely]]
    return;
  try {
    if (!is_new(function)) return;
    report found{.rule = "large-frame"};
    found.message = "a coroutine has a frame of " + std::to_string(size) + " bytes: ten thousand calls at once take " +
                    in_mebibytes(size * 10'000);
    found.notes.push_back("variables that live across a co_await are in the frame: keep large ones in a std::vector or std::unique_ptr, "
                          "or in a scope that ends before the co_await");
    // The coroutine function itself; its promise, which knows its name and line, is not made yet.
    found.native_stack.push_back({.address = reinterpret_cast<std::uintptr_t>(function) - 1});
    origin_here(caller).tell(found);
    emit(std::move(found));
  } catch (...) {
    log_error("debug mode could not report a large frame", std::current_exception());
  }
}

}  // namespace coroguard
