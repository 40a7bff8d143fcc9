// Whether loops begin in debug mode.
#include <atomic>
#include <cstdlib>
#include <string>
#include <string_view>

#include "coroguard/observe/log.hpp"
#include "coroguard/observe/observer.hpp"

namespace coroguard {

namespace {

constinit std::atomic<bool> on_by_default{false};

void tell_once(std::string_view value) {
  static std::atomic_flag told;
  if (told.test_and_set()) return;
  log(log_level::warning, "COROGUARD_DEBUG is '" + std::string(value) +
                              "' and ignored: 1 switches debug mode on; throw does, too, and makes the first report end run() "
                              "with an exception; 0, empty and unset leave it off");
}

}  // namespace

debug_setting debug_by_environment() noexcept {
  const char* found = std::getenv("COROGUARD_DEBUG");
  const std::string_view value = found == nullptr ? "" : found;
  if (value.empty()) return debug_setting::unsaid;
  if (value == "0") return debug_setting::off;
  if (value == "1") return debug_setting::on;
  if (value == "throw") return debug_setting::throws;
  try {
    tell_once(value);
  } catch (...) {  // no memory for the text
  }
  return debug_setting::unsaid;
}

bool set_debug_by_default(bool on) noexcept { return on_by_default.exchange(on, std::memory_order_relaxed); }

bool debug_by_default() noexcept {
  const debug_setting said = debug_by_environment();
  if (said == debug_setting::unsaid) return on_by_default.load(std::memory_order_relaxed);
  return said != debug_setting::off;
}

}  // namespace coroguard
