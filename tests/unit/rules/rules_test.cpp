// Options of the rules and what evaluateRules does with their findings; what they find is in tests/cases.
#include "rules/evaluate.h"
#include "unit/program/small_program.h"
#include <gmock/gmock.h>

namespace coroguard {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<Diagnostic> run(const SmallProgram &program, const char *rule, OptionValues options = {}) {
  const RegisteredRule *registered = findRule(rule);
  EXPECT_NE(registered, nullptr) << rule;
  SelectedRule selected = withDefaults(*registered);
  selected.options = std::move(options);
  return evaluateRules(program.solved(), {selected});
}

std::vector<std::string> messages(const std::vector<Diagnostic> &found) {
  std::vector<std::string> result;
  for (const Diagnostic &diagnostic : found) result.push_back(diagnostic.message);
  return result;
}

// --- evaluateRules -----------------------------------------------------------------------------------------------------------

TEST(EvaluateRules, UnknownIdsAreNotRules) {
  EXPECT_EQ(findRule("no-such-rule"), nullptr);
  EXPECT_EQ(findRule("coroguard-blocking-call"), nullptr);
}

TEST(EvaluateRules, FindingsCarryTheIdAndTheConfiguredSeverity) {
  SmallProgram p;
  p.coroutine("task"), p.blocks("task");
  SelectedRule selected = withDefaults(*findRule("blocking-call"));
  selected.severity = Severity::Error;
  std::vector<Diagnostic> found = evaluateRules(p.solved(), {selected});
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].rule, "blocking-call");
  EXPECT_EQ(found[0].severity, Severity::Error);
}

TEST(EvaluateRules, OnePlaceIsReportedOncePerRule) {
  SmallProgram p;
  p.coroutine("instance<int>"), p.coroutine("instance<char>");
  Place place = p.blocks("instance<int>").place;
  p.blocks("instance<char>").place = place;
  EXPECT_THAT(run(p, "blocking-call"), SizeIs(1));
}

TEST(EvaluateRules, FindingsAreSortedByPlace) {
  SmallProgram p;
  p.coroutine("z"), p.blocks("z"), p.blocks("z");
  p.coroutine("a"), p.blocks("a");
  std::vector<Diagnostic> found = run(p, "blocking-call");
  ASSERT_THAT(found, SizeIs(3));
  EXPECT_LT(found[0].location, found[1].location);
  EXPECT_LT(found[1].location, found[2].location);
}

TEST(EvaluateRules, AnEmptyProgramHasNoFindings) {
  for (const RegisteredRule &rule : allRules()) EXPECT_THAT(run(SmallProgram(), rule.rule.info.id), IsEmpty());
}

// --- blocking-call ---------------------------------------------------------------------------------------------------------------

OptionValues allowing(std::vector<std::string> names) {
  OptionValues options;
  options.set("allow", std::move(names));
  return options;
}

TEST(BlockingCall, AllowedFunctionsMayBlock) {
  SmallProgram p;
  p.blocks("leaf", "fsync"), p.call("helper", "leaf");
  p.coroutine("direct"), p.blocks("direct", "fsync");
  p.coroutine("through"), p.call("through", "helper");
  EXPECT_THAT(run(p, "blocking-call"), SizeIs(2));
  EXPECT_THAT(run(p, "blocking-call", allowing({"fsync"})), IsEmpty());
  EXPECT_THAT(run(p, "blocking-call", allowing({"sleep"})), SizeIs(2));
  EXPECT_THAT(run(p, "blocking-call", allowing({"helper"})), SizeIs(1));
  EXPECT_THAT(run(p, "blocking-call", allowing({"leaf"})), SizeIs(1)) << "in the middle of the chain";
}

