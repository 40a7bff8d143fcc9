#include "coroguard/task/call_graph.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "coroguard/loop/event_loop.hpp"
#include "coroguard/observe/origin.hpp"
#include "coroguard/task/coro.hpp"
#include "coroguard/task/task.hpp"
#include "coroguard/task/task_core.hpp"

namespace coroguard {

namespace {

// ---- capturing -------------------------------------------------------------------------------------------------------

std::string short_place(std::source_location where) {
  const std::string_view file = where.file_name();
  return std::string(file.substr(file.rfind('/') + 1)) + ":" + std::to_string(where.line());
}

const char* word_of(future_kind kind) {
  switch (kind) {
  case future_kind::gathering: return "gather";
  case future_kind::shield: return "shield";
  default: return "future";
  }
}

std::string name_of(future_state_base& state) {
  if (const task_core* const task = state.as_task()) return task->name();
  std::string maker(maker_in_runtime(state.where()));
  return !maker.empty() ? maker : word_of(state.what()) + (" made at " + short_place(state.where()));
}

std::vector<call_graph_frame> stack_of(const task_core& task) {
  std::vector<call_graph_frame> stack;
  for (const coro_promise_base* one = task.leaf(); one != nullptr; one = one->awaited_by())
    stack.push_back({one->where(), one->suspended_at()});
  return stack;
}

task_activity activity_of(future_state_base& state) {
  if (state.done()) return task_activity::done;
  const task_core* const task = state.as_task();
  if (task == nullptr) return task_activity::waiting;
  if (state.loop().current_task() == task) return task_activity::running;
  return task->waiting_for() != nullptr && !task->waiting_for()->done() ? task_activity::waiting : task_activity::ready;
}

std::optional<std::chrono::nanoseconds> age_of(const future_state_base& state) {
  const std::optional<origin> made = origin_of(&state);
  return made ? std::optional(coarse_now() - made->at) : std::nullopt;
}

call_graph_entry describe(future_state_base& state) {
  call_graph_entry entry;
  entry.id = reinterpret_cast<std::uintptr_t>(&state);
  entry.kind = state.what();
  entry.name = name_of(state);
  entry.activity = activity_of(state);
  entry.made = state.where();
  entry.age = age_of(state);
  if (const task_core* const task = state.as_task()) {
    entry.task = task->number();
    entry.call_stack = stack_of(*task);
    if (entry.activity == task_activity::waiting) entry.waits_for = name_of(*task->waiting_for());
  }
  return entry;
}

// Finds all entries and who awaits them, each once and without recursion: chains may be long.
class capturing {
public:
  std::size_t place_of(future_state_base& state) {
    const auto [found, is_new] = places_.emplace(&state, states_.size());
    if (is_new) {
      states_.push_back(&state);
      graph_.entries.push_back(describe(state));
      linked_from_.push_back(nowhere);
    }
    return found->second;
  }

  call_graph finish() {
    for (std::size_t i = 0; i < states_.size(); ++i)
      for (const done_callback* one = states_[i]->first_callback(); one != nullptr; one = future_state_base::after(*one))
        if (future_state_base* const awaiter = one->waiting()) link(i, place_of(*awaiter));
    return std::move(graph_);
  }

private:
  static constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

  // A task awaits one thing twice when it awaits a task of its own group.
  void link(std::size_t awaited, std::size_t awaiter) {
    if (std::exchange(linked_from_[awaiter], awaited) != awaited) graph_.entries[awaited].awaited_by.push_back(awaiter);
  }

  call_graph graph_;
  std::vector<future_state_base*> states_;
  std::vector<std::size_t> linked_from_;
  std::unordered_map<const future_state_base*, std::size_t> places_;
};

// The running coroutine is past its last co_await: at `caller`, or in what it called.
void add_caller(std::vector<call_graph_frame>& stack, std::source_location caller) {
  if (!stack.empty() && function_name(stack.front().function) == function_name(caller))
    stack.front().at = caller;
  else
    stack.insert(stack.begin(), {caller, caller, false});
}

}  // namespace

call_graph capture_call_graph(const future_base& of, std::source_location caller) {
  require_valid(of);
  of.get_loop().check_thread("capture_call_graph");
  capturing now;
  now.place_of(of.state());
  call_graph graph = now.finish();
  if (graph.entries.front().activity == task_activity::running) add_caller(graph.entries.front().call_stack, caller);
  return graph;
}

std::optional<call_graph> capture_call_graph(std::source_location caller) {
  event_loop* const loop = running_loop();
  if (loop == nullptr)
    throw runtime_error("capture_call_graph() is called outside of a running event loop and no *future* to introspect was provided");
  if (loop->current_task() == nullptr) return std::nullopt;
  return capture_call_graph(current_task(*loop), caller);
}

call_graph capture_call_graph(event_loop& loop, std::size_t most) {
  loop.check_thread("capture_call_graph");
  std::vector<future_state_base*> newest_first;
  std::size_t count = 0;
  for (owned_by_loop* one = loop.tasks().first(); one != nullptr; one = owned_list::after(*one))
    if (count++ < most) newest_first.push_back(&static_cast<task_core*>(one)->state());
  capturing now;
  std::ranges::for_each(newest_first.rbegin(), newest_first.rend(), [&](future_state_base* one) { now.place_of(*one); });
  call_graph graph = now.finish();
  graph.left_off = count - newest_first.size();
  return graph;
}

// ---- printing --------------------------------------------------------------------------------------------------------

namespace {

class rendering {
public:
  explicit rendering(const call_graph& graph) : graph_(graph), marks_(graph.entries.size(), mark::fresh) {}

