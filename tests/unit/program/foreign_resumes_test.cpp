// Program::foreignResumes and signalUses: what runs on threads and in signal handlers that must not.
#include "unit/program/small_program.h"
#include <gtest/gtest.h>

namespace coroguard {
namespace {

using namespace testing;
using Kind = HandleSource::Kind;

Call &resumes(SmallProgram &p, const std::string &caller, Kind kind, uint32_t index = 0) {
  Call &call = p.call(caller, "resume");
  call.meaning = Meaning::Resumes;
  call.resumesHandle = true;
  call.handle = {kind, index};
  return call;
}

/// The functions in which something was found, each with the number of calls that lead there.
std::vector<std::string> found(const std::vector<ForeignUse> &uses, const Program &program) {
  std::vector<std::string> result;
  for (const ForeignUse &use : uses)
    result.push_back(std::string(program.text(program.function(use.use.function).name)) + " " + std::to_string(use.path.size()));
  return result;
}
using Found = std::vector<std::string>;
Found foreignResumes(const SmallProgram &p) {
  Program program = p.solved();
  return found(program.foreignResumes(), program);
}
Found signalUses(const SmallProgram &p) {
  Program program = p.solved();
  return found(program.signalUses(), program);
}

TEST(ForeignResumes, OfAHandleThatTheThreadTookAlong) {
  SmallProgram p;
  p.handOff("await_suspend", "entry", RunsOn::Offload);
  resumes(p, "entry", Kind::Waiter);
  EXPECT_EQ(foreignResumes(p), Found{"entry 0"});
}

TEST(ForeignResumes, WhatTheEntryIsGivenCounts) {
  SmallProgram p;
  p.handOff("await_suspend", "entry", RunsOn::Offload);
  resumes(p, "entry", Kind::Parameter), resumes(p, "entry", Kind::This);
  EXPECT_EQ(foreignResumes(p), (Found{"entry 0", "entry 0"}));
}

TEST(ForeignResumes, NotOfAnUnknownHandle) {
  SmallProgram p;
  p.handOff("await_suspend", "entry", RunsOn::Offload);
  resumes(p, "entry", Kind::Unknown);
  EXPECT_EQ(foreignResumes(p), Found{});
}

TEST(ForeignResumes, OnlyOnOtherThreads) {
  for (RunsOn runs : {RunsOn::Loop, RunsOn::OtherLoop, RunsOn::Unknown, RunsOn::Signal}) {
    SmallProgram p;
    p.handOff("await_suspend", "entry", runs);
    resumes(p, "entry", Kind::Waiter);
    EXPECT_EQ(foreignResumes(p), Found{});
  }
}

TEST(ForeignResumes, HandlesTravelThroughCalls) {
  SmallProgram p;
  p.handOff("await_suspend", "entry", RunsOn::Offload);
  p.call("entry", "helper").handles = {{}, {Kind::Waiter, 0}};
  p.call("helper", "method").handle = {Kind::Parameter, 1};
  resumes(p, "helper", Kind::Parameter, 0);
  resumes(p, "method", Kind::This);
  EXPECT_EQ(foreignResumes(p), Found{"method 2"});
}

TEST(ForeignResumes, WhatComesOutOfAQueueIsNotTheWaiters) {
  SmallProgram p;
  p.handOff("main", "worker", RunsOn::Offload);
  p.call("worker", "run_one").handles = {{}};
  resumes(p, "run_one", Kind::Parameter);
  EXPECT_EQ(foreignResumes(p), Found{});
}

TEST(ForeignResumes, AThreadThatRunsItsLoopIsItsThread) {
  SmallProgram p;
  p.handOff("await_suspend", "entry", RunsOn::Offload);
  p.runsLoop("entry"), resumes(p, "entry", Kind::Waiter);
  EXPECT_EQ(foreignResumes(p), Found{});
}

TEST(SignalUses, WhateverReachesALoop) {
  SmallProgram p;
  p.handOff("main", "handler", RunsOn::Signal);
  p.usesTimer("handler", Root());
  p.runsLoop("handler");
  resumes(p, "handler", Kind::Unknown);
  p.call("handler", "post").touchesLoop = true;
  p.call("handler", "write");
  EXPECT_EQ(signalUses(p), (Found{"handler 0", "handler 0", "handler 0", "handler 0"}));
}

TEST(SignalUses, CreatingACoroutine) {
  SmallProgram p;
  p.handOff("main", "handler", RunsOn::Signal);
  p.coroutine("task"), p.call("task", "post").touchesLoop = true;
  p.call("handler", "task");
  EXPECT_EQ(signalUses(p), Found{"handler 0"});
}

TEST(SignalUses, ThroughHelpersOnce) {
  SmallProgram p;
  p.handOff("main", "handler", RunsOn::Signal), p.handOff("main", "other", RunsOn::Signal);
  p.call("handler", "helper"), p.call("other", "helper"), p.call("helper", "helper");
  p.usesTimer("helper", Root());
  EXPECT_EQ(signalUses(p), Found{"helper 1"});
}

TEST(SignalUses, OnlyInSignalHandlers) {
  for (RunsOn runs : {RunsOn::Loop, RunsOn::OtherLoop, RunsOn::Unknown, RunsOn::Offload}) {
    SmallProgram p;
    p.handOff("main", "callback", runs);
    p.call("callback", "post").touchesLoop = true;
    EXPECT_EQ(signalUses(p), Found{});
  }
}

} // namespace
} // namespace coroguard