TEST(BlockingCall, NotesFollowTheShortestChain) {
  SmallProgram p;
  p.blocks("leaf", "fsync"), p.call("middle", "leaf"), p.call("top", "middle");
  p.coroutine("task"), p.call("task", "top");
  std::vector<Diagnostic> found = run(p, "blocking-call");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_THAT(found[0].message, HasSubstr("'top' ends in 'fsync' and blocks"));
  std::vector<std::string> notes;
  for (const Note &note : found[0].notes) notes.push_back(note.message);
  EXPECT_THAT(notes, ElementsAre("'top' calls 'middle'", "'middle' calls 'leaf'", "'fsync' blocks: it sleeps"));
}

TEST(BlockingCall, TheReplacementIsNamed) {
  SmallProgram p;
  p.coroutine("task");
  p.blocks("task").instead = p.facts.strings.add("an asynchronous timer");
  EXPECT_THAT(run(p, "blocking-call").at(0).notes.at(0).message, HasSubstr("; use an asynchronous timer"));
}

TEST(BlockingCall, OnlyInLoopCodeAndOnlyKnownCalls) {
  SmallProgram p;
  p.blocks("plain"), p.handOff("main", "plain", RunsOn::Offload);
  p.function("unknown").hasIndirectCalls = true;
  p.coroutine("task"), p.call("task", "unknown"), p.call("task", "defined_nowhere");
  p.coroutine("vouched").neverBlocks = true;
  p.blocks("vouched");
  p.coroutine("moved"), p.blocks("moved").offLoop = true;
  EXPECT_THAT(run(p, "blocking-call"), IsEmpty());
}

// --- The four rules about held threads share their calls -------------------------------------------------------------------

TEST(HeldThread, EveryCallIsOneRulesBusiness) {
  SmallProgram p;
  p.coroutine("task"), p.blocks("task");
  p.blocks("task", "get").family = p.facts.strings.add("wait");
  p.blocks("task", "thread").origin = Origin::Destructor;
  p.runsLoop("task");
  EXPECT_THAT(messages(run(p, "blocking-call")), ElementsAre(HasSubstr("'sleep' blocks")));
  EXPECT_THAT(messages(run(p, "blocking-wait")), ElementsAre(HasSubstr("'get' waits")));
  EXPECT_THAT(messages(run(p, "blocking-destructor")), ElementsAre(HasSubstr("'thread' blocks")));
  EXPECT_THAT(messages(run(p, "nested-event-loop")), ElementsAre(HasSubstr("'run' runs an event loop")));
}

TEST(HeldThread, AFiberMayWaitButNotSleep) {
  SmallProgram p;
  p.handOff("main", "fiber", RunsOn::Fiber);
  p.blocks("fiber", "get").family = p.facts.strings.add("wait");
  p.blocks("fiber");
  EXPECT_THAT(run(p, "blocking-wait"), IsEmpty());
  EXPECT_THAT(run(p, "blocking-call"), SizeIs(1));
}

TEST(HeldThread, AnotherLoopIsALoop) {
  SmallProgram p;
  p.handOff("main", "shard", RunsOn::OtherLoop), p.blocks("shard");
  EXPECT_THAT(run(p, "blocking-call"), SizeIs(1));
}

TEST(HeldThread, OnlyReadyIsNoNestedLoop) {
  SmallProgram p;
  p.coroutine("task"), p.runsLoop("task").family = p.facts.strings.add("ready");
  EXPECT_THAT(run(p, "nested-event-loop"), IsEmpty());
}

TEST(HeldThread, TheOptionSaysWhichVirtualCallsCount) {
  SmallProgram p;
  p.coroutine("task"), p.call("task", "base").dispatched = true;
  for (const char *overrider : {"sleeps", "returns"})
    p.facts.overrides.push_back({p.facts.strings.add("base"), p.facts.strings.add(overrider), true});
  p.blocks("sleeps"), p.function("returns");
  auto counting = [](const char *word) {
    OptionValues options;
    options.set("virtual-calls", std::string(word));
    return options;
  };
  EXPECT_THAT(run(p, "blocking-call"), IsEmpty());
  EXPECT_THAT(run(p, "blocking-call", counting("all")), SizeIs(1));
  p.blocks("returns");
  EXPECT_THAT(run(p, "blocking-call"), SizeIs(1));
  EXPECT_THAT(run(p, "blocking-call", counting("skip")), IsEmpty());
}

