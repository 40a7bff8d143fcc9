// The thread that a loop belongs to, and the calls of other threads that debug mode refuses ("wrong-thread-call").
//
// A loop belongs to the thread that made it, until another one runs it; then to that one, also after it stopped, for as long as
// that thread lives. When its thread has ended, and after event_loop::detach_from_thread, the next thread that uses it has it.
// In a child of fork it stays the parent's: both would share one epoll instance, and take each other's events away.
#pragma once

#include <atomic>
#include <cstdint>
#include <source_location>
#include <string>

#include "coroguard/annotations.h"
#include "coroguard/base/ref.hpp"
#include "coroguard/observe/origin.hpp"

namespace coroguard {

class event_loop;

// The loop that this thread runs, or null. For the runtime; others ask running_loop().
inline constinit thread_local event_loop* loop_of_thread = nullptr;

// What a thread leaves behind for the loops that it had: outlives it. Each thread that has to do with loops has one.
class thread_mark final : public ref_counted {
public:
  thread_mark() noexcept;
  // This thread's. Null while its thread_local objects are destroyed, and when there is no memory for it.
  static thread_mark* here() noexcept;

  // True when the thread has ended. False in a child of fork: there it is the parent's.
  bool ended() const noexcept;
  void end() noexcept { ended_.store(true, std::memory_order_release); }
  // A child of fork that made this one's process is another process.
  bool of_this_process() const noexcept;
  // "thread 'worker' (tid 123)", with the process when that is another one.
  COROGUARD_NEVER_BLOCKS std::string describe() const;  // it reads /proc, which is no disk

private:
  const int process_;
  const int thread_;
  std::atomic<bool> ended_{false};
};

// Part of a loop. Any thread.
class loop_thread {
public:
  // How the loop became its thread's.
  enum class reason : std::uint8_t { made, ran, took_over };
  struct owner {
    ref<thread_mark> mark;
    reason why;
  };

  // This thread makes the loop.
  loop_thread() noexcept;
  loop_thread(const loop_thread&) = delete;
  ~loop_thread();

  bool is_here() const noexcept {
    thread_mark* const here = thread_mark::here();
    return here != nullptr && owner_.load(std::memory_order_relaxed) == here;
  }
  // This thread runs the loop.
  void runs_here() noexcept;
  // This thread is about to use it, whosever it was.
  void belongs_here() noexcept;
  // The next thread that uses the loop has it.
  void give_up() noexcept;
  // Makes it this thread's when it is nobody's any more. False when it is another thread's.
  bool take_over() noexcept;
  // Null when it is nobody's.
  owner now() const noexcept;

private:
  void replace(thread_mark* next, reason why) noexcept;

  std::atomic<thread_mark*> owner_;  // owned
  std::atomic<reason> why_{reason::made};
};

// Whether what belongs to the loop may change at any moment, because another thread has it. Any thread; the loop may be
// gone.
bool belongs_to_another_thread(const event_loop* loop) noexcept;

void check_thread_of_now(const event_loop* loop, const char* operation, std::source_location where);
void note_thread_of_now(const event_loop* loop, const char* operation) noexcept;

// event_loop::check_thread for futures and the like: the loop may be gone, and then nothing is wrong.
inline void check_thread_of(const event_loop* loop, const char* operation, std::source_location where = {}) {
  if (loops_in_debug_mode.load(std::memory_order_relaxed) != 0 && loop != loop_of_thread) [[unlikely]]
    check_thread_of_now(loop, operation, where);
}
// The same for what destructors call: reports, and throws nothing.
inline void note_thread_of(const event_loop* loop, const char* operation) noexcept {
  if (loops_in_debug_mode.load(std::memory_order_relaxed) != 0 && loop != loop_of_thread) [[unlikely]]
    note_thread_of_now(loop, operation);
}

}  // namespace coroguard
