// For users' own tests with GoogleTest: reports fail tests, and time is virtual.
// Not in <coroguard/runtime.hpp>: it needs GoogleTest. Link coroguard::testing.
//
//   // In main, or at namespace scope, where gtest_main has the main:
//   const coroguard::testing::reports_fail_tests installed;
//
//   TEST(client, gives_up_after_an_hour) {
//     coroguard::testing::virtual_loop loop;
//     EXPECT_THROW(loop.run(fetch()), coroguard::timeout_error);
//   }
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <source_location>
#include <string>
#include <string_view>
#include <utility>

#include "coroguard/debug/allowed_reports.hpp"
#include "coroguard/loop/event_loop.hpp"
#include "coroguard/loop/virtual_time.hpp"
#include "coroguard/observe/observer.hpp"
#include "coroguard/observe/report.hpp"
#include "coroguard/observe/thrown_reports.hpp"
#include "coroguard/task/runner.hpp"
#include "coroguard/task/task.hpp"

namespace coroguard::testing {

// Debug mode must report something while this lives, or the test fails where this was made. Such reports are allowed.
//
//   const coroguard::testing::expect_report expected{"unawaited-coroutine", {.containing = "fetch"}};
//
// Throws as allow_reports does, and runtime_error where no reports_fail_tests is installed: nobody would see the report.
class [[nodiscard]] expect_report {
public:
  explicit expect_report(std::string_view rule, which_reports which = {},
                         std::source_location where = std::source_location::current());
  ~expect_report() {
    if (expected_.count() == 0) ADD_FAILURE_AT(where_.file_name(), where_.line()) << "expected a " << expected_.describe() << "; none came";
  }
  expect_report(const expect_report&) = delete;
  expect_report& operator=(const expect_report&) = delete;

  // Those that came so far.
  int count() const noexcept { return expected_.count(); }

private:
  allow_reports expected_;
  std::source_location where_;
};

// While one lives, each report that is not allowed fails the test that runs, whatever thread it comes from, with the report's
// whole text; between two tests it fails their suite; before the first and after the last test it is printed and makes the
// program exit with code 1. When the last test has run, this stays so until the process ends, static destructors included.
//
// Loops that are made meanwhile begin in debug mode, unless COROGUARD_DEBUG is 0. A sink that was set before still gets all
// reports. One that is set later gets them instead, and no test fails until it is gone. With set_reports_throw(true), allowed
// reports do not throw. Several may live at the same time and act as one. Main thread only.
class reports_fail_tests {
public:
  reports_fail_tests();
  ~reports_fail_tests();
  reports_fail_tests(const reports_fail_tests&) = delete;
  reports_fail_tests& operator=(const reports_fail_tests&) = delete;

private:
  friend class expect_report;
  class listener;

  struct shared {
    int installed = 0;
    report_sink before;
    bool debug_before = false;
    listener* listens = nullptr;  // GoogleTest owns it
    std::atomic<bool> tests_run{false};
    std::atomic<bool> tests_ended{false};
  };

  // Never destroyed: reports come until the process ends.
  static shared& state() {
    static shared* const only = new shared;
    return *only;
  }
  static void report_comes(const report& found);
  static void fail_test(const report& found);
};

// A loop whose time jumps to the next timer as soon as nothing else is to do, in debug mode, with reports that fail the test.
// It ends as run() does: tasks that are left are cancelled, and the default executor's threads are joined.
//
// Descriptors are real: when one is ready, its callback runs before time jumps. So are other threads, but they take no virtual
// time: a timeout around a wait for a thread passes at once, unless wait_for_threads() says otherwise. When the loop has no timer
// it waits for descriptors and threads, and when nothing comes for ten real seconds (`patience`), the run ends with
// runtime_error: the test hangs.
class virtual_loop {
public:
  explicit virtual_loop(std::chrono::nanoseconds patience = std::chrono::seconds(10));
  // Gives threads that are joined, and what cancelled tasks wait for, a real second.
  ~virtual_loop() { wait_for_threads(std::chrono::seconds(1)); }
  virtual_loop(const virtual_loop&) = delete;
  virtual_loop& operator=(const virtual_loop&) = delete;

  // Runs a coroutine to its end and gives its result; throws what it throws, and as runner::run. Others may follow.
  template <class T>
  T run(coro<T> body) {
    return runner_.run(std::move(body));
  }

  // Lets time pass, from outside of the loop: runs what is ready and what is due until then, and comes back when the loop would
  // wait for something later. Afterwards it is exactly so much later. Throws std::invalid_argument for less than nothing, and
  // runtime_error when the loop was stopped, or runs.
  void advance(seconds by);

