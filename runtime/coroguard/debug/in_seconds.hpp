// Times as asyncio writes them.
// Not in <coroguard/runtime.hpp>: only the library needs it.
#pragma once

#include <chrono>
#include <cstdio>
#include <string>

namespace coroguard {

// "0.150"
inline std::string in_seconds(std::chrono::nanoseconds time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", std::chrono::duration<double>(time).count());
  return text;
}

}  // namespace coroguard
