// Uses of loop-bound objects, and resumptions of coroutines, on other threads: from every thread entry and pool task,
// along the calls it makes, with what is known of the objects on the way. Only an object proven to be shared with the
// thread's creator counts, and only a handle that the creator had been given to resume.
#include "program/captured_owners.h"
#include "program/solve.h"
#include <algorithm>
#include <llvm/ADT/DenseSet.h>
#include <utility>

namespace coroguard {
namespace {

/// A frame by its place in the walk's list.
using FrameIndex = uint32_t;
constexpr FrameIndex noFrame = ~FrameIndex(0);

/// So many different states of one function are walked; what else its callers know of its arguments is not followed.
constexpr unsigned statesPerFunction = 16;

/// Which of a call's objects were there before the thread began.
struct Shared {
  bool object = false;      // `this`
  uint64_t parameters = 0;  // bit i: parameter i refers to such an object
  bool operator==(const Shared &) const = default;
  bool includes(const Shared &other) const {
    return object >= other.object && (parameters & other.parameters) == other.parameters;
  }
};

/// A call in progress around, whose variables the code below it may have captured.
struct Captured {
  StringId owner;
  Shared shared;
  bool operator==(const Captured &) const = default;
};

/// One call in progress on the foreign thread.
struct Frame {
  FunctionIndex function;
  Shared shared;
  Shared waiting; // which of them lead to the handle of the coroutine that waits
  std::vector<Captured> around; // of the owners that captured_owners.h names, those that are in progress
  CallSite from;                // the call that made this frame; none for the entry
  FrameIndex caller = noFrame;
  FrameIndex sibling = noFrame; // another frame of the same function
};

/// Whoever knows that the same and more is shared finds all that the other one finds.
bool covers(const Frame &known, const Frame &frame) {
  return known.shared.includes(frame.shared) && known.waiting.includes(frame.waiting) && known.around == frame.around;
}

/// The functions that use a loop-bound object or resume a coroutine, or call one that does: only there can something be found.
std::vector<bool> leadToUses(const Program &program, const CallersIndex &callers) {
  std::vector<bool> leads(program.functions().size());
  std::vector<FunctionIndex> work;
  auto mark = [&](FunctionIndex function) {
    if (!leads[function]) work.push_back(function);
    leads[function] = true;
  };
  for (CallSite site : program.callsWithMeaning())
    if (program.call(site).meaning == Meaning::UsesLoopBound || program.call(site).resumesHandle) mark(site.function);
  while (!work.empty()) {
    FunctionIndex callee = work.back();
    work.pop_back();
    for (CallSite site : callers.callersOf(callee)) mark(site.function);
  }
  return leads;
}

class ForeignWalk {
public:
  ForeignWalk(const Program &program, const CallersIndex &callers)
      : program(program), owners(program, callers), leads(leadToUses(program, callers)),
        firstOf(program.functions().size(), noFrame) {}

  void walk(FunctionIndex starter, uint32_t handoff) {
    const Handoff &start = program.function(starter).handoffs[handoff];
    FunctionIndex entry = program.find(start.callable);
    bool runsOwnLoop = entry == noFunction || program.summary(entry).runsLoop;
    // A coroutine given to a pool resumes where its awaitables say: nothing is proven about its thread.
    if (runsOwnLoop || program.isCoroutine(entry)) return;
    Frame frame{entry, {start.object.kind != Root::Kind::Unknown, 0}, {true, ~uint64_t(0)}, {}, {}, noFrame};
    for (size_t i = 0; i < start.arguments.size() && i < 64; ++i)
      if (start.arguments[i].kind != Root::Kind::Unknown) frame.shared.parameters |= uint64_t(1) << i;
    auto next = static_cast<FrameIndex>(frames.size());
    enqueue(std::move(frame));
    for (; next < frames.size(); ++next) visit(next, starter, handoff);
  }

  ForeignUses take() { return std::move(found); }

private:
  /// Frames of earlier walks count too: they have reported what is below.
  void enqueue(Frame frame) {
    FrameIndex &first = firstOf[frame.function];
    unsigned states = 0;
    for (FrameIndex known = first; known != noFrame; known = frames[known].sibling)
      if (++states == statesPerFunction || covers(frames[known], frame)) return;
    frame.sibling = std::exchange(first, static_cast<FrameIndex>(frames.size()));
    frames.push_back(std::move(frame));
  }

