#include "tool/inspect/process_tasks.h"
#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/FormatVariadic.h>
#include <llvm/Support/JSON.h>
#include <llvm/Support/raw_ostream.h>
#include <map>

namespace coroguard {
namespace {

using llvm::json::Object;

/// Text for a terminal: names come from another process.
std::string textOf(const Object &object, llvm::StringRef key) {
  std::string text = object.getString(key).value_or("").str();
  for (char &c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  return text;
}

std::optional<double> secondsOf(const Object &object, llvm::StringRef key) {
  std::optional<int64_t> nanoseconds = object.getInteger(key);
  return nanoseconds ? std::optional(static_cast<double>(*nanoseconds) / 1e9) : std::nullopt;
}

std::uint64_t numberOf(const Object &object, llvm::StringRef key) {
  return static_cast<std::uint64_t>(object.getInteger(key).value_or(0));
}

Location placeOf(const Object &object, llvm::StringRef key) {
  const Object *place = object.getObject(key);
  return place ? Location{textOf(*place, "file"), static_cast<unsigned>(numberOf(*place, "line")), 0} : Location{};
}

/// Calls `read` with each object of the list; what is no object is left out.
template <class Read> void forEachObject(const Object &object, llvm::StringRef key, Read read) {
  if (const llvm::json::Array *list = object.getArray(key))
    for (const llvm::json::Value &value : *list)
      if (const Object *element = value.getAsObject()) read(*element);
}

std::vector<TaskFrame> stackOf(const Object &object) {
  std::vector<TaskFrame> stack;
  forEachObject(object, "stack", [&](const Object &frame) { stack.push_back({textOf(frame, "function"), placeOf(frame, "at")}); });
  return stack;
}

TaskInfo taskOf(const Object &object) {
  TaskInfo task;
  task.number = numberOf(object, "task");
  task.name = textOf(object, "name");
  task.state = textOf(object, "state");
  if (std::string waitsFor = textOf(object, "waits_for"); !waitsFor.empty()) task.state += " for " + waitsFor;
  task.stack = stackOf(object);
  forEachObject(object, "awaited_by", [&](const Object &awaiter) {
    task.awaitedBy.push_back({numberOf(awaiter, "task"), textOf(awaiter, "name"), textOf(awaiter, "through")});
  });
  task.made = placeOf(object, "made");
  task.age = secondsOf(object, "age_ns");
  return task;
}

std::vector<std::vector<std::uint64_t>> cyclesOf(const Object &object) {
  std::vector<std::vector<std::uint64_t>> cycles;
  if (const llvm::json::Array *list = object.getArray("cycles"))
    for (const llvm::json::Value &value : *list)
      if (const llvm::json::Array *cycle = value.getAsArray(); cycle && !cycle->empty()) {
        cycles.emplace_back();
        for (const llvm::json::Value &task : *cycle) cycles.back().push_back(static_cast<std::uint64_t>(task.getAsInteger().value_or(0)));
      }
  return cycles;
}

LoopInfo loopOf(const Object &object) {
  LoopInfo loop;
  loop.id = textOf(object, "loop");
  loop.thread = object.getInteger("thread").value_or(0);
  loop.state = textOf(object, "state");
  forEachObject(object, "tasks", [&](const Object &task) { loop.tasks.push_back(taskOf(task)); });
  loop.leftOff = numberOf(object, "left_off");
  loop.cycles = cyclesOf(object);
  loop.executing = textOf(object, "executing");
  loop.executingFor = secondsOf(object, "executing_ns");
  loop.executingStack = stackOf(object);
  return loop;
}

std::string nameOf(const LoopInfo &loop) {
  return loop.thread > 0 ? "the loop of thread " + std::to_string(loop.thread) : "loop " + loop.id;
}

std::string busyMessage(const LoopInfo &loop) {
  std::string text = nameOf(loop) + " is busy";
  if (!loop.executing.empty()) text += ": executing " + loop.executing;
  if (loop.executingFor) text += llvm::formatv(" since {0:f1} s", *loop.executingFor).str();
  if (!loop.executingStack.empty()) text += ", in " + chainOf(loop.executingStack);
  return text;
}

std::string cycleMessage(const LoopInfo &loop, const std::vector<std::uint64_t> &cycle) {
  auto name = [&](std::uint64_t number) {
    auto task = llvm::find_if(loop.tasks, [&](const TaskInfo &one) { return one.number == number; });
    return task != loop.tasks.end() ? task->name : "Task-" + std::to_string(number);
  };
  std::string text = "await cycle: ";
  for (std::uint64_t number : cycle) text += name(number) + " -> ";
  return text + name(cycle.front());
}

void say(llvm::StringRef kind, const std::string &message) { llvm::errs() << "coroguard: " << kind << ": " << message << '\n'; }

} // namespace

std::optional<ProcessTasks> readTasks(std::string_view answer, std::string &problem) {
  llvm::Expected<llvm::json::Value> parsed = llvm::json::parse(llvm::json::fixUTF8(llvm::StringRef(answer)));
  const Object *object = parsed ? parsed->getAsObject() : nullptr;
  if (!object) {
    problem = "the answer is no JSON object";
    if (!parsed) llvm::consumeError(parsed.takeError());
    return std::nullopt;
  }
  if (std::string error = textOf(*object, "error"); !error.empty()) {
    problem = error;
    return std::nullopt;
  }
  if (object->getInteger("version") != 1) {
    problem = "the answer is not in version 1 of the protocol";
    return std::nullopt;
  }
  ProcessTasks process;
  forEachObject(*object, "loops", [&](const Object &loop) { process.loops.push_back(loopOf(loop)); });
  return process;
}

std::string chainOf(const std::vector<TaskFrame> &stack) {
  return llvm::join(llvm::map_range(stack, [](const TaskFrame &frame) { return frame.function; }), " -> ");
}

int reportTrouble(const ProcessTasks &process) {
  int code = 0;
  llvm::outs().flush();
  for (const LoopInfo &loop : process.loops) {
    for (const std::vector<std::uint64_t> &cycle : loop.cycles) {
      say("error", cycleMessage(loop, cycle) + "; none of them can go on until one is cancelled");
      code = std::max(code, 1);
    }
    if (loop.leftOff > 0) say("note", nameOf(loop) + " has " + std::to_string(loop.leftOff) + " older tasks, which are not shown");
    if (loop.state == "not running") say("note", nameOf(loop) + " does not run; its tasks are not shown");
    if (loop.state == "busy") {
      say("error", busyMessage(loop) + "; its tasks are not shown, try again when it is free");
      code = 2;
    }
  }
  return code;
}

} // namespace coroguard
