#include "coroguard/observe/origin.hpp"

#include <time.h>

#include <unordered_map>

#include "coroguard/base/fork_safe_mutex.hpp"
#include "coroguard/base/frame_pool.hpp"
#include "coroguard/base/own_mutex.hpp"
#include "coroguard/debug/call_stack.hpp"
#include "coroguard/loop/event_loop.hpp"
#include "coroguard/observe/observer.hpp"
#include "coroguard/task/task_core.hpp"

namespace coroguard {

namespace {

// In several parts, so that the threads of several loops seldom wait for each other. The frames of coroutines that have ended stay
// in them: where each is at an address of its own, as under AddressSanitizer, the parts would grow for ever.
constexpr std::size_t most_in_a_part = 8192;  // half a kilobyte each

struct part {
  fork_safe_mutex mutex;
  std::unordered_map<const void*, origin> known;
};

// A program that is in debug mode by its environment is so before its first loop: main's coroutine is made before that.
[[maybe_unused]] const bool kept_from_the_beginning = [] {
  const debug_setting said = debug_by_environment();
  if (!with_observer || (said != debug_setting::on && said != debug_setting::throws)) return false;
  ++loops_in_debug_mode;
  kept_origins_once = true;
  return true;
}();

std::array<part, 16>& all_parts() {
  // Never destroyed: objects with static storage may be coroutines.
  const own_wait waiting;
  static auto* const parts = new std::array<part, 16>;
  return *parts;
}

part& part_of(const void* object) {
  return all_parts()[(reinterpret_cast<std::uintptr_t>(object) >> 6) % all_parts().size()];
}

}  // namespace

origin origin_here(void* caller) noexcept {
  origin here;
  here.calls_count =
      walk_frame_pointers(here.calls.data(), here.calls.size(), caller != nullptr ? caller : __builtin_return_address(0));
  if (event_loop* const loop = running_loop(); loop != nullptr && loop->current_task() != nullptr)
    here.awaits_count = loop->current_task()->copy_chain(here.awaits.data(), here.awaits.size());
  here.at = coarse_now();
  return here;
}

std::chrono::nanoseconds coarse_now() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

bool keep_origin(const void* object, void* caller) noexcept {
  try {
    const origin here = origin_here(caller != nullptr ? caller : __builtin_return_address(0));
    part& mine = part_of(object);
    const std::scoped_lock lock(mine.mutex);
    if (mine.known.size() >= most_in_a_part) mine.known.clear();
    mine.known.insert_or_assign(object, here);
    return true;
  } catch (...) {
    return false;  // no memory: the report will have no stack
  }
}

void* allocate_frame_with_origin(std::size_t size, void* caller) {
  void* const frame = frame_pool::allocate(size);
  look_at_frame_size(size, __builtin_return_address(0), caller);
  if (!keep_origin(frame, caller)) forget_origin(frame);  // of an earlier one
  return frame;
}

std::optional<origin> origin_of(const void* object) noexcept {
  part& mine = part_of(object);
  const std::scoped_lock lock(mine.mutex);
  const auto found = mine.known.find(object);
  return found == mine.known.end() ? std::nullopt : std::optional(found->second);
}

void forget_origin(const void* object) noexcept {
  part& mine = part_of(object);
  const std::scoped_lock lock(mine.mutex);
  mine.known.erase(object);
}

void forget_origins() noexcept {
  for (part& mine : all_parts()) {
    const std::scoped_lock lock(mine.mutex);
    mine.known.clear();
  }
}

void origin::tell(report& found) const {
  for (std::size_t i = 0; i < calls_count; ++i) found.creation_stack.push_back({.address = calls[i]});
  found.creation_chain.assign(awaits.begin(), awaits.begin() + static_cast<std::ptrdiff_t>(awaits_count));
}

}  // namespace coroguard
