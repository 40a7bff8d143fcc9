// Summary::blocks: who may sleep, with which witness.
#include "unit/program/small_program.h"
#include <ctime>
#include <gtest/gtest.h>
#include <random>
#include <set>

namespace coroguard {
namespace {

using namespace testing;

Blocks blocksOf(const SmallProgram &program, const char *name) { return summary(program.solved(), name).blocks; }

/// The names along the witnesses, from this function to the call that sleeps.
std::vector<std::string> chain(const Program &program, std::string_view from) {
  std::vector<std::string> names{std::string(from)};
  for (FunctionIndex at = index(program, from); at != noFunction;) {
    const Call &step = program.function(at).calls[program.summary(at).blockingCall];
    names.emplace_back(program.text(step.name));
    at = step.meaning == Meaning::Blocks ? noFunction : program.runsDuring(step);
  }
  return names;
}
using Chain = std::vector<std::string>;

TEST(Blocking, DirectAndThroughHelpers) {
  SmallProgram p;
  p.blocks("leaf");
  p.call("middle", "leaf");
  p.call("top", "middle");
  p.call("apart", "elsewhere");
  Program program = p.solved();
  EXPECT_EQ(chain(program, "leaf"), (Chain{"leaf", "sleep"}));
  EXPECT_EQ(chain(program, "top"), (Chain{"top", "middle", "leaf", "sleep"}));
  EXPECT_EQ(summary(program, "top").blockingDepth, 3u);
  EXPECT_EQ(summary(program, "apart").blocks, Blocks::No);
}

TEST(Blocking, TheShortestChainIsTheWitness) {
  SmallProgram p;
  p.call("top", "long1"), p.call("long1", "long2"), p.call("long2", "leaf");
  p.call("top", "short"), p.call("short", "leaf");
  p.blocks("leaf");
  EXPECT_EQ(chain(p.solved(), "top"), (Chain{"top", "short", "leaf", "sleep"}));
}

TEST(Blocking, OfEquallyShortChainsTheFirstCallWins) {
  SmallProgram p;
  p.call("top", "z"), p.call("top", "a");
  p.blocks("a"), p.blocks("z");
  EXPECT_EQ(chain(p.solved(), "top"), (Chain{"top", "z", "sleep"}));
}

TEST(Blocking, OfSeveralSleepsTheFirstWins) {
  SmallProgram p;
  p.blocks("leaf", "zzz"), p.blocks("leaf", "aaa");
  EXPECT_EQ(chain(p.solved(), "leaf"), (Chain{"leaf", "zzz"}));
}

TEST(Blocking, AnOwnSleepBeatsAHelpers) {
  SmallProgram p;
  p.call("top", "leaf"), p.blocks("leaf"), p.blocks("top", "fsync");
  EXPECT_EQ(chain(p.solved(), "top"), (Chain{"top", "fsync"}));
}

TEST(Blocking, CyclesComeToAnEnd) {
  SmallProgram p;
  p.call("a", "b"), p.call("b", "a"), p.call("b", "c"), p.call("c", "c"), p.blocks("c");
  p.call("quiet", "calm"), p.call("calm", "quiet");
  Program program = p.solved();
  EXPECT_EQ(chain(program, "a"), (Chain{"a", "b", "c", "sleep"}));
  EXPECT_EQ(summary(program, "quiet").blocks, Blocks::No);
}

TEST(Blocking, UnknownCallsMakeItUnknownAndTravel) {
  SmallProgram p;
  p.function("indirect").hasIndirectCalls = true;
  p.call("top", "indirect");
  p.call("sure", "indirect"), p.blocks("sure");
  EXPECT_EQ(blocksOf(p, "indirect"), Blocks::Unknown);
  EXPECT_EQ(blocksOf(p, "top"), Blocks::Unknown);
  EXPECT_EQ(blocksOf(p, "sure"), Blocks::Yes);
}

TEST(Blocking, AVoucherEndsEveryChain) {
  SmallProgram p;
  p.blocks("leaf"), p.call("vouched", "leaf"), p.call("top", "vouched");
  p.function("vouched").neverBlocks = true;
  p.blocks("own"), p.function("own").neverBlocks = true;
  p.function("unknown").neverBlocks = p.function("unknown").hasIndirectCalls = true;
  EXPECT_EQ(blocksOf(p, "vouched"), Blocks::No);
  EXPECT_EQ(blocksOf(p, "top"), Blocks::No);
  EXPECT_EQ(blocksOf(p, "own"), Blocks::No);
  EXPECT_EQ(blocksOf(p, "unknown"), Blocks::No);
}

TEST(Blocking, CallsThatDoNotRunTheBodyHere) {
  SmallProgram p;
  p.blocks("leaf");
  p.call("dispatches", "unknown override").dispatched = true;
  p.coroutine("task"), p.call("task", "leaf").offLoop = true;
  p.coroutine("sleeps"), p.blocks("sleeps");
  p.call("creates", "sleeps");
  p.coroutine("awaits"), p.await("awaits", "sleeps");
  EXPECT_EQ(blocksOf(p, "dispatches"), Blocks::No);
  EXPECT_EQ(blocksOf(p, "task"), Blocks::No);
  EXPECT_EQ(blocksOf(p, "sleeps"), Blocks::Yes);
  EXPECT_EQ(blocksOf(p, "creates"), Blocks::No);
  EXPECT_EQ(blocksOf(p, "awaits"), Blocks::No) << "whoever awaits does not sleep in that call";
}

// --- The solver against the definition ------------------------------------------------------------------------------------

/// A random call graph; the answers of the obvious algorithm, repeated until nothing changes.
struct RandomGraph {
  explicit RandomGraph(unsigned seed) : random(seed), size(2 + random() % 12) {
    for (unsigned i = 0; i < size; ++i) program.function(name(i));
    for (unsigned i = 0; i < size; ++i) {
      program.function(name(i)).neverBlocks = random() % 8 == 0;
      for (unsigned calls = random() % 4; calls > 0; --calls) add(i, random() % size);
      if (random() % 6 == 0) program.blocks(name(i)), depth[i] = 1;
    }
    for (unsigned i = 0; i < size; ++i)
      if (program.function(name(i)).neverBlocks) depth.erase(i);
    spread();
  }
  static std::string name(unsigned i) { return "f" + std::to_string(100 + i); }
  void add(unsigned from, unsigned to) {
    edges.emplace(from, to);
    program.call(name(from), name(to));
  }
  void spread() {
    for (unsigned round = 0; round < size; ++round)
      for (auto [from, to] : edges) {
        if (!depth.count(to) || program.function(name(from)).neverBlocks) continue;
        unsigned through = depth[to] + 1;
        if (!depth.count(from) || depth[from] > through) depth[from] = through;
      }
  }

