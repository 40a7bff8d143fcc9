// A user's test program, whose tests fail where reports say so. testing_test.cpp starts it and looks at what it prints.
#include <coroguard/testing.hpp>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <thread>

#include <coroguard/runtime.hpp>

namespace {

using coroguard::coro;
using coroguard::testing::allow_reports;
using coroguard::testing::expect_report;

coro<void> nothing() { co_return; }
coro<void> other() { co_return; }
void forget() { const coro<void> forgotten = nothing(); }
void forget_other() { const coro<void> forgotten = other(); }

TEST(program, passes) { coroguard::run(nothing()); }
TEST(program, debug_is_on) { EXPECT_TRUE(coroguard::event_loop().get_debug()); }
TEST(program, debug_is_off) { EXPECT_FALSE(coroguard::event_loop().get_debug()); }
TEST(program, forgets) { forget(); }
TEST(program, forgets_in_a_thread) { std::thread(forget).join(); }

coro<void> stalls() {
  co_await coroguard::yield_once();  // or it would be one that never yields, too
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
}
TEST(program, stalls) { coroguard::run(stalls()); }
TEST(program, stalls_as_allowed) {
  const allow_reports allowed{"slow-callback"};
  coroguard::run(stalls());
}

TEST(program, allows) {
  const allow_reports allowed{"unawaited-coroutine"};
  forget();
  std::thread(forget_other).join();
  EXPECT_EQ(allowed.count(), 2);
}
TEST(program, allows_another_rule) {
  const allow_reports allowed{"slow-callback"};
  forget();
}
TEST(program, allows_at_most_one) {
  const allow_reports allowed{"unawaited-coroutine", {.at_most = 1}};
  forget();
  forget_other();
}
TEST(program, allows_a_fragment) {
  const allow_reports allowed{"unawaited-coroutine", {.containing = "'nothing'"}};
  forget();
  forget_other();
}
TEST(program, allowed_before) {
  { const allow_reports allowed{"unawaited-coroutine"}; }
  forget();
}
TEST(program, misspells) { const allow_reports allowed{"slow-calback"}; }
TEST(program, misspells_expectation) { const expect_report expected{"slow-calback"}; }
TEST(program, allows_none) { const allow_reports allowed{"slow-callback", {.at_most = 0}}; }

TEST(program, expects) {
  const expect_report expected{"unawaited-coroutine", {.containing = "'other'"}};
  std::thread(forget_other).join();
}
TEST(program, expects_in_vain) {
  const expect_report expected{"unawaited-coroutine", {.at_most = 2, .containing = "'other'"}};
}
TEST(program, expects_a_stall) {
  const expect_report expected{"slow-callback", {.containing = "Executing"}};
  coroguard::run(stalls());
}

TEST(program, replaces_the_sink) {
  int count = 0;
  const coroguard::report_sink before = coroguard::set_report_sink([&](const coroguard::report&) { ++count; });
  forget();
  coroguard::set_report_sink(before);
  EXPECT_EQ(count, 1);
}

coro<void> forgets_and_goes_on() {
  forget();
  co_await coroguard::sleep(std::chrono::milliseconds(1));
  std::puts("went on");
}
TEST(program, throws_nothing_that_is_allowed) {
  const allow_reports allowed{"unawaited-coroutine"};
  coroguard::run(forgets_and_goes_on());
}
TEST(program, throws) {
  const allow_reports allowed{"slow-callback"};
  EXPECT_THROW(coroguard::run(forgets_and_goes_on()), coroguard::report_error);
}

TEST(in_order, first_forgets) { forget(); }
TEST(in_order, second_passes) { coroguard::run(nothing()); }

TEST(between_tests, nothing_wrong) {}
class suite_that_forgets : public ::testing::Test {
protected:
  static void TearDownTestSuite() { forget(); }
};
TEST_F(suite_that_forgets, nothing_wrong) {}

// Without GoogleTest: what COROGUARD_DEBUG does to a program.
int run_plainly() {
  try {
    coroguard::run(forgets_and_goes_on());
  } catch (const coroguard::report_error& error) {
    std::printf("thrown %s: %s\n", error.rule().c_str(), error.what());
    return 3;
  }
  return 0;
}

// Destroyed when the program ends.
std::optional<coro<void>> kept_until_the_end;
TEST(program, leaves_a_coroutine) {
  coroguard::run([]() -> coro<void> {
    kept_until_the_end.emplace(nothing());
    co_return;
  }());
}

}  // namespace

// Usage: testing_program [GoogleTest's options] [plainly|with-sink|before|after|at-the-end]
int main(int count, char** words) {
  ::testing::InitGoogleTest(&count, words);
  const std::string_view what = count > 1 ? words[1] : "";
  if (what == "plainly") return run_plainly();
  if (what == "with-sink") coroguard::set_report_sink([](const coroguard::report& one) { std::printf("sink got %s\n", one.rule.data()); });
  const coroguard::testing::reports_fail_tests installed;
  if (what == "before") forget();
  if (what == "at-the-end") kept_until_the_end.emplace(nothing());
  const int result = RUN_ALL_TESTS();
  if (what == "after") forget();
  return result;
}
