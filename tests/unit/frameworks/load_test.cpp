// The loader's complaints, and that the shipped models have none. Broken files: tests/models/*.yaml, each
// with its complaints in "# expect:" comments, in the order in which they are made.
#include "frameworks/load.h"
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

namespace coroguard {
namespace {

std::string readFile(const std::filesystem::path &file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> expectations(const std::string &text) {
  constexpr std::string_view marker = "# expect: ";
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);)
    if (line.starts_with(marker)) lines.push_back(line.substr(marker.size()));
  return lines;
}

std::string render(const Problem &problem) {
  std::string text =
      std::to_string(problem.location.line) + ":" + std::to_string(problem.location.column) + ": ";
  return text + problem.message + (problem.remedy.empty() ? "" : "; " + problem.remedy);
}

std::vector<std::filesystem::path> brokenModels() {
  std::vector<std::filesystem::path> files;
  for (const auto &entry : std::filesystem::directory_iterator(COROGUARD_SOURCE_DIR "/tests/models"))
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

class BrokenModel : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(BrokenModel, IsRefusedWithExactlyTheExpectedComplaints) {
  const std::string text = readFile(GetParam());
  std::vector<Problem> problems;
  EXPECT_FALSE(parseModel(text, "m.yaml", problems));
  std::vector<std::string> complaints;
  for (const Problem &problem : problems) {
    complaints.push_back(render(problem));
    EXPECT_EQ(problem.location.file, "m.yaml");
  }
  EXPECT_EQ(complaints, expectations(text));
}

INSTANTIATE_TEST_SUITE_P(Files, BrokenModel, testing::ValuesIn(brokenModels()),
                         [](const auto &info) { return info.param.stem().string(); });

TEST(Load, EveryBrokenModelExpectsSomething) {
  ASSERT_FALSE(brokenModels().empty());
  for (const auto &file : brokenModels()) EXPECT_FALSE(expectations(readFile(file)).empty()) << file;
}

Model parse(const std::string &text) {
  std::vector<Problem> problems;
  std::optional<Model> model = parseModel(text, "m.yaml", problems);
  for (const Problem &problem : problems) ADD_FAILURE() << render(problem);
  return model.value_or(Model{});
}

constexpr const char *small = R"(library: net
roots: [net, boost::net]
implementation: [detail, "", "::impl"]
blocking_calls:
  - name: [read, socket::*]
    family: network
    takes: buffer
    min_parameters: 2
    unless_zero: 1
    only_zero: 0
    instead: async_read
    since: "1.2"
    why: it waits
sinks:
  - name: "::go"
    runs: executor
    executor: 0
    why: it runs
)";

TEST(Load, CompletesNamesForEveryRoot) {
  const Model model = parse(small);
  std::vector<std::string> names;
  for (const BlockingCall &call : model.blockingCalls) names.push_back(call.name);
  EXPECT_EQ(names, (std::vector<std::string>{"net::read", "boost::net::read", "net::socket::*",
                                             "boost::net::socket::*"}));
  EXPECT_EQ(model.blockingCalls[1].takes, "boost::net::buffer");
  EXPECT_EQ(model.implementation,
            (std::vector<std::string>{"net::detail", "boost::net::detail", "net", "boost::net", "impl"}));
}

TEST(Load, AnAbsoluteNameIsStoredOnce) {
  const Model model = parse(small);
  ASSERT_EQ(model.sinks.size(), 1U);
  EXPECT_EQ(model.sinks[0].name, "go");
  EXPECT_EQ(model.sinks[0].runs, RunsOn::Executor);
  EXPECT_EQ(model.sinks[0].executor, 0U);
}

TEST(Load, ReadsEveryProperty) {
  const BlockingCall call = parse(small).blockingCalls.at(2);
  EXPECT_EQ(call.family, "network");
  EXPECT_EQ(call.instead, "async_read");
  EXPECT_EQ(call.since, "1.2");
  EXPECT_EQ(call.why, "it waits");
  EXPECT_EQ(call.minParameters, 2U);
  EXPECT_EQ(call.unlessZero, 1U);
  EXPECT_EQ(call.onlyZero, 0U);
  EXPECT_EQ(call.declaredAt, (Location{"m.yaml", 5, 18}));
}

TEST(Load, ReadsWhatFuturesNeed) {
  const Model model = parse(R"(library: futures
roots: [f]
task_types:
  - {name: future, start: eager, awaits: once, detached_by: detached, loop_only: true, why: it is lost}
  - {name: shared_future, drop: allowed, awaits: many, why: others share it}
blocking_calls:
  - {name: future::get, family: wait, why: it waits}
  - {name: "future::~future", family: sync, made_by: std::async, why: it waits}
sinks:
  - {name: then, runs: loop, result: used, passes_ready: true, why: it runs later}
  - {name: submit_to, runs: other_loop, at_once: true, unless_given: "f::here", result: used, why: it runs elsewhere}
  - {name: async, runs: fiber, why: it has a stack}
  - {name: on_signal, runs: signal, result: dropped, why: it interrupts}
hops:
  - {name: to_pool, runs: offload, why: it goes to the pool}
  - {name: to_shard, runs: other_loop, why: it goes to the shard}
  - {name: to, executor: 0, why: it goes to the executor}
background_calls:
  - {name: with_gate, why: a gate holds it}
  - {name: send_off, drop: allowed, why: it is sent off}
loop_bound:
  - {name: socket, why: one thread uses it}
  - {name: promise, handle: true, why: copies are one promise}
ready_checks: [{name: "future::available", why: it asks}]
resumers: [{name: "event::set", why: it resumes}]
guards:
  - {name: units, of: task, why: it holds}
  - {name: lock, why: it holds}
thread_bound_values: [{name: local_pointer, why: it counts}]
)");
  ASSERT_EQ(model.taskTypes.size(), 2U);
  EXPECT_EQ(model.taskTypes[0].awaits, TaskType::Awaits::Once);
  EXPECT_EQ(model.taskTypes[0].detachedBy, "detached");
  EXPECT_TRUE(model.taskTypes[0].onLoopOnly && !model.taskTypes[1].onLoopOnly);
  EXPECT_EQ(model.taskTypes[1].awaits, TaskType::Awaits::Many);
  EXPECT_EQ(model.taskTypes[1].drop, TaskType::Drop::Allowed);
  EXPECT_EQ(model.blockingCalls.at(0).family, "wait");
  EXPECT_EQ(model.blockingCalls.at(1).madeBy, "std::async");
  ASSERT_EQ(model.sinks.size(), 4U);
  EXPECT_EQ(model.sinks[0].result, SinkCall::Result::Used);
  EXPECT_TRUE(model.sinks[0].passesReady);
  EXPECT_EQ(model.sinks[1].runs, RunsOn::OtherLoop);
  EXPECT_EQ(model.sinks[1].unlessGiven, "f::here");
  EXPECT_FALSE(model.sinks[1].passesReady);
  EXPECT_TRUE(model.sinks[1].atOnce && !model.sinks[0].atOnce);
  EXPECT_EQ(model.sinks[2].runs, RunsOn::Fiber);
  EXPECT_EQ(model.sinks[2].result, SinkCall::Result::Unknown);
  EXPECT_EQ(model.sinks[3].runs, RunsOn::Signal);
  EXPECT_EQ(model.sinks[3].result, SinkCall::Result::Dropped);
  ASSERT_EQ(model.hops.size(), 3U);
  EXPECT_EQ(model.hops[0].runs, RunsOn::Offload);
  EXPECT_EQ(model.hops[1].runs, RunsOn::OtherLoop);
  EXPECT_EQ(model.hops[2].runs, RunsOn::Executor);
  EXPECT_EQ(model.backgroundCalls.at(0).name, "f::with_gate");
  EXPECT_EQ(model.backgroundCalls.at(0).drop, TaskType::Drop::Error);
  EXPECT_EQ(model.backgroundCalls.at(1).drop, TaskType::Drop::Allowed);
  EXPECT_FALSE(model.loopBound.at(0).isHandle);
  EXPECT_TRUE(model.loopBound.at(1).isHandle);
  EXPECT_EQ(model.readyChecks.at(0).name, "f::future::available");
  EXPECT_EQ(model.resumers.at(0).name, "f::event::set");
  EXPECT_EQ(model.guards.at(0).of, GuardType::Of::Task);
  EXPECT_EQ(model.guards.at(1).of, GuardType::Of::Thread);
  EXPECT_EQ(model.threadBoundValues.at(0).name, "f::local_pointer");
}

TEST(Load, TheGlobalNamespaceIsARoot) {
  const Model model = parse("library: c\nroots: ['']\nloop_runners:\n  - {name: run, why: it runs}\n");
  ASSERT_EQ(model.loopRunners.size(), 1U);
  EXPECT_EQ(model.loopRunners[0].name, "run");
}

TEST(Load, OneNameMayHaveEntriesForDifferentOverloads) {
  const Model model = parse("library: c\nroots: [c]\nhops:\n"
                            "  - {name: post, min_parameters: 2, executor: 1, why: it hops}\n"
                            "  - {name: post, executor: 0, why: it hops}\n");
  EXPECT_EQ(model.hops.size(), 2U);
}

TEST(Load, ShippedModelsHaveNoProblems) {
  std::vector<Problem> problems;
  const Models models = loadModels({}, problems);
  for (const Problem &problem : problems) ADD_FAILURE() << problem.location.file << ":" << render(problem);
  EXPECT_EQ(models.libraries.size(), embeddedModels().size());
  EXPECT_GE(models.libraries.size(), 4U);
}

TEST(Load, EmbeddedModelsAreSortedAndVerbatim) {
  const auto models = embeddedModels();
  EXPECT_TRUE(
      std::ranges::is_sorted(models, {}, [](const EmbeddedModel &model) { return std::string(model.file); }));
  for (const EmbeddedModel &model : models)
    EXPECT_EQ(model.text, readFile(std::string(COROGUARD_SOURCE_DIR "/checks/frameworks/") + model.file));
}

class UserModel : public testing::Test {
protected:
  void write(const std::string &text) { std::ofstream(file) << text; }
  void TearDown() override { std::filesystem::remove(file); }
  std::string file = testing::TempDir() + "coroguard_user_model.yaml";
  std::vector<Problem> problems;
};

TEST_F(UserModel, StandsBeforeTheShippedOnes) {
  write("library: std\nroots: [std]\n");
  const Models models = loadModels({file}, problems);
  EXPECT_TRUE(problems.empty());
  ASSERT_EQ(models.libraries.size(), embeddedModels().size() + 1);
  EXPECT_EQ(models.libraries.front().library, "std");
  EXPECT_TRUE(models.libraries.front().blockingCalls.empty());
}

TEST_F(UserModel, WithProblemsIsLeftOut) {
  write("library: mine\nrots: [mine]\n");
  const Models models = loadModels({file}, problems);
  EXPECT_EQ(models.libraries.size(), embeddedModels().size());
  ASSERT_EQ(problems.size(), 2U);
  EXPECT_EQ(problems[0].location, (Location{file, 2, 1}));
}

TEST_F(UserModel, ThatCannotBeReadIsAProblem) {
  const Models models = loadModels({"/nowhere/mine.yaml"}, problems);
  EXPECT_EQ(models.libraries.size(), embeddedModels().size());
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].message, "cannot read the model: No such file or directory");
}