  std::mt19937 random;
  unsigned size;
  SmallProgram program;
  std::set<std::pair<unsigned, unsigned>> edges;
  std::map<unsigned, unsigned> depth; // shortest chains
};

TEST(Blocking, AgreesWithTheDefinitionOnRandomPrograms) {
  for (unsigned seed = 0; seed < 500; ++seed) {
    RandomGraph graph(seed);
    Program program = graph.program.solved();
    for (unsigned i = 0; i < graph.size; ++i) {
      const Summary &found = summary(program, graph.name(i));
      ASSERT_EQ(found.blocks == Blocks::Yes, graph.depth.count(i) == 1) << "seed " << seed << " function " << i;
      if (found.blocks != Blocks::Yes) continue;
      ASSERT_EQ(found.blockingDepth, graph.depth[i]) << "seed " << seed << " function " << i;
      ASSERT_EQ(chain(program, graph.name(i)).size(), graph.depth[i] + 1) << "seed " << seed << " function " << i;
    }
  }
}

// --- Size --------------------------------------------------------------------------------------------------------------------

/// f0 calls f1 calls f2 ...; the last one sleeps. Made by hand: SmallProgram searches by name.
Facts longChain(unsigned length) {
  Facts facts;
  Place place{facts.strings.add("/program.cpp"), 1, 1};
  auto id = [&](unsigned i) { return facts.strings.add("f" + std::to_string(i)); };
  for (unsigned i = 0; i < length; ++i) {
    Function function;
    function.id = function.name = id(i);
    function.place = place;
    Call call;
    call.place = place;
    call.callee = call.name = id(i + 1);
    if (i + 1 == length) call.meaning = Meaning::Blocks;
    function.calls.push_back(call);
    facts.functions.push_back(function);
  }
  return facts;
}

/// Of this process alone: the machine may have other work.
double secondsToSolve(unsigned length) {
  Facts facts = longChain(length), canonical = merge({&facts});
  std::clock_t start = std::clock();
  Program program(std::move(canonical));
  std::clock_t end = std::clock();
  EXPECT_EQ(summary(program, "f0").blockingDepth, length);
  return double(end - start) / CLOCKS_PER_SEC;
}

TEST(Blocking, AHundredThousandFunctionsDeep) {
  double small = std::min({secondsToSolve(25000), secondsToSolve(25000), secondsToSolve(25000)});
  double large = std::min({secondsToSolve(100000), secondsToSolve(100000), secondsToSolve(100000)});
  EXPECT_LT(large, 16 * small + 0.05) << "four times the functions took more than sixteen times as long";
}

} // namespace
} // namespace coroguard
