// For programs under test: a report ends the run of a loop with an exception, so that the program stops at the first one.
#pragma once

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace coroguard {

struct report;

// What run(), run_until_complete() and run_forever() throw then. what() is the report's whole text.
class report_error : public std::runtime_error {
public:
  report_error(std::string_view rule, const std::string& text)
      : std::runtime_error(text), rule_(std::make_shared<const std::string>(rule)) {}
  const std::string& rule() const noexcept { return *rule_; }

private:
  std::shared_ptr<const std::string> rule_;  // shared: exceptions are copied, and that must not throw
};

// From now on reports are also thrown, besides going where they go otherwise. COROGUARD_DEBUG=throw says so, too. Returns what
// was said before. Any thread.
//
// A report belongs to the loop that it names, or else to the one that runs in the thread that made it. That loop throws it
// out of its run when the callback ends in which it came; not out of the callback: no catch of the program sees it. A loop that
// is not in debug mode throws when its run ends. What nobody can throw there waits: a report of another thread (the watchdog's
// too) until the loop's next callback ends, at the latest until its run does; of no loop (a destructor after the run, a
// thread without one) or of a loop that was destroyed, until any loop gets there. Of several only the first is thrown; what()
// counts the others. Nothing is thrown out of a destructor.
bool set_reports_throw(bool on) noexcept;

// For report sinks: the report that the sink was called with is all right, and will not be thrown.
void do_not_throw_this_report() noexcept;

// ---- for the other parts of the runtime ----------------------------------------------------------------------------

// For the sink that fails tests: the report has failed one. It is thrown as well, but not out of what the next test runs,
// by forget_reports_of_failed_tests().
void this_report_fails_a_test() noexcept;
void forget_reports_of_failed_tests() noexcept;

// Whether reports throw. What the environment says counts from the first call on.
bool reports_throw() noexcept;
// What the sink said of the report that it was called with, asked once by emit.
enum class report_fate { thrown, thrown_in_its_test, not_thrown };
report_fate take_report_fate() noexcept;
// Remembers a report for whoever may throw it.
void keep_report(const report& found, report_fate fate) noexcept;
// One is on its way: loops look for it, outside of callbacks, where waiting for its text makes nothing slow.
void expect_kept_report() noexcept;

inline constinit std::atomic<int> kept_report_count{0};
// Throws report_error when there are reports for this loop, and forgets them.
void throw_kept_reports_now(const void* loop);
inline void throw_kept_reports(const void* loop) {
  if (kept_report_count.load(std::memory_order_relaxed) != 0) [[unlikely]] throw_kept_reports_now(loop);
}
// The loop that runs in this thread; null: none.
void reports_here_are_of(const void* loop) noexcept;
const void* loop_of_reports_here() noexcept;
// The loop is destroyed: its reports are anybody's.
void reports_lose_loop(const void* loop) noexcept;

// While one lives, loops of this thread keep reports instead of throwing them.
class reports_stay_kept {
public:
  reports_stay_kept() noexcept;
  ~reports_stay_kept();
  reports_stay_kept(const reports_stay_kept&) = delete;
};

}  // namespace coroguard
