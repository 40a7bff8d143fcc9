#include "coroguard/debug/large_frame.hpp"

#include <atomic>
#include <cstdio>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "coroguard/observe/item_note.hpp"
#include "coroguard/observe/log.hpp"
#include "coroguard/observe/origin.hpp"
#include "coroguard/observe/report.hpp"

namespace coroguard {

namespace {

constinit std::atomic<std::size_t> limit{16384};

// The large frame that this thread made last, until its promise is made in it.
struct block {
  std::uintptr_t begin = 0;
  std::size_t size = 0;
};
constinit thread_local block newest;

// True the first time.
bool is_new(std::source_location where) {
  static auto* const mutex = new std::mutex;
  static auto* const known = new std::set<std::pair<std::string, std::uint32_t>>;
  const std::scoped_lock lock(*mutex);
  return known->emplace(where.file_name() + std::string(where.function_name()), where.line()).second;
}

std::string in_mebibytes(std::size_t bytes) {
  char text[32];
  std::snprintf(text, sizeof text, "%.0f MiB", static_cast<double>(bytes) / (1 << 20));
  return text;
}

}  // namespace

void set_large_frame_size(std::size_t bytes) noexcept { limit.store(bytes, std::memory_order_relaxed); }
std::size_t large_frame_size() noexcept { return limit.load(std::memory_order_relaxed); }

void note_frame(const void* frame, std::size_t size) noexcept {
  newest = size > large_frame_size() ? block{reinterpret_cast<std::uintptr_t>(frame), size} : block();
}

void check_frame(const void* promise, std::source_location where) noexcept {
  const block made = std::exchange(newest, block());
  if (reinterpret_cast<std::uintptr_t>(promise) - made.begin >= made.size) return;
  try {
    if (!is_new(where)) return;
    report found{.rule = "large-frame"};
    found.message = "coroutine '" + function_name(where) + "' at " + where.file_name() + ":" + std::to_string(where.line()) +
                    " has a frame of " + std::to_string(made.size) + " bytes: ten thousand calls at once take " +
                    in_mebibytes(made.size * 10'000);
    found.notes.push_back("variables that live across a co_await are in the frame: keep large ones in a std::vector or std::unique_ptr, "
                          "or in a scope that ends before the co_await");
    if (const std::optional<origin> here = origin_of(promise)) here->tell(found);
    emit(std::move(found));
  } catch (...) {
    log_error("debug mode could not report a large frame", std::current_exception());
  }
}

}  // namespace coroguard
