// unclosed-loop, unclosed-executor: what is left when the process ends. A loop that goes out of scope is closed by its
// destructor, and that is fine: only those that nothing will ever destroy are reported.
#include "coroguard/observe/unclosed.hpp"

#include <pthread.h>

#include <cstdint>
#include <cstdio>
#include <exception>
#include <utility>

#include "coroguard/loop/event_loop.hpp"
#include "coroguard/loop/living_loops.hpp"
#include "coroguard/observe/origin.hpp"
#include "coroguard/observe/report.hpp"

namespace coroguard {

namespace {

// exit() was called below the scope of an object on this stack, or on the loop: it is not destroyed, by the program's will.
bool is_on_this_stack(const void* object) noexcept {
  pthread_attr_t attributes;
  if (::pthread_getattr_np(::pthread_self(), &attributes) != 0) return false;
  void* begin = nullptr;
  std::size_t size = 0;
  ::pthread_attr_getstack(&attributes, &begin, &size);
  ::pthread_attr_destroy(&attributes);
  return reinterpret_cast<std::uintptr_t>(object) - reinterpret_cast<std::uintptr_t>(begin) < size;
}

void report_loop(const event_loop* loop, bool runs) {
  if (is_on_this_stack(loop) || running_loop() == loop) return;
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
    for (const unclosed_loop& one : unclosed_loops_in_debug_mode()) report_loop(one.loop, one.runs);
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
