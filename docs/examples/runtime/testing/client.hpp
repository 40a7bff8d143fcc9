// What is tested: a request that is tried again each time its hour is over.
#pragma once

#include <coroguard/runtime.hpp>

#include <functional>
#include <string>

inline coroguard::coro<std::string> fetch_patiently(std::function<coroguard::coro<std::string>()> fetch, int attempts) {
  using namespace std::chrono_literals;
  for (int attempt = 1; attempt < attempts; ++attempt) {
    try {
      co_return co_await coroguard::wait_for(fetch(), 1h);
    } catch (const coroguard::timeout_error&) {  // once more
    }
  }
  co_return co_await coroguard::wait_for(fetch(), 1h);
}
