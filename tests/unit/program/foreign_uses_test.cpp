// Program::foreignUses: a loop-bound object on another thread, with the way that leads there.
#include "unit/program/small_program.h"
#include <gtest/gtest.h>

namespace coroguard {
namespace {

using namespace testing;
using Kind = Root::Kind;

/// "starter > caller > ... > function of the use", one per use, in the order found.
std::vector<std::string> uses(const SmallProgram &p) {
  Program program = p.solved();
  std::vector<std::string> result;
  for (const ForeignUse &use : program.foreignUses()) {
    std::string text(program.text(program.function(use.starter).name));
    for (CallSite step : use.path) text += " > " + std::string(program.text(program.function(step.function).name));
    result.push_back(text + " > " + std::string(program.text(program.function(use.use.function).name)));
  }
  return result;
}
using Uses = std::vector<std::string>;

TEST(ForeignUses, TheCreatorsObjectInTheThread) {
  SmallProgram p;
  p.handOff("main", "entry", RunsOn::Offload);
  p.usesTimer("entry", p.root(Kind::Variable, "main"));
  EXPECT_EQ(uses(p), Uses{"main > entry"});
}

TEST(ForeignUses, OnlyOnOtherThreads) {
  for (RunsOn runs : {RunsOn::Loop, RunsOn::Unknown, RunsOn::Here}) {
    SmallProgram p;
    p.handOff("main", "entry", runs);
    p.usesTimer("entry", p.root(Kind::Variable, "main"));
    EXPECT_EQ(uses(p), Uses{});
  }
}

TEST(ForeignUses, RootsThatAreNotTheCreators) {
  SmallProgram p;
  p.handOff("main", "entry", RunsOn::Offload);
  p.usesTimer("entry", p.root(Kind::Variable, "entry"));
  p.usesTimer("entry", p.root(Kind::Parameter, "entry"));
  p.usesTimer("entry", p.root(Kind::This, "entry"));
  p.usesTimer("entry", Root());
  EXPECT_EQ(uses(p), Uses{});
}

TEST(ForeignUses, GlobalsBelongToEverybody) {
  SmallProgram p;
  p.handOff("main", "entry", RunsOn::Offload);
  p.usesTimer("entry", {Kind::Global, 0, {}});
  EXPECT_EQ(uses(p), Uses{"main > entry"});
}

TEST(ForeignUses, BoundObjectAndArguments) {
  SmallProgram p;
  Handoff &start = p.handOff("main", "entry", RunsOn::Offload);
  start.object = p.root(Kind::Variable, "main");
  start.arguments = {Root(), p.root(Kind::Variable, "main")};
  p.usesTimer("entry", p.root(Kind::This, "entry"));
  p.usesTimer("entry", p.root(Kind::Parameter, "entry", 0));
  p.usesTimer("entry", p.root(Kind::Parameter, "entry", 1));
  EXPECT_EQ(uses(p), (Uses{"main > entry", "main > entry"}));
}

TEST(ForeignUses, ObjectsTravelThroughCalls) {
  SmallProgram p;
  p.handOff("main", "entry", RunsOn::Offload);
  p.call("entry", "helper").arguments = {p.root(Kind::Variable, "entry"), p.root(Kind::Variable, "main")};
  p.call("helper", "method").object = p.root(Kind::Parameter, "helper", 1);
  p.usesTimer("helper", p.root(Kind::Parameter, "helper", 0));
  p.usesTimer("method", p.root(Kind::This, "method"));
  EXPECT_EQ(uses(p), Uses{"main > entry > helper > method"});
}

TEST(ForeignUses, TheShortestWayIsPrinted) {
  SmallProgram p;
  p.handOff("main", "entry", RunsOn::Offload);
  p.call("entry", "detour"), p.call("detour", "use"), p.call("entry", "use");
  p.usesTimer("use", {Kind::Global, 0, {}});
  EXPECT_EQ(uses(p), Uses{"main > entry > use"});
}

TEST(ForeignUses, OnceHoweverManyThreads) {
  SmallProgram p;
  p.handOff("a", "entry", RunsOn::Offload);
  p.handOff("b", "entry", RunsOn::Offload);
  p.usesTimer("entry", {Kind::Global, 0, {}});
  EXPECT_EQ(uses(p).size(), 1u);
}

TEST(ForeignUses, AThreadThatRunsItsLoopIsItsThread) {
  SmallProgram p;
  p.handOff("main", "entry", RunsOn::Offload);
  p.call("entry", "serve"), p.runsLoop("serve");
  p.usesTimer("entry", {Kind::Global, 0, {}});
  EXPECT_EQ(uses(p), Uses{});
}

TEST(ForeignUses, CoroutinesAreLeftAlone) {
  SmallProgram p;
  p.coroutine("task"), p.usesTimer("task", {Kind::Global, 0, {}});
  p.handOff("main", "task", RunsOn::Offload);
  p.handOff("main", "entry", RunsOn::Offload), p.call("entry", "task");
  EXPECT_EQ(uses(p), Uses{});
}

TEST(ForeignUses, RecursionComesToAnEnd) {
  SmallProgram p;
  p.handOff("main", "entry", RunsOn::Offload);
  p.call("entry", "a").arguments = {p.root(Kind::Variable, "main")};
  p.call("a", "b").arguments = {p.root(Kind::Parameter, "a")};
  p.call("b", "a").arguments = {p.root(Kind::Parameter, "b")};
  p.usesTimer("b", p.root(Kind::Parameter, "b"));
  EXPECT_EQ(uses(p), Uses{"main > entry > a > b"});
}

TEST(ForeignUses, AVirtualCallIsNotFollowed) {
  SmallProgram p;
  p.handOff("main", "entry", RunsOn::Offload);
  p.call("entry", "use").dispatched = true;
  p.usesTimer("use", {Kind::Global, 0, {}});
  EXPECT_EQ(uses(p), Uses{});
}

/// The walk keeps its frames on the heap and never looks at one twice.
TEST(ForeignUses, AHundredThousandCallsDeep) {
  Facts facts;
  Place place{facts.strings.add("/program.cpp"), 1, 1};
  constexpr unsigned length = 100000;
  auto id = [&](unsigned i) { return facts.strings.add("f" + std::to_string(i)); };
  for (unsigned i = 0; i < length; ++i) {
    Function function;
    function.id = function.name = id(i);
    function.place = place;
    Call call;
    call.place = place;
    call.callee = call.name = id(i + 1);
    if (i + 1 == length) call.meaning = Meaning::UsesLoopBound, call.object.kind = Kind::Global;
    function.calls.push_back(call);
    if (i == 0) function.handoffs.push_back({place, id(1), id(1), {}, RunsOn::Offload, false, {}, {}});
    facts.functions.push_back(function);
  }
  Program program(merge({&facts}));
  ASSERT_EQ(program.foreignUses().size(), 1u);
  EXPECT_EQ(program.foreignUses()[0].path.size(), length - 2);
}

// --- What one walk knows of another ----------------------------------------------------------------------------------------

TEST(ForeignUses, ASecondThreadThatSharesMoreIsFollowed) {
  SmallProgram p;
  p.usesTimer("helper", p.root(Root::Kind::Parameter, "helper"));
  p.call("first", "helper").arguments = {{}}; // an object of its own
  p.call("second", "helper").arguments = {p.root(Root::Kind::Global, "")};
  p.handOff("main", "first", RunsOn::Offload);
  p.handOff("main", "second", RunsOn::Offload);
  Program program = p.solved();
  ASSERT_EQ(program.foreignUses().size(), 1u);
  EXPECT_EQ(program.foreignUses()[0].path.size(), 1u);
}

TEST(ForeignUses, ALambdaKnowsItsOwnersCallThroughAnAlgorithm) {
  SmallProgram p; // entry -> owner -> algorithm -> lambda, which uses the owner's parameter
  p.usesTimer("lambda", p.root(Root::Kind::Parameter, "owner"));
  p.call("algorithm", "lambda");
  p.call("owner", "algorithm");
  p.call("entry", "owner").arguments = {{}};
  p.handOff("main", "entry", RunsOn::Offload);
  EXPECT_TRUE(p.solved().foreignUses().empty());
  p.call("other", "owner").arguments = {p.root(Root::Kind::Global, "")};
  p.handOff("main", "other", RunsOn::Offload);
  EXPECT_EQ(p.solved().foreignUses().size(), 1u);
}

TEST(ForeignUses, ALambdaThatItsOwnerAlsoGivesToAThread) {
  SmallProgram p;
  p.usesTimer("lambda", p.root(Root::Kind::Parameter, "owner"));
  p.call("owner", "lambda");
  p.call("entry", "owner").arguments = {{}};
  p.handOff("main", "entry", RunsOn::Offload);
  p.handOff("owner", "lambda", RunsOn::Offload); // there, the owner's call is the creator's
  EXPECT_EQ(p.solved().foreignUses().size(), 1u);
}

} // namespace
} // namespace coroguard