  // From now on time jumps only after other threads and descriptors had so much real time to come first: for timeouts around
  // what threads do. Each jump takes as long.
  void wait_for_threads(std::chrono::nanoseconds real) noexcept { selector_->set_grace(real); }

  // How much time has passed since the loop was made.
  seconds now() { return get().time() - time_point(); }

  event_loop& get() { return runner_.get_loop(); }
  event_loop* operator->() { return &get(); }

private:
  std::unique_ptr<event_loop> make(std::chrono::nanoseconds patience);

  const reports_fail_tests installed_;
  virtual_selector* selector_ = nullptr;  // the loop's
  runner runner_;
};

// ---- definitions ----------------------------------------------------------------------------------------------------

inline expect_report::expect_report(std::string_view rule, which_reports which, std::source_location where)
    : expected_(rule, which), where_(where) {
  if (reports_fail_tests::state().installed == 0)
    throw runtime_error("a report is expected, but nothing looks for reports; make a coroguard::testing::reports_fail_tests before");
}

class reports_fail_tests::listener : public ::testing::EmptyTestEventListener {
public:
  void OnTestProgramStart(const ::testing::UnitTest&) override { state().tests_ended = false; }
  void OnTestIterationStart(const ::testing::UnitTest&, int) override { state().tests_run = true; }
  // Before GoogleTest prints that the test has passed.
  void OnTestEnd(const ::testing::TestInfo&) override {
    flush_reports();
    forget_reports_of_failed_tests();
  }
  void OnTestIterationEnd(const ::testing::UnitTest&, int) override {
    flush_reports();
    state().tests_run = false;
  }
  void OnTestProgramEnd(const ::testing::UnitTest&) override { state().tests_ended = true; }
};

inline reports_fail_tests::reports_fail_tests() {
  shared& to = state();
  if (to.installed++ != 0) return;
  ::testing::UnitTest& tests = *::testing::UnitTest::GetInstance();
  if (to.listens == nullptr) {
    to.listens = new listener;
    tests.listeners().Append(to.listens);
    to.tests_run = tests.current_test_suite() != nullptr;
    to.before = set_report_sink(nullptr);
    set_report_sink([](const report& found) { report_comes(found); });
  }
  to.debug_before = set_debug_by_default(true);
}

inline reports_fail_tests::~reports_fail_tests() {
  shared& from = state();
  if (from.installed > 1) {
    --from.installed;
    return;
  }
  flush_reports();
  from.installed = 0;
  set_debug_by_default(from.debug_before);
  if (from.tests_ended) return;
  set_report_sink(from.before);
  from.before = nullptr;  // after that: another thread may be reporting
  delete ::testing::UnitTest::GetInstance()->listeners().Release(std::exchange(from.listens, nullptr));
}

inline void reports_fail_tests::fail_test(const report& found) {
  ADD_FAILURE_AT(nullptr, -1) << "coroguard reports " << found.rule << ": " << report_text(found)
                              << "\n(a test that does not mind: "
                              << "const coroguard::testing::allow_reports allowed{\"" << found.rule << "\"};)";
  this_report_fails_a_test();
}

inline void reports_fail_tests::report_comes(const report& found) {
  shared& to = state();
  if (is_allowed(found))
    do_not_throw_this_report();
  else if (to.tests_run)
    fail_test(found);
  else
    fail_at_exit(found);
  if (to.before) to.before(found);
}

inline virtual_loop::virtual_loop(std::chrono::nanoseconds patience)
    : runner_({.loop_factory = [this, patience] { return make(patience); }}) {
  get();
}

inline std::unique_ptr<event_loop> virtual_loop::make(std::chrono::nanoseconds patience) {
  auto time = std::make_unique<virtual_clock>();
  auto jumps = std::make_unique<virtual_selector>(*time);
  selector_ = jumps.get();
  auto made = std::make_unique<event_loop>(loop_parts{std::move(time), std::move(jumps)});
  selector_->set_patience(patience, [loop = made.get()] {
    std::string message = "the loop has no timer, and no descriptor or other thread woke it for too long; tasks that wait:";
    for (const task_base& waiting : all_tasks(*loop)) message += "\n  " + waiting.describe();
    throw runtime_error(message);
  });
  return made;
}

inline void virtual_loop::advance(seconds by) {
  if (!(by >= seconds(0))) throw std::invalid_argument("time can only be advanced");
  struct scope {
    virtual_selector& selector;
    ~scope() { selector.set_end(std::nullopt); }
  } const ends{*selector_};
  bool reached = false;
  selector_->set_end(get().time() + to_nanoseconds(by), [this, &reached] {
    reached = true;
    get().stop();
  });
  get().run_forever();
  if (!reached) throw runtime_error("Event loop stopped before the time was reached.");
}

}  // namespace coroguard::testing
