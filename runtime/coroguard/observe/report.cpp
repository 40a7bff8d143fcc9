#include "coroguard/observe/report.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <new>
#include <span>
#include <utility>

#include "coroguard/base/errors.hpp"
#include "coroguard/base/fork_safe_mutex.hpp"
#include "coroguard/observe/allow_blocking.hpp"
#include "coroguard/observe/item_note.hpp"
#include "coroguard/observe/json.hpp"
#include "coroguard/observe/sink_slot.hpp"
#include "coroguard/observe/thrown_reports.hpp"

namespace coroguard {

namespace {

struct destination {
  fork_safe_mutex changing;    // held while `sink` is replaced: a child of fork gets it whole
  std::recursive_mutex mutex;  // recursive: a sink may itself do what is reported
  sink_slot<report_sink> sink;
  int file = -1;
};

int open_log() {
  const char* path = std::getenv("COROGUARD_LOG");
  if (path == nullptr || *path == '\0') return -1;
  const int file = ::open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (file < 0) log(log_level::warning, std::string("COROGUARD_LOG: cannot open '") + path + "'");
  return file;
}

constinit thread_local int sinks_here = 0;
// Of them, those that the parent's thread was in when it forked: nobody in the child waits for them.
constinit thread_local int sinks_of_parent = 0;

// Never destroyed: objects with static storage may report while the process ends.
destination& the_destination() {
  static destination* const only = [] {
    auto* made = new destination;
    made->file = open_log();
    return made;
  }();
  // The thread that reported, and would release it, is not there.
  static const child_of_fork forgets([]() noexcept {
    new (&only->mutex) std::recursive_mutex;
    sinks_of_parent = sinks_here;
  });
  return *only;
}

std::string place(std::source_location where) { return std::string(where.file_name()) + ":" + std::to_string(where.line()); }

std::string_view name_of_level(log_level level) {
  switch (level) {
  case log_level::debug: return "debug";
  case log_level::info: return "info";
  case log_level::warning: return "warning";
  case log_level::error: return "error";
  }
  return "";
}

}  // namespace

report_sink set_report_sink(report_sink sink) {
  destination& to = the_destination();
  const std::scoped_lock lock(to.mutex, to.changing);
  return to.sink.exchange(std::move(sink));
}

namespace {

void give_to_sink(const destination& to, const report& found) noexcept {
  try {
    if (const auto sink = to.sink.get())
      (*sink)(found);
    else
      log(found.level, report_text(found));
  } catch (...) {
    log_error("Exception in report sink", std::current_exception());
  }
}

void deliver(const report& found) noexcept {
  ++sinks_here;
  try {
    destination& to = the_destination();
    const std::scoped_lock lock(to.mutex);
    if (to.file >= 0) {
      const std::string line = report_json(found) + "\n";
      [[maybe_unused]] const ssize_t wrote = ::write(to.file, line.data(), line.size());
    }
    give_to_sink(to, found);
  } catch (...) {  // no memory for the text, or no more descriptors
  }
  --sinks_here;
  sinks_of_parent = std::min(sinks_of_parent, sinks_here);
  const report_fate fate = take_report_fate();
  if (fate != report_fate::not_thrown && reports_throw()) keep_report(found, fate);
}

bool lacks_names(const std::vector<native_frame>& stack) { return !stack.empty() && stack.front().module.empty(); }

}  // namespace

bool delivers_here() noexcept { return sinks_here > sinks_of_parent; }

void emit(report found) noexcept {
  found.time = std::chrono::system_clock::now();
  const allow_blocking allowed("another thread may be at a report of its own");
  if (found.loop == nullptr) found.loop = loop_of_reports_here();
  try {
    const bool throws = reports_throw();  // then all go the same way: the first one is thrown
    if (throws || lacks_names(found.native_stack) || lacks_names(found.creation_stack) || waits_before(found)) {
      deliver_with_names(std::move(found), deliver);
      if (throws) expect_kept_report();
    } else {
      deliver(found);
    }
  } catch (...) {
    log_error("a report was lost", std::current_exception());
  }
}

namespace {

// Whether it is the loop's part of a stack: from here outwards it is the same in every report.
bool is_loop(const native_frame& frame) {
  constexpr std::string_view outer[] = {"run_watched(", "run_ready(", "run_once(", "run_forever("};
  constexpr std::string_view loop = "coroguard::event_loop::";
  const std::string_view function = frame.function;
  if (function.starts_with("coroguard::(anonymous namespace)::debug_mode::")) return true;  // which runs a turn for the loop
  if (!function.starts_with(loop)) return false;
  return std::ranges::any_of(outer, [&](std::string_view name) { return function.substr(loop.size()).starts_with(name); });
}

// Whether it is what the loop calls to get to a callback or a coroutine of the user.
bool is_way_from_loop(const native_frame& frame) {
  constexpr std::string_view ways[] = {"coroguard::task_core::", "coroguard::callback_state<", "coroguard::handle_state::",
                                       "std::__n4861::coroutine_handle<", "std::coroutine_handle<", "auto std::invoke"};
  return std::ranges::any_of(ways, [&](std::string_view way) { return frame.function.starts_with(way); });
}

// Whether it is a function of the runtime's, and not of its tests.
bool is_ours(const native_frame& frame) {
  const std::string_view function = frame.function;
  return function.starts_with("coroguard::") && !function.starts_with("coroguard::(anonymous namespace)::");
}

// What people want to see of a stack: without the loop, and without what lies between it and their function. Which functions
// that are depends on what was inlined, so it is told by their names; without names it is the whole.
std::span<const native_frame> without_loop(std::span<const native_frame> stack) {
  // A creation begins in the runtime.
  while (!stack.empty() && is_ours(stack.front())) stack = stack.subspan(1);
  const auto loop = std::ranges::find_if(stack, is_loop);
  auto end = loop;
  while (end != stack.begin() && is_way_from_loop(end[-1])) --end;
  if (end == stack.begin()) end = loop;  // it stalls in what the loop does for it
  return {stack.begin(), end};
}

std::string stack_text(std::string_view title, const std::vector<native_frame>& stack) {
  const std::span<const native_frame> shown = without_loop(stack);
  std::string text = shown.empty() ? "" : "\n  " + std::string(title) + ":";
  for (const native_frame& frame : shown) {
    const std::string_view module = frame.module;
    text += "\n    " + (frame.function.empty() ? std::string("??") : frame.function) + "  " +
            std::string(module.substr(module.rfind('/') + 1)) + "+" + hexadecimal(frame.offset);
  }
  return text;
}

std::string chain_text(std::string_view title, const std::vector<await_frame>& chain) {
  std::string text = chain.empty() ? "" : "\n  " + std::string(title) + ":";
  for (std::size_t i = 0; i < chain.size(); ++i) {
    text += "\n    " + function_name(chain[i].function) + "() at " + place(chain[i].at);
    const bool is_last = i + 1 == chain.size() || chain[i + 1].task != chain[i].task;
    if (chain[i].task != 0 && is_last)
      text += "\n      in Task-" + std::to_string(chain[i].task) + ", created " + place_text(chain[i].created);
  }
  return text;
}

std::string stack_json(const std::vector<native_frame>& stack) {
  return array_of(stack, [](const native_frame& frame) {
    return "{\"module\":" + quoted(frame.module) + ",\"offset\":" + quoted(hexadecimal(frame.offset)) +
           ",\"build_id\":" + quoted(frame.build_id) + ",\"function\":" + quoted(frame.function) + "}";
  });
}

std::string chain_json(const std::vector<await_frame>& chain) {
  return array_of(chain, [](const await_frame& frame) {
    std::string text = "{\"function\":" + quoted(frame.function.function_name()) + ",\"at\":" + place_json(frame.at);
    if (frame.task != 0) text += ",\"task\":" + std::to_string(frame.task) + ",\"task_created\":" + place_json(frame.created);
    return text + "}";
  });
}

}  // namespace

std::string report_text(const report& found) {
  std::string text = found.message + (found.rule.empty() ? "" : " [" + std::string(found.rule) + "]");
  for (const std::string& note : found.notes) text += "\n  " + note;
  text += stack_text("stack (most recent call first)", found.native_stack);
  text += chain_text("awaited (innermost first)", found.await_chain);
  text += stack_text("created at (most recent call first)", found.creation_stack);
  text += chain_text("created in (innermost first)", found.creation_chain);
  return text;
}

// Seconds since 1970 with microseconds.
static std::string seconds_text(std::chrono::system_clock::duration since) {
  char text[40];
  const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(since).count();
  std::snprintf(text, sizeof text, "%lld.%06lld", static_cast<long long>(microseconds / 1000000), static_cast<long long>(microseconds % 1000000));
  return text;
}

std::string report_json(const report& found) {
  std::string text = "{\"rule\":" + quoted(found.rule) + ",\"level\":" + quoted(name_of_level(found.level)) +
                     ",\"message\":" + quoted(found.message) + ",\"pid\":" + std::to_string(::getpid());
  if (const auto since = found.time.time_since_epoch(); since.count() != 0) text += ",\"time\":" + seconds_text(since);
  if (found.loop != nullptr) text += ",\"loop\":" + quoted(hexadecimal(reinterpret_cast<std::uintptr_t>(found.loop)));
  if (found.task != 0) text += ",\"task\":" + std::to_string(found.task);
  if (found.duration) text += ",\"duration_ns\":" + std::to_string(found.duration->count());
  text += ",\"notes\":" + array_of(found.notes, [](const std::string& note) { return quoted(note); });
  text += ",\"stack\":" + stack_json(found.native_stack) + ",\"awaits\":" + chain_json(found.await_chain);
  text += ",\"creation_stack\":" + stack_json(found.creation_stack) + ",\"creation_awaits\":" + chain_json(found.creation_chain);
  return text + "}";
}

}  // namespace coroguard