TEST(Load, ReadsWhatEndsAndSwitchesABlockingCall) {
  const Model model = parse(R"(library: net
roots: [net]
blocking_calls:
  - name: thread::~thread
    family: sync
    made_by: net::start
    disarmed_by: [join, detach]
    unless_default: true
    why: it joins
  - name: recv
    family: network
    unless_named: DONTWAIT
    only_object: [net::input]
    why: it waits
loop_runners:
  - name: poll
    only_ready: true
    why: it runs what is ready
non_blocking_switches:
  - name: control
    object: 0
    unless_zero: 2
    named: NONBLOCK
    why: calls fail instead of waiting
  - name: open
    of_result: true
    why: calls fail instead of waiting
)");
  ASSERT_EQ(model.blockingCalls.size(), 2U);
  EXPECT_EQ(model.blockingCalls[0].madeBy, "net::start");
  EXPECT_EQ(model.blockingCalls[0].disarmedBy, (std::vector<std::string>{"join", "detach"}));
  EXPECT_TRUE(model.blockingCalls[0].unlessDefault && !model.blockingCalls[1].unlessDefault);
  EXPECT_EQ(model.blockingCalls[1].unlessNamed, "DONTWAIT");
  EXPECT_EQ(model.blockingCalls[1].onlyObject, std::vector<std::string>{"net::input"});
  EXPECT_TRUE(model.loopRunners.at(0).onlyReady);
  ASSERT_EQ(model.nonBlockingSwitches.size(), 2U);
  EXPECT_EQ(model.nonBlockingSwitches[0].name, "net::control");
  EXPECT_EQ(model.nonBlockingSwitches[0].object, 0U);
  EXPECT_EQ(model.nonBlockingSwitches[0].unlessZero, 2U);
  EXPECT_EQ(model.nonBlockingSwitches[0].named, "NONBLOCK");
  EXPECT_TRUE(model.nonBlockingSwitches[1].ofResult);
}

TEST(Digest, ChangesWithEveryProperty) {
  const auto digestOf = [](const std::string &text) { return digest({{parse(text)}}); };
  const std::string text = small;
  const std::string before = digestOf(text);
  EXPECT_EQ(before.size(), 64U);
  EXPECT_EQ(before, digestOf("# a comment moves everything\n" + text));
  for (const auto &[from, to] :
       std::vector<std::pair<std::string, std::string>>{{"net,", "nets,"},
                                                        {"waits", "sleeps"},
                                                        {"unless_zero: 1", "unless_zero: 2"},
                                                        {"only_zero: 0", ""},
                                                        {"takes: buffer", ""},
                                                        {"runs: executor\n    executor: 0", "runs: loop"},
                                                        {"detail", "details"}}) {
    std::string changed = text;
    changed.replace(changed.find(from), from.size(), to);
    EXPECT_NE(before, digestOf(changed)) << from;
  }
}

} // namespace
} // namespace coroguard
