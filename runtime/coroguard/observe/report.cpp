#include "coroguard/observe/report.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <utility>

#include "coroguard/base/errors.hpp"
#include "coroguard/observe/json.hpp"

namespace coroguard {

namespace {

struct destination {
  std::recursive_mutex mutex;  // recursive: a sink may itself do what is reported
  report_sink sink;
  int file = -1;
};

int open_log() {
  const char* path = std::getenv("COROGUARD_LOG");
  if (path == nullptr || *path == '\0') return -1;
  const int file = ::open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (file < 0) log(log_level::warning, std::string("COROGUARD_LOG: cannot open '") + path + "'");
  return file;
}

// Never destroyed: objects with static storage may report while the process ends.
destination& the_destination() {
  static destination* const only = [] {
    auto* made = new destination;
    made->file = open_log();
    return made;
  }();
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
  const std::scoped_lock lock(to.mutex);
  return std::exchange(to.sink, std::move(sink));
}

namespace {

void deliver(const report& found) noexcept {
  try {
    destination& to = the_destination();
    const std::scoped_lock lock(to.mutex);
    if (to.file >= 0) {
      const std::string line = report_json(found) + "\n";
      [[maybe_unused]] const ssize_t wrote = ::write(to.file, line.data(), line.size());
    }
    if (to.sink)
      to.sink(found);
    else
      log(found.level, report_text(found));
  } catch (...) {
    log_error("Exception in report sink", std::current_exception());
  }
}

bool lacks_names(const std::vector<native_frame>& stack) { return !stack.empty() && stack.front().module.empty(); }

}  // namespace

void emit(report found) noexcept {
  try {
    if (lacks_names(found.native_stack) || lacks_names(found.creation_stack))
      deliver_with_names(std::move(found), deliver);
    else
      deliver(found);
  } catch (...) {
    log_error("a report was lost", std::current_exception());
  }
}

namespace {

std::string stack_text(std::string_view title, const std::vector<native_frame>& stack) {
  std::string text = stack.empty() ? "" : "\n  " + std::string(title) + ":";
  for (const native_frame& frame : stack) {
    const std::string_view module = frame.module;
    text += "\n    " + (frame.function.empty() ? std::string("??") : frame.function) + "  " +
            std::string(module.substr(module.rfind('/') + 1)) + "+" + hexadecimal(frame.offset);
  }
  return text;
}

std::string chain_text(std::string_view title, const std::vector<await_frame>& chain) {
  std::string text = chain.empty() ? "" : "\n  " + std::string(title) + ":";
  for (std::size_t i = 0; i < chain.size(); ++i) {
    text += std::string("\n    ") + chain[i].function.function_name() + " at " + place(chain[i].at);
    const bool is_last = i + 1 == chain.size() || chain[i + 1].task != chain[i].task;
    if (chain[i].task != 0 && is_last)
      text += "\n      in Task-" + std::to_string(chain[i].task) + ", created at " + place(chain[i].created);
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
  std::string text = found.message;
  for (const std::string& note : found.notes) text += "\n  " + note;
  text += stack_text("stack (most recent call first)", found.native_stack);
  text += chain_text("awaited (innermost first)", found.await_chain);
  text += stack_text("created at (most recent call first)", found.creation_stack);
  text += chain_text("created in (innermost first)", found.creation_chain);
  return text;
}

std::string report_json(const report& found) {
  std::string text = "{\"rule\":" + quoted(found.rule) + ",\"level\":" + quoted(name_of_level(found.level)) +
                     ",\"message\":" + quoted(found.message) + ",\"pid\":" + std::to_string(::getpid());
  if (found.loop != nullptr) text += ",\"loop\":" + quoted(hexadecimal(reinterpret_cast<std::uintptr_t>(found.loop)));
  if (found.task != 0) text += ",\"task\":" + std::to_string(found.task);
  if (found.duration) text += ",\"duration_ns\":" + std::to_string(found.duration->count());
  text += ",\"notes\":" + array_of(found.notes, [](const std::string& note) { return quoted(note); });
  text += ",\"stack\":" + stack_json(found.native_stack) + ",\"awaits\":" + chain_json(found.await_chain);
  text += ",\"creation_stack\":" + stack_json(found.creation_stack) + ",\"creation_awaits\":" + chain_json(found.creation_chain);
  return text + "}";
}

}  // namespace coroguard
