// Virtual calls, callable slots and registered callables: what may run, and when that counts.
#include "program/ways.h"
#include "unit/program/small_program.h"
#include <gtest/gtest.h>

namespace coroguard {
namespace {

using namespace testing;

bool leads(const Program &program, const char *function, VirtualCalls policy, Hold hold = Hold::Sleeps) {
  return bool(program.solveWays(hold, policy).of(index(program, function)));
}

struct Hierarchy : SmallProgram {
  Hierarchy() { call("caller", "base").dispatched = true; }
  void overrides(const char *overrider, const char *base, bool basePure = false) {
    facts.overrides.push_back({facts.strings.add(base), facts.strings.add(overrider), basePure});
  }
};

TEST(Dispatch, CountsWhenEveryKnownOverriderBlocks) {
  Hierarchy p;
  p.overrides("first", "base", true), p.overrides("second", "base", true);
  p.blocks("first"), p.function("second");
  Program one = p.solved();
  EXPECT_FALSE(leads(one, "caller", VirtualCalls::Skip));
  EXPECT_FALSE(leads(one, "caller", VirtualCalls::Declared));
  EXPECT_TRUE(leads(one, "caller", VirtualCalls::All));
  p.blocks("second");
  Program both = p.solved();
  EXPECT_FALSE(leads(both, "caller", VirtualCalls::Skip));
  EXPECT_TRUE(leads(both, "caller", VirtualCalls::Declared));
}

TEST(Dispatch, TheBaseBodyCountsUnlessPure) {
  Hierarchy p;
  p.overrides("first", "base"), p.blocks("first");
  EXPECT_FALSE(leads(p.solved(), "caller", VirtualCalls::Declared)) << "nobody knows the base's body";
  p.function("base");
  EXPECT_FALSE(leads(p.solved(), "caller", VirtualCalls::Declared));
  p.blocks("base");
  EXPECT_TRUE(leads(p.solved(), "caller", VirtualCalls::Declared));
}

TEST(Dispatch, AVirtualFunctionThatNothingOverrides) {
  Hierarchy p;
  p.blocks("base");
  EXPECT_FALSE(leads(p.solved(), "caller", VirtualCalls::Skip));
  EXPECT_TRUE(leads(p.solved(), "caller", VirtualCalls::Declared));
}

TEST(Dispatch, OverridersOfOverriders) {
  Hierarchy p;
  p.overrides("middle", "base", true), p.overrides("leaf", "middle");
  p.blocks("middle"), p.function("leaf");
  EXPECT_FALSE(leads(p.solved(), "caller", VirtualCalls::Declared));
  EXPECT_TRUE(leads(p.solved(), "caller", VirtualCalls::All));
  p.blocks("leaf");
  EXPECT_TRUE(leads(p.solved(), "caller", VirtualCalls::Declared));
}

TEST(Dispatch, AnUnknownOverriderIsNotSure) {
  Hierarchy p;
  p.overrides("first", "base", true), p.overrides("elsewhere", "base", true);
  p.blocks("first");
  EXPECT_FALSE(leads(p.solved(), "caller", VirtualCalls::Declared));
  EXPECT_TRUE(leads(p.solved(), "caller", VirtualCalls::All));
}

TEST(Dispatch, TheWitnessIsTheNearestOverrider) {
  Hierarchy p;
  p.overrides("deep", "base", true), p.overrides("shallow", "base", true);
  p.call("deep", "deeper"), p.blocks("deeper"), p.blocks("shallow");
  Program program = p.solved();
  const Ways &ways = program.ways(Hold::Sleeps);
  const Call &call = program.function(index(program, "caller")).calls[0];
  EXPECT_EQ(ways.through(program, call), index(program, "shallow"));
}

TEST(Dispatch, ACoroutineThatOverridesDoesNotSleepInTheCall) {
  Hierarchy p;
  p.overrides("task", "base", true);
  p.coroutine("task"), p.blocks("task");
  EXPECT_FALSE(leads(p.solved(), "caller", VirtualCalls::All));
}

TEST(Dispatch, CyclesThroughVirtualCallsComeToAnEnd) {
  Hierarchy p;
  p.overrides("first", "base", true);
  p.call("first", "caller");
  EXPECT_FALSE(leads(p.solved(), "caller", VirtualCalls::Declared));
  p.blocks("first");
  EXPECT_TRUE(leads(p.solved(), "caller", VirtualCalls::Declared));
}

struct Table : SmallProgram {
  void bind(const char *slot, const char *callable) {
    facts.bindings.push_back({facts.strings.add(slot), facts.strings.add(callable), {}});
  }
  void copy(const char *slot, const char *from) {
    facts.bindings.push_back({facts.strings.add(slot), {}, facts.strings.add(from)});
  }
  Call &callSlot(const char *caller, const char *slot) {
    Call &made = call(caller, "");
    made.callee = {}, made.slot = facts.strings.add(slot);
    return made;
  }
};

TEST(Slots, OneTargetIsACallee) {
  Table p;
  p.callSlot("caller", "handler"), p.bind("handler", "leaf"), p.blocks("leaf");
  EXPECT_TRUE(leads(p.solved(), "caller", VirtualCalls::Declared));
  p.bind("handler", "other"), p.blocks("other");
  EXPECT_FALSE(leads(p.solved(), "caller", VirtualCalls::Declared)) << "one of two";
}

TEST(Slots, CopiesAreFollowedInAnyOrder) {
  Table p;
  p.callSlot("caller", "c"), p.copy("c", "b"), p.copy("b", "a"), p.bind("a", "leaf"), p.blocks("leaf");
  EXPECT_TRUE(leads(p.solved(), "caller", VirtualCalls::Declared));
  p.copy("a", "c");
  EXPECT_TRUE(leads(p.solved(), "caller", VirtualCalls::Declared)) << "around in a circle";
  p.facts.bindings.push_back({p.facts.strings.add("b"), {}, {}});
  EXPECT_FALSE(leads(p.solved(), "caller", VirtualCalls::Declared)) << "something unknown as well";
}

TEST(Slots, ARegisteredCallableIsLoopCode) {
  Table p;
  p.coroutine("serve"), p.callSlot("serve", "Handler::func");
  p.copy("Handler::func", "param"), p.bind("param", "lambda"), p.bind("param", "other lambda");
  p.function("lambda"), p.function("other lambda");
  EXPECT_TRUE(summary(p.solved(), "lambda").onLoop);
  EXPECT_TRUE(summary(p.solved(), "other lambda").onLoop);
}

TEST(Slots, NotLoopCodeWhenOthersCallItToo) {
  Table p;
  p.coroutine("serve"), p.callSlot("serve", "slot"), p.bind("slot", "lambda"), p.function("lambda");
  p.callSlot("offloaded", "slot");
  EXPECT_FALSE(summary(p.solved(), "lambda").onLoop);
}

TEST(Slots, NotLoopCodeWhenCopiedToWhereOthersCallIt) {
  Table p;
  p.coroutine("serve"), p.callSlot("serve", "a"), p.copy("b", "source"), p.copy("a", "source");
  p.bind("source", "lambda"), p.function("lambda");
  EXPECT_TRUE(summary(p.solved(), "lambda").onLoop);
  p.callSlot("offloaded", "b");
  EXPECT_FALSE(summary(p.solved(), "lambda").onLoop);
}

TEST(Slots, WhoeverRegistersChoosesTheThread) {
  Table p;
  p.coroutine("serve"), p.callSlot("serve", "slot"), p.bind("slot", "lambda"), p.function("lambda");
  Program alone = p.solved();
  EXPECT_FALSE(alone.isChosenElsewhere(alone.function(index(alone, "serve")).calls[0]));
  p.callSlot("offloaded", "slot");
  Program both = p.solved();
  EXPECT_TRUE(both.isChosenElsewhere(both.function(index(both, "serve")).calls[0]));
}

TEST(Slots, NotLoopCodeWithAnotherUse) {
  Table p;
  p.coroutine("serve"), p.callSlot("serve", "slot"), p.bind("slot", "plain"), p.function("plain");
  p.call("main", "plain");
  EXPECT_FALSE(summary(p.solved(), "plain").onLoop);
}

TEST(Holds, WaitsAndSleepsAreWaysOfTheirOwn) {
  SmallProgram p;
  p.blocks("leaf").family = p.facts.strings.add("wait");
  p.call("top", "leaf");
  Program program = p.solved();
  EXPECT_FALSE(program.ways(Hold::Sleeps).of(index(program, "top")));
  EXPECT_TRUE(program.ways(Hold::Waits).of(index(program, "top")));
  EXPECT_EQ(summary(program, "top").blocks, Blocks::No);
}

TEST(Holds, RunningALoopHasAWitness) {
  SmallProgram p;
  p.runsLoop("leaf"), p.call("top", "leaf");
  Program program = p.solved();
  EXPECT_EQ(program.ways(Hold::RunsLoop).of(index(program, "top")).depth, 2u);
}

TEST(Holds, FibersAndOtherLoops) {
  SmallProgram p;
  for (const char *name : {"fiber", "shard", "both"}) p.function(name);
  p.handOff("main", "fiber", RunsOn::Fiber), p.handOff("main", "shard", RunsOn::OtherLoop);
  p.handOff("main", "both", RunsOn::Fiber), p.handOff("main", "both", RunsOn::Loop);
  Program program = p.solved();
  EXPECT_TRUE(summary(program, "fiber").onFiber && !summary(program, "fiber").onLoop);
  EXPECT_TRUE(summary(program, "shard").onLoop);
  EXPECT_TRUE(summary(program, "both").onLoop && !summary(program, "both").onFiber);
}

} // namespace
} // namespace coroguard