// --- unawaited-coroutine -----------------------------------------------------------------------------------------------------------

/// The messages for one dropped lazy task after `change`.
std::vector<std::string> dropped(std::function<void(Drop &)> change, bool ignoreVoidCast = false) {
  SmallProgram p;
  Drop drop;
  drop.place = p.place();
  drop.value.name = p.facts.strings.add("f");
  drop.value.start = Start::Lazy;
  drop.value.isTask = drop.value.isAwaitable = true;
  change(drop);
  p.function("caller").drops.push_back(drop);
  OptionValues options;
  options.set("ignore-void-cast", ignoreVoidCast);
  return messages(run(p, "unawaited-coroutine", options));
}

TEST(UnawaitedCoroutine, FuturesMayBeLeftAloneWhenSomebodyHasThem) {
  auto future = [](Drop &d) { d.form = Drop::Form::VoidCast, d.value.start = Start::Eager, d.value.dropIsError = true; };
  EXPECT_THAT(dropped([&](Drop &d) { future(d); }), ElementsAre(HasSubstr("cast to void and never awaited")));
  EXPECT_THAT(dropped([&](Drop &d) { future(d), d.value.isBackground = true; }), IsEmpty());
  EXPECT_THAT(dropped([&](Drop &d) { future(d); }, /*ignoreVoidCast=*/true), IsEmpty());
  EXPECT_THAT(dropped([&](Drop &d) { future(d), d.value.isBackground = true, d.form = Drop::Form::Statement; }), SizeIs(1));
}

TEST(UnawaitedCoroutine, AContinuationIsToldToReturn) {
  EXPECT_THAT(dropped([](Drop &d) { d.inContinuation = d.value.dropIsError = true, d.value.start = Start::Eager; }),
              ElementsAre(HasSubstr("neither returned nor awaited")));
}

TEST(UnawaitedCoroutine, LazyEagerAndUnknown) {
  EXPECT_THAT(dropped([](Drop &) {}), ElementsAre(HasSubstr("the coroutine body does not run")));
  EXPECT_THAT(dropped([](Drop &d) { d.value.start = Start::Eager; }), IsEmpty());
  EXPECT_THAT(dropped([](Drop &d) { d.value.start = Start::Unknown; }), IsEmpty());
  EXPECT_THAT(dropped([](Drop &d) { d.value.start = Start::Unknown, d.value.isNodiscard = true; }), SizeIs(1));
  auto eager = [](Drop &d) { d.value.start = Start::Eager, d.value.isNodiscard = true; };
  EXPECT_THAT(dropped(eager), ElementsAre(HasSubstr("its outcome and its exception are lost")));
  EXPECT_THAT(dropped([&](Drop &d) { eager(d), d.form = Drop::Form::VoidCast; }), IsEmpty()) << "the writer has answered";
  EXPECT_THAT(dropped([](Drop &d) { d.value.start = Start::Eager, d.value.dropIsError = true; }),
              ElementsAre(HasSubstr("its outcome and its exception are lost")));
  EXPECT_THAT(dropped([](Drop &d) { d.value.dropAllowed = true; }), IsEmpty());
  EXPECT_THAT(dropped([](Drop &d) { d.value.isAwaitable = false; }), IsEmpty()) << "a generator, a detached coroutine";
  EXPECT_THAT(dropped([](Drop &d) { d.value.start = Start::Unknown, d.value.isTask = false, d.value.isAwaiter = true; }),
              ElementsAre(HasSubstr("the operation does not start")));
}

