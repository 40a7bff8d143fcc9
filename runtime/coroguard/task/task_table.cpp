#include "coroguard/task/task_table.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "coroguard/loop/event_loop.hpp"
#include "coroguard/observe/item_note.hpp"

namespace coroguard {

namespace {

// Goes up through what is no task. One that a task does not await counts as the awaiter itself.
std::vector<task_awaiter> awaiters_of(const call_graph& graph, std::size_t place) {
  struct step {
    std::size_t place;
    std::string through;
  };
  std::vector<task_awaiter> found;
  std::unordered_set<std::size_t> seen;
  std::vector<step> open;
  const auto go_up = [&](std::size_t from, const std::string& through) {
    const std::vector<std::size_t>& above = graph.entries[from].awaited_by;
    for (auto one = above.rbegin(); one != above.rend(); ++one) open.push_back({*one, through});
  };
  go_up(place, "");
  while (!open.empty()) {
    const step now = std::move(open.back());
    open.pop_back();
    const call_graph_entry& entry = graph.entries[now.place];
    if (!seen.insert(now.place).second) continue;
    if (entry.task != 0 || entry.awaited_by.empty())
      found.push_back({entry.task, entry.name, now.through});
    else
      go_up(now.place, (now.through.empty() ? "" : now.through + " in ") + entry.name.substr(0, entry.name.find(' ')));
  }
  return found;
}

std::vector<std::vector<std::uint64_t>> cycles_of_tasks(const call_graph& graph) {
  std::vector<std::vector<std::uint64_t>> cycles;
  for (const std::vector<std::size_t>& cycle : await_cycles(graph)) {
    std::vector<std::uint64_t>& tasks = cycles.emplace_back();
    for (const std::size_t place : cycle)
      if (graph.entries[place].task != 0) tasks.push_back(graph.entries[place].task);
  }
  return cycles;
}

}  // namespace

std::string task_row::state() const {
  switch (activity) {
  case task_activity::waiting: return "waiting for " + waits_for;
  case task_activity::ready: return "ready";
  case task_activity::running: return "running";
  case task_activity::done: return "done";
  }
  return "";
}

task_table::task_table(event_loop& loop, std::size_t most) {
  call_graph graph = capture_call_graph(loop, most);
  left_off = graph.left_off;
  cycles = cycles_of_tasks(graph);
  for (std::size_t place = 0; place < graph.entries.size(); ++place) {
    if (graph.entries[place].task == 0) continue;
    std::vector<task_awaiter> awaiters = awaiters_of(graph, place);
    call_graph_entry& entry = graph.entries[place];
    rows.push_back({.task = entry.task, .name = entry.name, .activity = entry.activity});
    task_row& row = rows.back();
    row.waits_for = std::move(entry.waits_for);
    row.call_stack = std::move(entry.call_stack);
    row.awaiters = std::move(awaiters);
    row.made = entry.made;
    row.age = entry.age;
  }
}

// ---- printing --------------------------------------------------------------------------------------------------------

namespace {

constexpr std::size_t columns = 9;
using cells = std::array<std::string, columns>;

const cells& titles() {
  static const cells names{"task", "name", "state", "coroutine stack", "awaiter chain", "awaiter name", "awaiter id", "made at", "age"};
  return names;
}

std::string chain_of(const std::vector<call_graph_frame>& stack) {
  std::string text;
  for (const call_graph_frame& frame : stack) text += (text.empty() ? "" : " -> ") + function_name(frame.function);
  return text;
}

std::string place(std::source_location where) {
  if (const std::string_view maker = maker_in_runtime(where); !maker.empty()) return std::string(maker) + "()";
  const std::string_view file = where.file_name();
  return std::string(file.substr(file.rfind('/') + 1)) + ":" + std::to_string(where.line());
}

std::string in_seconds(std::chrono::nanoseconds time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f s", std::chrono::duration<double>(time).count());
  return text;
}

std::vector<cells> lines_of(const task_table& table) {
  std::unordered_map<std::uint64_t, std::string> chains;
  for (const task_row& row : table.rows) chains.emplace(row.task, chain_of(row.call_stack));
  std::vector<cells> lines;
  for (const task_row& row : table.rows) {
    const cells alone{std::to_string(row.task), row.name, row.state(), chains[row.task], "", "", "", place(row.made),
                      row.age ? in_seconds(*row.age) : ""};
    if (row.awaiters.empty()) lines.push_back(alone);
    for (const task_awaiter& awaiter : row.awaiters) {
      cells& line = lines.emplace_back(alone);
      const auto chain = chains.find(awaiter.task);
      line[4] = chain != chains.end() ? chain->second : "";
      if (!awaiter.through.empty()) line[4] = awaiter.through + (line[4].empty() ? "" : " -> " + line[4]);
      line[5] = awaiter.name;
      line[6] = awaiter.task != 0 ? std::to_string(awaiter.task) : "";
    }
  }
  return lines;
}

std::string padded(const cells& line, const std::array<std::size_t, columns>& widths) {
  std::string text;
  for (std::size_t i = 0; i < columns; ++i) text += line[i] + std::string(widths[i] - line[i].size() + 2, ' ');
  return text.substr(0, text.find_last_not_of(' ') + 1) + "\n";
}

std::string csv_line(const cells& line) {
  std::string text;
  for (const std::string& cell : line) {
    if (&cell != &line.front()) text += ',';
    if (cell.find_first_of(",\"\r\n") == cell.npos) {
      text += cell;
      continue;
    }
    text += '"';
    for (const char c : cell) text += c == '"' ? "\"\"" : std::string(1, c);
    text += '"';
  }
  return text + "\n";
}

std::string cycle_line(const task_table& table, const std::vector<std::uint64_t>& cycle) {
  const auto name = [&](std::uint64_t task) {
    const auto row = std::ranges::find(table.rows, task, &task_row::task);
    return row != table.rows.end() ? row->name : "Task-" + std::to_string(task);
  };
  std::string text = "await cycle: ";
  for (const std::uint64_t task : cycle) text += name(task) + " -> ";
  return text + name(cycle.front()) + "; none of them can go on\n";
}

}  // namespace

std::string task_table::text() const {
  const std::vector<cells> lines = lines_of(*this);
  std::array<std::size_t, columns> widths;
  for (std::size_t i = 0; i < columns; ++i) widths[i] = titles()[i].size();
  for (const cells& line : lines)
    for (std::size_t i = 0; i < columns; ++i) widths[i] = std::max(widths[i], line[i].size());
  std::string text = padded(titles(), widths);
  for (const cells& line : lines) text += padded(line, widths);
  if (left_off > 0) text += "and " + std::to_string(left_off) + " older tasks\n";
  for (const std::vector<std::uint64_t>& cycle : cycles)
    if (!cycle.empty()) text += cycle_line(*this, cycle);
  return text;
}

std::string task_table::csv() const {
  std::string text = csv_line(titles());
  for (const cells& line : lines_of(*this)) text += csv_line(line);
  return text;
}

void print_tasks(std::FILE* to) { print_tasks(get_running_loop(), to); }

void print_tasks(event_loop& loop, std::FILE* to) { std::fputs(task_table(loop).text().c_str(), to); }

}  // namespace coroguard
