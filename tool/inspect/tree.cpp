#include "tool/inspect/tree.h"
#include <llvm/ADT/STLExtras.h>
#include <map>

namespace coroguard {
namespace {

enum class Mark { Fresh, OnPath, Printed };

struct Node {
  std::string label;
  std::vector<std::size_t> children;
  Mark mark = Mark::Fresh;
};

/// The tasks of one loop, their coroutines, and futures that nobody awaits.
struct Graph {
  std::vector<Node> nodes;
  std::vector<std::size_t> roots;

  std::size_t add(std::string label) {
    nodes.push_back({std::move(label), {}});
    return nodes.size() - 1;
  }
};

std::string labelOf(const TaskFrame &frame) {
  return frame.function + "  " + frame.at.file + ":" + std::to_string(frame.at.line);
}

Graph graphOf(const LoopInfo &loop) {
  Graph graph;
  std::map<std::uint64_t, std::size_t> tasks;     // by number: where the task's line is
  std::map<std::uint64_t, std::size_t> innermost; // and where what it awaits hangs
  std::map<std::string, std::size_t> futures;
  for (const TaskInfo &task : loop.tasks) {
    std::size_t at = graph.add("(T) " + task.name + (task.state.starts_with("waiting") ? "" : "  " + task.state));
    tasks[task.number] = at;
    for (const TaskFrame &frame : llvm::reverse(task.stack)) {
      std::size_t inner = graph.add(labelOf(frame));
      graph.nodes[at].children.push_back(inner);
      at = inner;
    }
    innermost[task.number] = at;
  }
  for (const TaskInfo &task : loop.tasks) {
    bool isAwaited = false;
    for (const TaskAwaiter &awaiter : task.awaitedBy) {
      auto known = innermost.find(awaiter.task);
      if (awaiter.task != 0 && known == innermost.end()) continue; // one that was left off
      std::size_t parent;
      if (awaiter.task != 0) {
        parent = known->second;
      } else {
        auto [future, isNew] = futures.try_emplace(awaiter.name, graph.nodes.size());
        parent = future->second;
        if (isNew) graph.roots.push_back(graph.add("(F) " + awaiter.name));
      }
      graph.nodes[parent].children.push_back(tasks[task.number]);
      isAwaited = true;
    }
    if (!isAwaited) graph.roots.push_back(tasks[task.number]);
  }
  return graph;
}

/// Prints what hangs below a node, without recursion: chains may be long.
class Rendering {
public:
  explicit Rendering(Graph graph) : graph(std::move(graph)) {}

  std::string text() {
    for (std::size_t root : graph.roots) renderAll(root);
    // What is left hangs in circles, which have no root.
    for (std::size_t node = 0; node < graph.nodes.size(); ++node)
      if (graph.nodes[node].mark == Mark::Fresh) renderAll(node);
    return std::move(result);
  }

private:
  struct Level {
    std::size_t node;
    std::size_t next; // child
    std::string prefix; // of its children
  };

  static constexpr std::size_t deepest = 100; // lines would get ever longer

  void renderAll(std::size_t root) {
    render(root);
    for (; !postponed.empty(); postponed.erase(postponed.begin()))
      if (std::size_t node = postponed.front(); graph.nodes[node].mark == Mark::Fresh) render(node);
  }

  void render(std::size_t root) {
    open(root, "", true);
    while (!path.empty()) {
      Level &level = path.back();
      const std::vector<std::size_t> &children = graph.nodes[level.node].children;
      if (level.next == children.size()) {
        graph.nodes[level.node].mark = Mark::Printed;
        path.pop_back();
        continue;
      }
      std::size_t child = children[level.next++];
      bool isLast = level.next == children.size();
      open(child, std::string(level.prefix), isLast);
    }
  }

  void open(std::size_t index, const std::string &prefix, bool isLast) {
    Node &node = graph.nodes[index];
    result += prefix + (isLast ? "└── " : "├── ");
    result += node.label;
    if (node.mark == Mark::Fresh && path.size() == deepest) {
      result += "  (see below)\n";
      postponed.push_back(index);
      return;
    }
    if (node.mark == Mark::OnPath) result += "  (await cycle)";
    if (node.mark == Mark::Printed && !node.children.empty()) result += "  (see above)";
    result += '\n';
    if (node.mark != Mark::Fresh) return;
    node.mark = Mark::OnPath;
    path.push_back({index, 0, prefix + (isLast ? "    " : "│   ")});
  }

  Graph graph;
  std::vector<Level> path;
  std::vector<std::size_t> postponed; // too deep; they get a tree of their own
  std::string result;
};

} // namespace

std::string renderTree(const ProcessTasks &process) {
  std::string text;
  for (const LoopInfo &loop : process.loops) {
    if (loop.tasks.empty()) continue;
    if (process.loops.size() > 1) text += "loop " + loop.id + " of thread " + std::to_string(loop.thread) + "\n";
    text += Rendering(graphOf(loop)).text();
  }
  return text;
}

} // namespace coroguard
