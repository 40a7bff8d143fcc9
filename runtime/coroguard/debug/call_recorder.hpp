// Where the hook of blocking_calls writes what it sees. The call may come from inside malloc or from a signal handler: the hook
// uses memory that is there, and takes no lock. Somebody else makes reports of it.
// Not in <coroguard/runtime.hpp>: only the library needs it.
#pragma once

#include <sys/types.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <type_traits>

#include "coroguard/debug/call_stack.hpp"
#include "coroguard/observe/item_note.hpp"
#include "coroguard/observe/report.hpp"

namespace coroguard {

class event_loop;

// How often each place has blocked. Written by the loop's thread and by signal handlers in it.
class blocking_places {
public:
  // One more call there. How many calls before it were not told of, or nothing when this one is not to be told of either: the
  // first is, and then the tenth, the hundredth and so on.
  std::optional<unsigned> count(std::uint64_t place) noexcept;

private:
  struct entry {
    std::atomic<std::uint64_t> place{0};
    std::atomic<unsigned> calls{0};
  };
  std::array<entry, 256> entries_;
};

class call_recorder {
public:
  explicit call_recorder(event_loop& loop) noexcept;
  call_recorder(const call_recorder&) = delete;

  // Loop's thread, and signal handlers in it. True when there is something new to tell.
  bool record(const char* call, void* caller, const item_note& what) noexcept;
  bool has_news() const noexcept { return taken_.load(std::memory_order_relaxed) != begun_.load(std::memory_order_relaxed); }
  // Any thread: gives reports of what was recorded to emit().
  void tell() noexcept;

private:
  struct found_call {
    const char* name = nullptr;
    item_note what;
    call_stack native;
    std::array<await_frame, 32> awaits;
    std::size_t awaits_count = 0;
    unsigned suppressed = 0;
  };
  static_assert(std::is_trivially_copyable_v<found_call>);
  struct slot {
    std::atomic<bool> complete{false};
    found_call found;
  };

  bool put(const found_call& found) noexcept;
  report report_of(const found_call& found) const;

  event_loop& loop_;
  const pid_t owner_;  // the process
  blocking_places places_;
  std::array<slot, 8> slots_;              // a ring
  std::atomic<std::uint64_t> begun_{0};    // how many were ever begun; what does not fit is not told of
  std::mutex telling_;
  std::atomic<std::uint64_t> taken_{0};    // how many of them became reports; written under telling_
};

}  // namespace coroguard
