// <coroguard/testing.hpp>: what must fail does fail, seen from outside of the program.
#include <gtest/gtest.h>

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <string>
#include <string_view>

namespace {

struct result {
  int code = -1;
  std::string output;

  bool says(std::string_view text) const { return output.find(text) != output.npos; }
  int count(std::string_view text) const {
    int found = 0;
    for (std::size_t at = output.find(text); at != output.npos; at = output.find(text, at + 1)) ++found;
    return found;
  }
};

// Runs testing_program: "program.passes" is a test; words and variables of the environment may follow.
result run(const std::string& filter, const std::string& words = "", const std::string& environment = "COROGUARD_DEBUG=") {
  const std::string command = "env " + environment + " " TESTING_PROGRAM " --gtest_filter='" + filter + "' " + words + " 2>&1";
  result ended;
  std::FILE* const output = ::popen(command.c_str(), "r");
  std::array<char, 4096> piece{};
  while (const std::size_t got = std::fread(piece.data(), 1, piece.size(), output)) ended.output.append(piece.data(), got);
  const int status = ::pclose(output);
  ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ended;
}

void expect_passes(const result& ended) {
  EXPECT_EQ(ended.code, 0) << ended.output;
  EXPECT_TRUE(ended.says("[  PASSED  ] 1 test")) << ended.output;
}

void expect_fails(const result& ended, std::string_view text) {
  EXPECT_EQ(ended.code, 1) << ended.output;
  EXPECT_TRUE(ended.says("[  FAILED  ]")) << ended.output;
  EXPECT_TRUE(ended.says(text)) << ended.output;
}

TEST(reports_fail_tests, let_a_test_pass) { expect_passes(run("program.passes")); }

TEST(reports_fail_tests, switch_debug_mode_on_unless_the_environment_says_no) {
  expect_passes(run("program.debug_is_on"));
  expect_passes(run("program.debug_is_on", "", "-u COROGUARD_DEBUG"));
  expect_passes(run("program.debug_is_off", "", "COROGUARD_DEBUG=0"));
}

TEST(reports_fail_tests, fail_a_test_with_the_whole_report) {
  const result ended = run("program.forgets");
  expect_fails(ended, "coroguard reports unawaited-coroutine: ");
  EXPECT_TRUE(ended.says("RuntimeWarning: coroutine 'nothing' was never awaited")) << ended.output;
  EXPECT_TRUE(ended.says("allow_reports allowed{\"unawaited-coroutine\"}")) << ended.output;
  EXPECT_EQ(ended.count("was never awaited"), 1) << ended.output;
}

TEST(reports_fail_tests, fail_only_the_test_that_ran) {
  const result ended = run("program.passes:program.forgets:program.allows");
  EXPECT_EQ(ended.code, 1);
  EXPECT_TRUE(ended.says("[  PASSED  ] 2 tests")) << ended.output;
  EXPECT_TRUE(ended.says("[  FAILED  ] 1 test")) << ended.output;
}

TEST(reports_fail_tests, see_other_threads) { expect_fails(run("program.forgets_in_a_thread"), "was never awaited"); }

TEST(reports_fail_tests, see_the_watchdog_before_the_test_ends) {
  const result ended = run("program.stalls");
  expect_fails(ended, "seconds so far");
  EXPECT_LT(ended.output.find("seconds so far"), ended.output.find("[  FAILED  ] program.stalls")) << ended.output;
}

TEST(reports_fail_tests, fail_the_suite_between_tests) {
  const result ended = run("suite_that_forgets.*");
  expect_fails(ended, "coroguard reports unawaited-coroutine: ");
}

TEST(reports_fail_tests, fail_the_program_before_the_first_test) {
  const result ended = run("program.passes", "before");
  EXPECT_EQ(ended.code, 1) << ended.output;
  EXPECT_TRUE(ended.says("outside of all tests, coroguard reports unawaited-coroutine: ")) << ended.output;
}

TEST(reports_fail_tests, fail_the_program_after_the_last_test) {
  for (const char* when : {"after", "at-the-end"}) {
    const result ended = run("program.passes", when);
    EXPECT_EQ(ended.code, 1) << when << ended.output;
    EXPECT_TRUE(ended.says("[  PASSED  ] 1 test")) << when << ended.output;
    EXPECT_TRUE(ended.says("outside of all tests, coroguard reports unawaited-coroutine: ")) << when << ended.output;
  }
}

TEST(reports_fail_tests, fail_the_program_while_it_exits) {
  const result ended = run("program.leaves_a_coroutine");
  EXPECT_EQ(ended.code, 1) << ended.output;
  EXPECT_TRUE(ended.says("[  PASSED  ] 1 test")) << ended.output;
  EXPECT_TRUE(ended.says("outside of all tests, coroguard reports unawaited-coroutine: ")) << ended.output;
}

TEST(reports_fail_tests, pass_reports_on_to_the_sink_before) {
  expect_fails(run("program.forgets", "with-sink"), "sink got unawaited-coroutine");
  const result allowed = run("program.allows", "with-sink");
  expect_passes(allowed);
  EXPECT_EQ(allowed.count("sink got unawaited-coroutine"), 2) << allowed.output;
}

TEST(reports_fail_tests, give_way_to_a_sink_of_the_test) { expect_passes(run("program.replaces_the_sink")); }

TEST(allow_reports, allow) {
  expect_passes(run("program.allows"));
  expect_passes(run("program.stalls_as_allowed"));
}

TEST(allow_reports, allow_nothing_else) {
  expect_fails(run("program.allows_another_rule"), "'nothing' was never awaited");
  expect_fails(run("program.allowed_before"), "'nothing' was never awaited");
  for (const char* test : {"program.allows_at_most_one", "program.allows_a_fragment"}) {
    const result ended = run(test);
    expect_fails(ended, "'other' was never awaited");
    EXPECT_FALSE(ended.says("'nothing' was never awaited")) << ended.output;
  }
}

TEST(allow_reports, refuse_what_is_no_rule) {
  for (const char* test : {"program.misspells", "program.misspells_expectation"})
    expect_fails(run(test), "'slow-calback' is no rule of debug mode; there are: await-cycle ");
  expect_fails(run("program.allows_none"), "at_most must be at least 1");
}

TEST(expect_report, takes_the_report) {
  expect_passes(run("program.expects"));
  expect_passes(run("program.expects_a_stall"));
}

TEST(expect_report, fails_without_it) {
  const result ended = run("program.expects_in_vain");
  expect_fails(ended, "expected a report of unawaited-coroutine that contains ''other''; none came");
  EXPECT_TRUE(ended.says("testing_program.cpp:")) << ended.output;
}

// ---- COROGUARD_DEBUG -------------------------------------------------------------------------------------------------

TEST(coroguard_debug, throw_ends_the_run) {
  const result ended = run("none", "plainly", "COROGUARD_DEBUG=throw");
  EXPECT_EQ(ended.code, 3) << ended.output;
  EXPECT_TRUE(ended.says("thrown unawaited-coroutine: ")) << ended.output;
  EXPECT_FALSE(ended.says("went on")) << ended.output;
}

TEST(coroguard_debug, a_misspelt_value_prints_the_help_and_changes_nothing) {
  const result ended = run("none", "plainly", "COROGUARD_DEBUG=thrwo");
  EXPECT_EQ(ended.code, 0) << ended.output;
  EXPECT_TRUE(ended.says("COROGUARD_DEBUG is 'thrwo' and ignored: 1 switches debug mode on; throw does, too")) << ended.output;
  EXPECT_TRUE(ended.says("went on")) << ended.output;
}

// The report is of no loop, which any loop may throw; it has failed its test already.
TEST(coroguard_debug, throw_spares_the_tests_after_the_one_that_failed) {
  const result ended = run("in_order.*", "", "COROGUARD_DEBUG=throw");
  expect_fails(ended, "[  FAILED  ] in_order.first_forgets");
  EXPECT_TRUE(ended.says("[       OK ] in_order.second_passes")) << ended.output;
}

TEST(coroguard_debug, throw_spares_what_a_test_allows) {
  const result spared = run("program.throws_nothing_that_is_allowed", "", "COROGUARD_DEBUG=throw");
  expect_passes(spared);
  EXPECT_TRUE(spared.says("went on")) << spared.output;
  const result ended = run("program.throws", "", "COROGUARD_DEBUG=throw");
  expect_fails(ended, "coroguard reports unawaited-coroutine: ");
  EXPECT_FALSE(ended.says("Expected: ")) << ended.output;
}

}  // namespace