  std::string text() && {
    if (!graph_.entries.empty()) open(0);
    while (!path_.empty()) {
      auto& [place, next] = path_.back();
      const std::vector<std::size_t>& above = graph_.entries[place].awaited_by;
      if (next == above.size()) {
        marks_[place] = mark::printed;
        path_.pop_back();
        continue;
      }
      open(above[next++]);
    }
    return std::move(text_);
  }

private:
  enum class mark : std::uint8_t { fresh, on_path, printed };
  static constexpr std::size_t deepest = 100;  // more says no more, and lines would get ever longer

  void line(const std::string& content) { text_ += std::string(4 * path_.size(), ' ') + content + "\n"; }

  void open(std::size_t place) {
    const call_graph_entry& entry = graph_.entries[place];
    const std::string title =
        entry.task != 0 ? "* Task(name='" + entry.name + "', id=" + std::to_string(entry.task) + ")" : "* " + future_title(entry);
    if (marks_[place] == mark::on_path) return line(title + " (await cycle)");
    if (marks_[place] == mark::printed && !entry.awaited_by.empty()) return line(title + " (see above)");
    if (path_.size() == deepest) return line("* ...");
    line(title);
    if (!entry.call_stack.empty()) line("  + Call stack:");
    for (const call_graph_frame& frame : entry.call_stack) line(frame_line(frame));
    if (!entry.awaited_by.empty()) line("  + Awaited by:");
    marks_[place] = mark::on_path;
    path_.push_back({place, 0});
  }

  static std::string future_title(const call_graph_entry& entry) {
    if (!maker_in_runtime(entry.made).empty()) return entry.name;
    return std::string(word_of(entry.kind)) + "(made at '" + entry.made.file_name() + "', line " + std::to_string(entry.made.line()) + ")";
  }

  static std::string frame_line(const call_graph_frame& frame) {
    return std::string("  |   File '") + frame.at.file_name() + "', line " + std::to_string(frame.at.line()) + ", in " +
           (frame.is_coroutine ? "async " : "") + function_name(frame.function) + "()";
  }

  const call_graph& graph_;
  std::vector<mark> marks_;
  std::vector<std::pair<std::size_t, std::size_t>> path_;  // an entry, and which of its awaiters comes next
  std::string text_;
};

}  // namespace

std::string format_call_graph(const call_graph& graph) { return rendering(graph).text(); }

std::string format_call_graph(const future_base& of, std::source_location caller) {
  return format_call_graph(capture_call_graph(of, caller));
}

std::string format_call_graph(std::source_location caller) {
  const std::optional<call_graph> graph = capture_call_graph(caller);
  return graph ? format_call_graph(*graph) : "";
}

void print_call_graph(const future_base& of, std::FILE* to, std::source_location caller) {
  std::fputs(format_call_graph(of, caller).c_str(), to);
}

void print_call_graph(std::FILE* to, std::source_location caller) { std::fputs(format_call_graph(caller).c_str(), to); }

// ---- cycles ----------------------------------------------------------------------------------------------------------

std::vector<std::vector<std::size_t>> await_cycles(const call_graph& graph, std::size_t most) {
  enum class mark : std::uint8_t { fresh, on_path, done };
  std::vector<mark> marks(graph.entries.size(), mark::fresh);
  std::vector<std::pair<std::size_t, std::size_t>> path;
  std::vector<std::vector<std::size_t>> cycles;
  const auto enter = [&](std::size_t place) {
    marks[place] = mark::on_path;
    path.push_back({place, 0});
  };
  const auto close = [&](std::size_t place) {
    std::vector<std::size_t>& cycle = cycles.emplace_back();
    // Upwards each is awaited by the next; a cycle is told the other way round.
    for (auto at = path.rbegin(); cycle.empty() || cycle.back() != place; ++at) cycle.push_back(at->first);
    std::ranges::rotate(cycle, cycle.end() - 1);
  };
  for (std::size_t start = 0; start < graph.entries.size(); ++start) {
    if (marks[start] == mark::fresh) enter(start);
    while (!path.empty() && cycles.size() < most) {
      auto& [place, next] = path.back();
      if (next == graph.entries[place].awaited_by.size()) {
        marks[place] = mark::done;
        path.pop_back();
        continue;
      }
      const std::size_t above = graph.entries[place].awaited_by[next++];
      if (marks[above] == mark::fresh) enter(above);
      else if (marks[above] == mark::on_path) close(above);
    }
  }
  return cycles;
}

}  // namespace coroguard
