// Summary::onLoop and Summary::runsLoop.
#include "unit/program/small_program.h"
#include <gtest/gtest.h>

namespace coroguard {
namespace {

using namespace testing;

bool onLoop(const SmallProgram &program, const char *name) { return summary(program.solved(), name).onLoop; }

TEST(LoopCode, ACoroutineIsUnlessKnownOtherwise) {
  SmallProgram p;
  p.coroutine("task");
  p.function("plain");
  EXPECT_TRUE(onLoop(p, "task"));
  EXPECT_FALSE(onLoop(p, "plain"));
}

TEST(LoopCode, ACallbackGivenToALoopIs) {
  SmallProgram p;
  p.function("loop"), p.function("thread"), p.function("unknown"), p.function("here");
  p.handOff("main", "loop", RunsOn::Loop);
  p.handOff("main", "thread", RunsOn::Offload);
  p.handOff("main", "unknown", RunsOn::Unknown);
  EXPECT_TRUE(onLoop(p, "loop"));
  EXPECT_FALSE(onLoop(p, "thread"));
  EXPECT_FALSE(onLoop(p, "unknown"));
}

TEST(LoopCode, ACoroutineStartedOnlyOnAPoolIsNot) {
  SmallProgram p;
  p.coroutine("task");
  p.call("main", "task");
  p.handOff("main", "task", RunsOn::Offload);
  EXPECT_FALSE(onLoop(p, "task"));
}

TEST(LoopCode, OneStartElsewhereIsEnough) {
  for (RunsOn elsewhere : {RunsOn::Loop, RunsOn::Unknown}) {
    SmallProgram p;
    p.coroutine("task");
    p.call("main", "task"), p.handOff("main", "task", RunsOn::Offload);
    p.call("other", "task"), p.handOff("other", "task", elsewhere);
    EXPECT_TRUE(onLoop(p, "task"));
  }
  SmallProgram p;
  p.coroutine("task");
  p.call("main", "task"), p.handOff("main", "task", RunsOn::Offload);
  p.call("keeper", "task"); // its task is used in another way
  EXPECT_TRUE(onLoop(p, "task"));
}

TEST(LoopCode, WhatAPoolsCoroutineAwaitsRunsOnThePool) {
  SmallProgram p;
  p.coroutine("inner"), p.coroutine("middle"), p.coroutine("outer");
  p.await("middle", "inner"), p.await("outer", "middle");
  p.call("main", "outer"), p.handOff("main", "outer", RunsOn::Offload);
  EXPECT_FALSE(onLoop(p, "outer"));
  EXPECT_FALSE(onLoop(p, "middle"));
  EXPECT_FALSE(onLoop(p, "inner"));
  p.coroutine("on_loop"), p.await("on_loop", "inner");
  EXPECT_TRUE(onLoop(p, "inner"));
  EXPECT_FALSE(onLoop(p, "middle"));
}

TEST(LoopCode, WhatIsAwaitedAfterAHopRunsOnThePool) {
  SmallProgram p;
  p.coroutine("task"), p.coroutine("outer");
  p.await("outer", "task").offLoop = true;
  EXPECT_FALSE(onLoop(p, "task"));
  EXPECT_TRUE(onLoop(p, "outer"));
}

TEST(LoopCode, CoroutinesThatAwaitThemselvesOrEachOtherAre) {
  SmallProgram p;
  p.coroutine("self"), p.coroutine("ping"), p.coroutine("pong");
  p.await("self", "self"), p.await("ping", "pong"), p.await("pong", "ping");
  for (const char *name : {"self", "ping", "pong"}) EXPECT_TRUE(onLoop(p, name)) << name;
}

TEST(LoopCode, AGeneratorRunsOnWhoeverIterates) {
  SmallProgram p;
  p.coroutine("numbers").isGenerator = true;
  EXPECT_FALSE(onLoop(p, "numbers"));
}

TEST(LoopCode, CyclesOfAwaitsComeToAnEnd) {
  SmallProgram p;
  p.coroutine("a"), p.coroutine("b"), p.coroutine("start");
  p.await("a", "b"), p.await("b", "a"), p.await("start", "a");
  EXPECT_TRUE(onLoop(p, "a"));
  EXPECT_TRUE(onLoop(p, "b"));
}

TEST(LoopRunners, RunningTravelsToCallers) {
  SmallProgram p;
  p.runsLoop("serve"), p.call("worker", "serve"), p.call("main", "worker");
  p.call("apart", "elsewhere");
  Program program = p.solved();
  EXPECT_TRUE(summary(program, "serve").runsLoop);
  EXPECT_TRUE(summary(program, "main").runsLoop);
  EXPECT_FALSE(summary(program, "apart").runsLoop);
}

TEST(LoopCode, AFunctionThatGivesALoopsTaskIsPerhapsOnAFiber) {
  SmallProgram p;
  for (const char *name : {"alone", "outer", "inner", "awaited"}) p.function(name).givesLoopsTask = true;
  p.call("outer", "inner");
  p.coroutine("task"), p.call("task", "awaited");
  p.call("main", "outer");
  Program program = p.solved();
  EXPECT_TRUE(summary(program, "alone").onFiber && summary(program, "outer").onFiber);
  EXPECT_FALSE(summary(program, "inner").onFiber || summary(program, "awaited").onFiber); // their callers are known
  EXPECT_FALSE(summary(program, "main").onFiber || summary(program, "alone").onLoop);
}

} // namespace
} // namespace coroguard
