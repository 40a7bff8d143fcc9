// Locks that a fork takes, so that the child gets them free and what they guard whole: a thread that held one in the
// parent would not be there to release it. One pair of handlers takes all of them: were there several, the order of the
// locks would be that in which the parts of the library were first used.
// Not in <coroguard/runtime.hpp>: only the library needs it.
#pragma once

#include "coroguard/base/own_mutex.hpp"

namespace coroguard {

// The order in which a fork takes the locks. Under an inner one no other is taken, under an outer one only inner ones.
enum class fork_rank : unsigned char { outer, inner };

// Never destroyed, as the handlers of a process are never taken back. Nothing that a user wrote is called under one of
// them: it might fork.
class fork_safe_mutex : public own_mutex {
public:
  explicit fork_safe_mutex(fork_rank rank = fork_rank::inner) noexcept;

private:
  friend struct locks_of_fork;
  const fork_rank rank_;
  fork_safe_mutex* next_ = nullptr;
};

// What is done in each child of a fork from then on, while the locks are still held. For objects with static storage.
class child_of_fork {
public:
  explicit child_of_fork(void (*action)() noexcept) noexcept;
  child_of_fork(const child_of_fork&) = delete;

private:
  friend struct locks_of_fork;
  void (*const action_)() noexcept;
  child_of_fork* next_ = nullptr;
};

}  // namespace coroguard
