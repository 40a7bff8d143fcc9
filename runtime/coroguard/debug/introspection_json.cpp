#include "coroguard/debug/introspection_json.hpp"

#include <unistd.h>

#include <map>

#include "coroguard/observe/item_note.hpp"
#include "coroguard/observe/json.hpp"

namespace coroguard {

namespace {

// ---- reading ---------------------------------------------------------------------------------------------------------

// Reads an object of texts and numbers, which is all that requests are.
class flat_object {
public:
  explicit flat_object(std::string_view text) : left_(text) {}

  // Nothing when it is no such object.
  std::optional<std::map<std::string, std::string>> members() {
    std::map<std::string, std::string> found;
    if (!takes('{')) return std::nullopt;
    if (takes('}')) return at_end(std::move(found));
    do {
      const std::optional<std::string> key = text();
      if (!key || !takes(':')) return std::nullopt;
      const std::optional<std::string> value = peek() == '"' ? text() : number();
      if (!value) return std::nullopt;
      found[*key] = *value;
    } while (takes(','));
    return takes('}') ? at_end(std::move(found)) : std::nullopt;
  }

private:
  char peek() {
    left_.remove_prefix(std::min(left_.find_first_not_of(" \t\r\n"), left_.size()));
    return left_.empty() ? '\0' : left_.front();
  }
  bool takes(char wanted) {
    if (peek() != wanted) return false;
    left_.remove_prefix(1);
    return true;
  }
  std::optional<std::string> text() {
    if (!takes('"')) return std::nullopt;
    const std::size_t end = left_.find_first_of("\"\\");  // no word of the protocol needs an escape
    if (end == left_.npos || left_[end] == '\\') return std::nullopt;
    std::string read(left_.substr(0, end));
    left_.remove_prefix(end + 1);
    return read;
  }
  std::optional<std::string> number() {
    std::string read(left_.substr(0, left_.find_first_not_of("0123456789")));
    left_.remove_prefix(read.size());
    return read.empty() ? std::nullopt : std::optional(read);
  }
  std::optional<std::map<std::string, std::string>> at_end(std::map<std::string, std::string> found) {
    return peek() == '\0' ? std::optional(std::move(found)) : std::nullopt;
  }

  std::string_view left_;
};

}  // namespace

request_read read_request(std::string_view request) {
  const auto members = flat_object(request).members();
  if (!members) return {"", "the request is no JSON object of texts and numbers"};
  const auto version = members->find("version");
  if (version == members->end() || version->second != std::to_string(introspection_version))
    return {"", "this process speaks version " + std::to_string(introspection_version) + " of the protocol"};
  const auto command = members->find("command");
  if (command == members->end() || command->second != "tasks") return {"", "the command is not known; there is 'tasks'"};
  return {command->second, ""};
}

// ---- writing ---------------------------------------------------------------------------------------------------------

namespace {

std::string beginning() {
  return "{\"version\":" + std::to_string(introspection_version) + ",\"pid\":" + std::to_string(::getpid());
}

std::string frame_json(const call_graph_frame& frame) {
  return "{\"function\":" + quoted(function_name(frame.function)) + ",\"at\":" + place_json(frame.at) + "}";
}

std::string awaiter_json(const task_awaiter& awaiter) {
  return "{\"task\":" + std::to_string(awaiter.task) + ",\"name\":" + quoted(awaiter.name) + ",\"through\":" + quoted(awaiter.through) +
         "}";
}

const char* word_of(task_activity activity) {
  switch (activity) {
  case task_activity::waiting: return "waiting";
  case task_activity::ready: return "ready";
  case task_activity::running: return "running";
  case task_activity::done: return "done";
  }
  return "";
}

std::string row_json(const task_row& row) {
  std::string text = "{\"task\":" + std::to_string(row.task) + ",\"name\":" + quoted(row.name) + ",\"state\":\"" +
                     word_of(row.activity) + "\"";
  if (!row.waits_for.empty()) text += ",\"waits_for\":" + quoted(row.waits_for);
  text += ",\"stack\":" + array_of(row.call_stack, frame_json) + ",\"awaited_by\":" + array_of(row.awaiters, awaiter_json);
  text += ",\"made\":" + place_json(row.made);
  if (row.age) text += ",\"age_ns\":" + std::to_string(row.age->count());
  return text + "}";
}

std::string numbers_json(const std::vector<std::uint64_t>& numbers) {
  return array_of(numbers, [](std::uint64_t number) { return std::to_string(number); });
}

std::string running_json(const running_callback& running) {
  std::string text = ",\"executing\":" + quoted(running.what);
  if (running.lasts) text += ",\"executing_ns\":" + std::to_string(running.lasts->count());
  return text + ",\"stack\":" + array_of(running.awaits, [](const await_frame& frame) {
           return frame_json({frame.function, frame.at});
         });
}

std::string loop_json(const loop_answer& loop) {
  std::string text = "{\"loop\":" + quoted(hexadecimal(loop.id));
  if (loop.thread != 0) text += ",\"thread\":" + std::to_string(loop.thread);
  switch (loop.state) {
  case loop_state::not_running: return text + ",\"state\":\"not running\"}";
  case loop_state::busy: return text + ",\"state\":\"busy\"" + (loop.running ? running_json(*loop.running) : "") + "}";
  case loop_state::answered: break;
  }
  return text + ",\"state\":\"answered\",\"tasks\":" + array_of(loop.table.rows, row_json) +
         ",\"left_off\":" + std::to_string(loop.table.left_off) + ",\"cycles\":" + array_of(loop.table.cycles, numbers_json) + "}";
}

}  // namespace

std::string json_of_problem(std::string_view problem) { return beginning() + ",\"error\":" + quoted(problem) + "}"; }

std::string json_of(const std::vector<loop_answer>& loops) { return beginning() + ",\"loops\":" + array_of(loops, loop_json) + "}"; }

}  // namespace coroguard