TEST(UnawaitedCoroutine, Ceremonies) {
  for (Drop::Form form : {Drop::Form::VoidCast, Drop::Form::StdIgnore}) {
    EXPECT_THAT(dropped([&](Drop &d) { d.form = form; }), SizeIs(1));
    EXPECT_THAT(dropped([&](Drop &d) { d.form = form; }, /*ignoreVoidCast=*/true), IsEmpty());
    EXPECT_THAT(dropped([&](Drop &d) { d.form = form, d.value.isTask = false, d.value.isAwaiter = true; }), IsEmpty());
  }
  EXPECT_THAT(dropped([](Drop &) {}, /*ignoreVoidCast=*/true), SizeIs(1));
}

// --- wrong-thread-call ---------------------------------------------------------------------------------------------------------------

TEST(WrongThreadCall, NotesTellTheWay) {
  SmallProgram p;
  p.handOff("main", "entry", RunsOn::Offload);
  p.call("entry", "helper");
  p.usesTimer("helper", {Root::Kind::Global, 0, {}});
  std::vector<Diagnostic> found = run(p, "wrong-thread-call");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_THAT(found[0].message, HasSubstr("'timer::cancel' is called on a thread that does not run the event loop; a timer"));
  std::vector<std::string> notes;
  for (const Note &note : found[0].notes) notes.push_back(note.message);
  EXPECT_THAT(notes, ElementsAre("'sink' runs 'entry' on another thread", "'entry' calls 'helper'"));
}

// --- task-outlives-scope -----------------------------------------------------------------------------------------------------------

/// The messages for one local that is given to 'maker' after `change`, which may define the maker.
std::vector<std::string> outliving(std::function<void(SmallProgram &, Misuse &)> change) {
  SmallProgram p;
  Misuse misuse;
  misuse.place = p.place();
  misuse.form = Misuse::Form::OutlivesObject;
  misuse.value.maker = misuse.value.name = p.facts.strings.add("maker");
  misuse.subject = p.facts.strings.add("local");
  misuse.argument = 1;
  change(p, misuse);
  p.function("caller").misuses.push_back(misuse);
  return messages(run(p, "task-outlives-scope"));
}

TEST(TaskOutlivesScope, TheMakersBodyDecides) {
  EXPECT_THAT(outliving([](SmallProgram &, Misuse &) {}), ElementsAre(HasSubstr("'local' dies at the return")));
  EXPECT_THAT(outliving([](SmallProgram &, Misuse &m) { m.ifKept = true; }), IsEmpty());
  EXPECT_THAT(outliving([](SmallProgram &p, Misuse &) { p.coroutine("maker"); }), IsEmpty());
  EXPECT_THAT(outliving([](SmallProgram &p, Misuse &m) { p.coroutine("maker").keeps = {1}, m.ifKept = true; }), SizeIs(1));
  EXPECT_THAT(outliving([](SmallProgram &p, Misuse &) { p.coroutine("maker").keeps = {2}; }), IsEmpty());
}

TEST(TaskOutlivesScope, WhatIsCapturedIsKept) {
  EXPECT_THAT(outliving([](SmallProgram &p, Misuse &m) { p.function("maker"), m.argument = 0; }), SizeIs(1));
}

TEST(TaskOutlivesScope, OnlyACoroutineLeavesItsGuardAndHandlersBehind) {
  auto guard = [](Misuse &m) { m.isGuard = true, m.argument = 0; };
  EXPECT_THAT(outliving([&](SmallProgram &p, Misuse &m) { guard(m), p.coroutine("maker"); }),
              ElementsAre(HasSubstr("'local' is released at the return")));
  EXPECT_THAT(outliving([&](SmallProgram &p, Misuse &m) { guard(m), p.function("maker"); }), IsEmpty());
  auto handler = [](Misuse &m) { m.form = Misuse::Form::OutlivesHandler, m.ifKept = true; };
  EXPECT_THAT(outliving([&](SmallProgram &, Misuse &m) { handler(m); }), IsEmpty());
  EXPECT_THAT(outliving([&](SmallProgram &p, Misuse &m) { handler(m), p.coroutine("maker"); }),
              ElementsAre(HasSubstr("from inside a try block")));
}

} // namespace
} // namespace coroguard
