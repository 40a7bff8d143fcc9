// Summary::resumes: who may resume coroutines, with which witness; Summary::calledOnLoop: which helpers run on a loop.
#include "unit/program/small_program.h"
#include <gtest/gtest.h>

namespace coroguard {
namespace {

using namespace testing;

std::string witness(const Program &program, const char *name) {
  const Function &function = program.function(index(program, name));
  return std::string(program.text(function.calls[summary(program, name).resumingCall].name));
}

TEST(Resumes, DirectAndThroughHelpers) {
  SmallProgram p;
  p.resumes("leaf"), p.call("middle", "leaf"), p.call("top", "middle"), p.call("apart", "elsewhere");
  Program program = p.solved();
  EXPECT_TRUE(summary(program, "leaf").resumes);
  EXPECT_TRUE(summary(program, "top").resumes);
  EXPECT_FALSE(summary(program, "apart").resumes);
  EXPECT_EQ(witness(program, "leaf"), "resume");
  EXPECT_EQ(witness(program, "top"), "middle");
}

TEST(Resumes, TheShortestChainIsTheWitness) {
  SmallProgram p;
  p.call("top", "long"), p.call("long", "leaf"), p.call("top", "leaf"), p.resumes("leaf");
  EXPECT_EQ(witness(p.solved(), "top"), "leaf");
}

TEST(Resumes, ACoroutineResumesWhenItRunsItself) {
  SmallProgram p;
  p.coroutine("job"), p.resumes("job"), p.call("creates", "job");
  Program program = p.solved();
  EXPECT_TRUE(summary(program, "job").resumes);
  EXPECT_FALSE(summary(program, "creates").resumes);
}

TEST(Resumes, RecursionEnds) {
  SmallProgram p;
  p.call("a", "b"), p.call("b", "a"), p.resumes("b");
  EXPECT_TRUE(summary(p.solved(), "a").resumes);
}

TEST(CalledOnLoop, HelpersOfCoroutinesAndCallbacks) {
  SmallProgram p;
  p.coroutine("job"), p.call("job", "helper"), p.call("helper", "inner"), p.function("inner"), p.function("apart");
  p.function("callback"), p.handOff("main", "callback", RunsOn::Loop), p.call("callback", "other"), p.function("other");
  Program program = p.solved();
  EXPECT_EQ(summary(program, "helper").calledOnLoop.function, index(program, "job"));
  EXPECT_EQ(summary(program, "inner").calledOnLoop.function, index(program, "helper"));
  EXPECT_EQ(summary(program, "other").calledOnLoop.function, index(program, "callback"));
  EXPECT_EQ(summary(program, "apart").calledOnLoop.function, noFunction);
  EXPECT_EQ(summary(program, "job").calledOnLoop.function, noFunction);
}

TEST(CalledOnLoop, NotBehindAHopToAPool) {
  SmallProgram p;
  p.coroutine("job"), p.call("job", "helper").offLoop = true, p.function("helper");
  EXPECT_EQ(summary(p.solved(), "helper").calledOnLoop.function, noFunction);
}

} // namespace
} // namespace coroguard
