#include "tool/inspect/table.h"
#include <algorithm>
#include <array>
#include <llvm/Support/FormatVariadic.h>
#include <llvm/Support/Path.h>
#include <map>

namespace coroguard {
namespace {

constexpr std::size_t columns = 10;
using Line = std::array<std::string, columns>;

const Line titles = {"thread",       "task", "name",    "state", "coroutine stack", "awaiter chain",
                     "awaiter name", "awaiter id", "made at", "age"};

std::string shortPlace(const Location &at) {
  return at.file.empty() ? "" : llvm::sys::path::filename(at.file).str() + ":" + std::to_string(at.line);
}

void addLines(const LoopInfo &loop, std::vector<Line> &lines) {
  std::map<std::uint64_t, std::string> chains;
  for (const TaskInfo &task : loop.tasks) chains.emplace(task.number, chainOf(task.stack));
  for (const TaskInfo &task : loop.tasks) {
    Line line = {std::to_string(loop.thread), std::to_string(task.number), task.name, task.state, chains[task.number]};
    line[8] = shortPlace(task.made);
    if (task.age) line[9] = llvm::formatv("{0:f1} s", *task.age).str();
    if (task.awaitedBy.empty()) lines.push_back(line);
    for (const TaskAwaiter &awaiter : task.awaitedBy) {
      auto chain = chains.find(awaiter.task);
      line[5] = awaiter.through;
      if (chain != chains.end()) line[5] += (line[5].empty() ? "" : " -> ") + chain->second;
      line[6] = awaiter.name;
      line[7] = awaiter.task ? std::to_string(awaiter.task) : "";
      lines.push_back(line);
    }
  }
}

std::vector<Line> linesOf(const ProcessTasks &process) {
  std::vector<Line> lines = {titles};
  for (const LoopInfo &loop : process.loops) addLines(loop, lines);
  return lines;
}

std::string csvCell(const std::string &cell) {
  if (cell.find_first_of(",\"") == cell.npos) return cell;
  std::string text = "\"";
  for (char c : cell) text += c == '"' ? "\"\"" : std::string(1, c);
  return text + "\"";
}

} // namespace

std::string renderTable(const ProcessTasks &process) {
  const std::vector<Line> lines = linesOf(process);
  std::array<std::size_t, columns> widths = {};
  for (const Line &line : lines)
    for (std::size_t i = 0; i < columns; ++i) widths[i] = std::max(widths[i], line[i].size());
  std::string text;
  for (const Line &line : lines) {
    for (std::size_t i = 0; i < columns; ++i) text += line[i] + std::string(widths[i] - line[i].size() + 2, ' ');
    text.erase(text.find_last_not_of(' ') + 1);
    text += '\n';
  }
  return text;
}

std::string renderCsv(const ProcessTasks &process) {
  std::string text;
  for (const Line &line : linesOf(process))
    for (std::size_t i = 0; i < columns; ++i) text += csvCell(line[i]) + (i + 1 < columns ? "," : "\n");
  return text;
}

} // namespace coroguard
