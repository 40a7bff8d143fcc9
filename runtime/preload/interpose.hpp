// How the library stands between a program and libc. It uses nothing of libstdc++, and of libc only what it replaces.
// Not in <coroguard/runtime.hpp>: only the library needs it.
#pragma once

#include <dlfcn.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <type_traits>

#include "coroguard/debug/blocking_hook.h"

// The functions here are exported, and nothing else.
#define COROGUARD_EXPORT extern "C" [[gnu::visibility("default")]]

namespace coroguard::preload {

inline std::atomic<coroguard_blocking_hook> hook{nullptr};

// initial-exec: no call, and no memory taken when a thread first looks. 0 also while the hook runs, and in a call of which it
// was told: what getaddrinfo calls is no news.
extern constinit thread_local int watched [[gnu::tls_model("initial-exec")]];

// One load and one branch without debug mode; with it, also one load from the thread's own memory.
[[gnu::always_inline]] inline bool is_watched() noexcept {
  if (hook.load(std::memory_order_relaxed) == nullptr) [[likely]]
    return false;
  return watched != 0;
}

// The function that this library hides. It is looked up when the library is loaded; a call that comes before that, from the
// beginnings of another library, does it itself.
template <class Function>
class next;

template <class Result, class... Arguments>
class next<Result(Arguments...)> {
public:
  constexpr next(const char* name, const char* version, const char* known_as)
      : name_(name), version_(version), known_as_(known_as) {}
  // What its callers wrote.
  const char* known_as() const noexcept { return known_as_; }

  [[gnu::noinline, gnu::cold]] bool find() noexcept {
    const int error = errno;
    void* found = version_ != nullptr ? ::dlvsym(RTLD_NEXT, name_, version_) : nullptr;
    if (found == nullptr) found = ::dlsym(RTLD_NEXT, name_);
    function_.store(reinterpret_cast<Result (*)(Arguments...)>(found), std::memory_order_relaxed);
    errno = error;
    return found != nullptr;
  }

  Result operator()(Arguments... arguments) noexcept(false) {
    auto* function = function_.load(std::memory_order_relaxed);
    if (function == nullptr) [[unlikely]] {
      if (!find()) {  // the libc of this system does not have it
        errno = ENOSYS;
        if constexpr (std::is_pointer_v<Result>) return nullptr;
        else return static_cast<Result>(-1);
      }
      function = function_.load(std::memory_order_relaxed);
    }
    return function(arguments...);
  }

private:
  const char* name_;
  const char* version_;
  const char* known_as_;
  std::atomic<Result (*)(Arguments...)> function_{nullptr};
};

// errno as it was: what looks whether a call would wait must not be seen in it.
class keep_errno {
public:
  ~keep_errno() { errno = before_; }

private:
  int before_ = errno;
};

// Tells the hook, and keeps the thread's calls to itself while it lives.
class blocks {
public:
  blocks(const char* call, void* caller) {
    const keep_errno error;
    watched = 0;
    if (const coroguard_blocking_hook tell = hook.load(std::memory_order_acquire)) tell(call, caller);
  }
  ~blocks() { watched = 1; }
  blocks(const blocks&) = delete;
};

template <class Waits, class Result, class... Arguments>
[[gnu::noinline]] Result call_watched(Waits waits, next<Result(Arguments...)>& function, void* caller, Arguments... given) {
  bool will_wait = false;
  {
    const keep_errno error;
    will_wait = waits();
  }
  if (!will_wait) return function(given...);
  const blocks scope(function.known_as(), caller);
  return function(given...);
}

// Makes the call, and tells the hook before when `waits()` says that it will wait. The way of all other threads stays short: what is
// rare is in a function of its own.
template <class Waits, class Result, class... Arguments, class... Given>
[[gnu::always_inline]] inline Result call_if(Waits waits, next<Result(Arguments...)>& function, void* caller, Given... given) {
  if (!is_watched()) [[likely]]
    return function(given...);
  return call_watched(waits, function, caller, given...);
}

template <class Result, class... Arguments, class... Given>
[[gnu::always_inline]] inline Result call(next<Result(Arguments...)>& function, void* caller, Given... given) {
  return call_if([] { return true; }, function, caller, given...);
}

}  // namespace coroguard::preload

// The function of libc called `function`; `version`: of its symbol, where libc has an old one of the same name; `known_as`: what
// the program's source calls it.
#define COROGUARD_NEXT_AS(function, signature, version, known_as)                                    \
  static constinit coroguard::preload::next<signature> next_##function{#function, version, known_as}; \
  [[maybe_unused]] static const bool has_##function = next_##function.find()
#define COROGUARD_NEXT(function, signature) COROGUARD_NEXT_AS(function, signature, nullptr, #function)
// Where the function that says it returns to.
#define COROGUARD_CALLER __builtin_return_address(0)
