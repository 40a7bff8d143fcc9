// unclosed-loop, unclosed-executor: what is left when the process ends. A loop that goes out of scope is closed by its
// destructor, and that is fine: only those that nothing will ever destroy are reported.
#include "coroguard/observe/unclosed.hpp"

#include <pthread.h>

#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <fstream>
#include <utility>

#include "coroguard/base/sanitizers.hpp"
#include "coroguard/loop/event_loop.hpp"
#include "coroguard/loop/living_loops.hpp"
#include "coroguard/observe/origin.hpp"
#include "coroguard/observe/report.hpp"

#if COROGUARD_ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
#endif

namespace coroguard {

namespace {

bool is_on_this_stack(const void* object) noexcept {
#if COROGUARD_ADDRESS_SANITIZER
  // It has variables of functions in the heap, so as to see uses after their return.
  void* const here = __asan_get_current_fake_stack();
  if (__asan_addr_is_in_fake_stack(here, const_cast<void*>(object), nullptr, nullptr) != nullptr) return true;
#endif
  pthread_attr_t attributes;
  if (::pthread_getattr_np(::pthread_self(), &attributes) != 0) return false;
  void* begin = nullptr;
  std::size_t size = 0;
  ::pthread_attr_getstack(&attributes, &begin, &size);
  ::pthread_attr_destroy(&attributes);
  return reinterpret_cast<std::uintptr_t>(object) - reinterpret_cast<std::uintptr_t>(begin) < size;
}

// Of another thread that calls exit().
bool is_on_main_stack(const void* object) {
  std::ifstream mappings("/proc/self/maps");
  for (std::string line; std::getline(mappings, line);) {
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;
    if (!line.ends_with("[stack]") || std::sscanf(line.c_str(), "%" SCNxPTR "-%" SCNxPTR, &begin, &end) != 2) continue;
    return reinterpret_cast<std::uintptr_t>(object) - begin < end - begin;
  }
  return false;
}

// exit() was called below the scope of what owns the loop, or on the loop: it is not destroyed, by the program's will.
bool is_left_by_exit(const unclosed_loop& one) {
  if (is_on_this_stack(one.owner) || running_loop() == one.loop) return true;
  return !one.runs && is_on_main_stack(one.owner);
}

void report_loop(const unclosed_loop& one) {
  if (is_left_by_exit(one)) return;
  const auto& [loop, owner, runs] = one;
  char address[32];
  std::snprintf(address, sizeof address, "%p", static_cast<const void*>(loop));
  report found{.rule = "unclosed-loop", .loop = loop};
  if (runs) {
    found.message = std::string("event loop ") + address + " still runs in another thread when the process ends: its tasks are cut off";
    found.notes.push_back("stop it with call_soon_threadsafe([&] { loop.stop(); }) and join its thread before");
  } else {
    found.message = std::string("unclosed event loop ") + address + ": it was never destroyed, and what is pending in it is lost without a report";
    found.notes.push_back("call close(), or let it go out of scope");
  }
  if (const std::optional<origin> made = origin_of(loop)) made->tell(found);
  emit(std::move(found));
}

}  // namespace

void report_unclosed_loops() noexcept {
  try {
    if (!keeps_origins()) return;
    for (const unclosed_loop& one : unclosed_loops_in_debug_mode()) report_loop(one);
    flush_reports();
  } catch (...) {
    log_error("debug mode could not report unclosed loops", std::current_exception());
  }
}

void report_unclosed_pool(const std::string& name, std::size_t unfinished) noexcept {
  if (!kept_origins_once.load(std::memory_order_relaxed)) return;
  try {
    report found{.rule = "unclosed-executor"};
    found.message = "thread pool '" + name + "' was never shut down, and has " + std::to_string(unfinished) +
                    (unfinished == 1 ? " piece" : " pieces") + " of work when the process ends: the end waits for them";
    found.notes.push_back("call shutdown(), or let it go out of scope");
    emit(std::move(found));
    flush_reports();
  } catch (...) {
    log_error("debug mode could not report an unclosed executor", std::current_exception());
  }
}

}  // namespace coroguard
