// Uses of loop-bound objects, and resumptions of coroutines, on other threads: from every thread entry and pool task,
// along the calls it makes, with what is known of the objects on the way. Only an object proven to be shared with the
// thread's creator counts, and only a handle that the creator had been given to resume.
#include "program/solve.h"
#include <algorithm>
#include <llvm/ADT/DenseSet.h>

namespace coroguard {
namespace {

/// A frame by its place in the walk's list.
using FrameIndex = uint32_t;
constexpr FrameIndex noFrame = ~FrameIndex(0);

/// One call in progress on the foreign thread.
struct Frame {
  FunctionIndex function;
  bool sharesThis = false;
  uint64_t sharedParameters = 0; // bit i: parameter i refers to an object from outside the thread
  bool waitsThis = false;         // `this` is the awaiter whose coroutine waits
  uint64_t waitingParameters = 0; // bit i: parameter i is its handle or leads to it
  CallSite from;                 // the call that made this frame; none for the entry
  FrameIndex caller = noFrame;
};

class ForeignWalk {
public:
  explicit ForeignWalk(const Program &program) : program(program) {}

  void walk(FunctionIndex starter, uint32_t handoff) {
    const Handoff &start = program.function(starter).handoffs[handoff];
    FunctionIndex entry = program.find(start.callable);
    bool runsOwnLoop = entry == noFunction || program.summary(entry).runsLoop;
    // A coroutine given to a pool resumes where its awaitables say: nothing is proven about its thread.
    if (runsOwnLoop || program.function(entry).isCoroutine) return;
    Frame frame{entry, start.object.kind != Root::Kind::Unknown, 0, true, ~uint64_t(0), {}, noFrame};
    for (size_t i = 0; i < start.arguments.size() && i < 64; ++i)
      if (start.arguments[i].kind != Root::Kind::Unknown) frame.sharedParameters |= uint64_t(1) << i;
    enqueue(frame);
    for (FrameIndex next = 0; next < frames.size(); ++next) visit(next, starter, handoff);
    frames.clear(), seen.clear();
  }

  ForeignUses take() { return std::move(found); }

private:
  void enqueue(const Frame &frame) {
    unsigned ofThis = unsigned(frame.sharesThis) | unsigned(frame.waitsThis) << 1;
    bool isNew = seen.insert({{frame.function, ofThis}, {frame.sharedParameters, frame.waitingParameters}}).second;
    if (isNew) frames.push_back(frame);
  }

  void visit(FrameIndex index, FunctionIndex starter, uint32_t handoff) {
    const Frame frame = frames[index]; // the list grows meanwhile
    const Function &function = program.function(frame.function);
    for (uint32_t i = 0; i < function.calls.size(); ++i) {
      const Call &call = function.calls[i];
      CallSite site{frame.function, i};
      if (call.meaning == Meaning::UsesLoopBound && isShared(call.object, frame))
        report(site, frame, starter, handoff, found.uses);
      if (call.resumesHandle && isWaiters(call.handle, frame)) report(site, frame, starter, handoff, found.resumes);
      FunctionIndex callee = program.runsDuring(call);
      if (callee == noFunction || program.function(callee).isCoroutine) continue;
      Frame inner{callee, isShared(call.object, frame), 0, isWaiters(call.handle, frame), 0, site, index};
      for (size_t p = 0; p < call.arguments.size() && p < 64; ++p)
        if (isShared(call.arguments[p], frame)) inner.sharedParameters |= uint64_t(1) << p;
      for (size_t p = 0; p < call.handles.size() && p < 64; ++p)
        if (isWaiters(call.handles[p], frame)) inner.waitingParameters |= uint64_t(1) << p;
      enqueue(inner);
    }
  }

  /// Was the object there before this thread began? A variable, parameter or `this` of a function on the way from the
  /// thread's entry belongs to the thread or is what that call was given; of any other function, it is the creator's.
  bool isShared(const Root &root, const Frame &frame) const {
    if (root.kind == Root::Kind::Unknown) return false;
    if (root.kind == Root::Kind::Global) return true;
    if (!root.owner) return false;
    for (const Frame *at = &frame; at; at = callerOf(*at)) {
      if (program.function(at->function).id != root.owner) continue;
      if (root.kind == Root::Kind::This) return at->sharesThis;
      return root.kind == Root::Kind::Parameter && root.index < 64 && (at->sharedParameters >> root.index & 1);
    }
    return true;
  }

  static bool isWaiters(HandleSource source, const Frame &frame) {
    switch (source.kind) {
    case HandleSource::Kind::Waiter: return true;
    case HandleSource::Kind::This: return frame.waitsThis;
    case HandleSource::Kind::Parameter: return source.index < 64 && (frame.waitingParameters >> source.index & 1);
    case HandleSource::Kind::Unknown: break;
    }
    return false;
  }

  void report(CallSite use, const Frame &frame, FunctionIndex starter, uint32_t handoff, std::vector<ForeignUse> &into) {
    if (!reported.insert((uint64_t(use.function) << 32) | use.call).second) return;
    ForeignUse made{use, starter, handoff, {}};
    for (const Frame *at = &frame; at->caller != noFrame; at = callerOf(*at)) made.path.push_back(at->from);
    std::reverse(made.path.begin(), made.path.end());
    into.push_back(std::move(made));
  }

  const Frame *callerOf(const Frame &frame) const { return frame.caller == noFrame ? nullptr : &frames[frame.caller]; }

  const Program &program;
  std::vector<Frame> frames; // of one walk
  llvm::DenseSet<std::pair<std::pair<FunctionIndex, unsigned>, std::pair<uint64_t, uint64_t>>> seen;
  llvm::DenseSet<uint64_t> reported;
  ForeignUses found;
};

} // namespace

ForeignUses solveForeignUses(const Program &program) {
  ForeignWalk walk(program);
  for (FunctionIndex i = 0; i < program.functions().size(); ++i)
    for (uint32_t handoff = 0; handoff < program.function(i).handoffs.size(); ++handoff)
      if (program.function(i).handoffs[handoff].runsOn == RunsOn::Offload &&
          !program.function(i).handoffs[handoff].onStrand) walk.walk(i, handoff);
  return walk.take();
}

} // namespace coroguard
