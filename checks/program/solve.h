// The steps of solving, each from a linked program to one property of it; linear in the number of calls.
#pragma once
#include "program/program.h"
#include <span>

namespace coroguard {

/// The calls of a program by callee: for every function, who runs it during which call.
class CallersIndex {
public:
  explicit CallersIndex(const Program &program);

  /// Functions, then the groups of virtual functions (Program::dispatch).
  uint32_t nodes() const { return starts.size() - 1; }

  /// In the order of callers and of their calls.
  std::span<const CallSite> callersOf(uint32_t callee) const {
    return {sites.data() + starts[callee], sites.data() + starts[callee + 1]};
  }
  /// The groups, as nodes, that this function or group is a member of.
  std::span<const uint32_t> groupsWith(uint32_t member) const {
    return {groups.data() + groupStarts[member], groups.data() + groupStarts[member + 1]};
  }

private:
  void indexSites(const Program &program);
  void indexGroups(const Program &program);

  std::vector<uint32_t> starts, groupStarts;
  std::vector<CallSite> sites;
  std::vector<uint32_t> groups;
};

/// Summary::blocks, from the ways to what sleeps.
void solveBlocking(const Program &program, const CallersIndex &callers, const Ways &sleeps, std::vector<Summary> &summaries);

/// Summary::runsLoop.
void solveLoopRunners(const Program &program, const CallersIndex &callers, std::vector<Summary> &summaries);

/// Summary::onLoop and onFiber.
void solveLoopCode(const Program &program, std::vector<Summary> &summaries);

/// Summary::calledOnLoop, with a shortest chain of calls, and onFiber of what no such chain leads to; needs onLoop.
void solveCalledOnLoop(const Program &program, std::vector<Summary> &summaries);

/// Summary::resumes with a shortest witness.
void solveResumes(const Program &program, const CallersIndex &callers, std::vector<Summary> &summaries);

/// Program::foreignUses and foreignResumes; needs runsLoop.
ForeignUses solveForeignUses(const Program &program, const CallersIndex &callers);

/// Program::signalUses.
std::vector<ForeignUse> solveSignalUses(const Program &program);

} // namespace coroguard
