// A shared library that stalls its loading.
#include <chrono>

namespace {

struct slow_to_load {
  slow_to_load() {
    const auto end = std::chrono::steady_clock::now() + std::chrono::microseconds(1500);
    while (std::chrono::steady_clock::now() < end) {
    }
  }
} const loaded;

}  // namespace