  void visit(FrameIndex index, FunctionIndex starter, uint32_t handoff) {
    const Frame frame = frames[index]; // the list grows meanwhile
    const Function &function = program.function(frame.function);
    for (uint32_t i = 0; i < function.calls.size(); ++i) {
      const Call &call = function.calls[i];
      CallSite site{frame.function, i};
      if (call.meaning == Meaning::UsesLoopBound && isShared(call.object, frame))
        report(site, frame, starter, handoff, found.uses);
      if (call.resumesHandle && isWaiting(call.handle, frame)) report(site, frame, starter, handoff, found.resumes);
      FunctionIndex callee = program.runsDuring(call);
      if (callee == noFunction || !leads[callee] || program.isCoroutine(callee)) continue;
      Frame inner{callee, {isShared(call.object, frame), 0}, {isWaiting(call.handle, frame), 0}, around(callee, frame), site, index};
      for (size_t p = 0; p < call.arguments.size() && p < 64; ++p)
        if (isShared(call.arguments[p], frame)) inner.shared.parameters |= uint64_t(1) << p;
      for (size_t p = 0; p < call.handles.size() && p < 64; ++p)
        if (isWaiting(call.handles[p], frame)) inner.waiting.parameters |= uint64_t(1) << p;
      enqueue(std::move(inner));
    }
  }

  /// What the callee must know of the calls in progress: its caller is the innermost of them.
  std::vector<Captured> around(FunctionIndex callee, const Frame &caller) const {
    std::vector<Captured> result;
    for (StringId owner : owners.of(callee)) {
      if (owner == program.function(caller.function).id) result.push_back({owner, caller.shared});
      else if (const Captured *known = find(owner, caller)) result.push_back(*known);
    }
    return result;
  }

  static const Captured *find(StringId owner, const Frame &frame) {
    auto known = std::find_if(frame.around.begin(), frame.around.end(), [&](auto &captured) { return captured.owner == owner; });
    return known == frame.around.end() ? nullptr : &*known;
  }

  /// Was the object there before this thread began? A variable, parameter or `this` of a function on the way from the
  /// thread's entry belongs to the thread or is what that call was given; of any other function, it is the creator's.
  bool isShared(const Root &root, const Frame &frame) const {
    if (root.kind == Root::Kind::Unknown) return false;
    if (root.kind == Root::Kind::Global) return true;
    if (!root.owner) return false;
    const Captured *captured = find(root.owner, frame);
    bool isOwn = program.function(frame.function).id == root.owner;
    if (!isOwn && !captured) return owners.areComplete(frame.function);
    const Shared &shared = isOwn ? frame.shared : captured->shared;
    if (root.kind == Root::Kind::This) return shared.object;
    return root.kind == Root::Kind::Parameter && root.index < 64 && (shared.parameters >> root.index & 1);
  }

  static bool isWaiting(HandleSource source, const Frame &frame) {
    switch (source.kind) {
    case HandleSource::Kind::Waiter: return true;
    case HandleSource::Kind::This: return frame.waiting.object;
    case HandleSource::Kind::Parameter: return source.index < 64 && (frame.waiting.parameters >> source.index & 1);
    case HandleSource::Kind::Unknown: break;
    }
    return false;
  }

  void report(CallSite use, const Frame &frame, FunctionIndex starter, uint32_t handoff, std::vector<ForeignUse> &into) {
    if (!reported.insert((uint64_t(use.function) << 32) | use.call).second) return;
    ForeignUse made{use, starter, handoff, {}};
    for (const Frame *at = &frame; at->caller != noFrame; at = &frames[at->caller]) made.path.push_back(at->from);
    std::reverse(made.path.begin(), made.path.end());
    into.push_back(std::move(made));
  }

  const Program &program;
  CapturedOwners owners;
  std::vector<bool> leads;
  std::vector<Frame> frames; // of all walks
  std::vector<FrameIndex> firstOf; // by function
  llvm::DenseSet<uint64_t> reported;
  ForeignUses found;
};

} // namespace

ForeignUses solveForeignUses(const Program &program, const CallersIndex &callers) {
  ForeignWalk walk(program, callers);
  for (FunctionIndex i = 0; i < program.functions().size(); ++i)
    for (uint32_t handoff = 0; handoff < program.function(i).handoffs.size(); ++handoff)
      if (program.function(i).handoffs[handoff].runsOn == RunsOn::Offload &&
          !program.function(i).handoffs[handoff].onStrand) walk.walk(i, handoff);
  return walk.take();
}

} // namespace coroguard
