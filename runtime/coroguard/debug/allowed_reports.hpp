// Reports that a test does not mind, whatever its framework is. Users get this with <coroguard/testing.hpp>.
// Not in <coroguard/runtime.hpp>: only tests need it.
#pragma once

#include <limits>
#include <memory>
#include <string>
#include <string_view>

#include "coroguard/observe/report.hpp"

namespace coroguard::testing {

// Which reports of a rule are meant.
struct which_reports {
  int at_most = std::numeric_limits<int>::max();  // those after so many are not
  std::string_view containing = {};               // this, anywhere in the report's text
};

// While it lives, reports of a rule do not fail the test, whatever thread they come from. Where several fit, the one made last
// counts the report.
//
//   const coroguard::testing::allow_reports allowed{"slow-callback", {.at_most = 2, .containing = "load_table"}};
//
// Without an object of reports_fail_tests it changes nothing. Any thread.
class [[nodiscard]] allow_reports {
public:
  // Throws std::invalid_argument for what is no id of run_time_rules, and for at_most below 1.
  explicit allow_reports(std::string_view rule, which_reports which = {});
  // Waits for reports that are on their way (flush_reports).
  ~allow_reports();
  allow_reports(const allow_reports&) = delete;
  allow_reports& operator=(const allow_reports&) = delete;

  // Those that came so far; waits for those on their way.
  int count() const noexcept;
  // "report of slow-callback that contains 'load_table'"
  std::string describe() const;

  struct entry;

private:
  std::unique_ptr<entry> entry_;
};

// ---- for other test frameworks -------------------------------------------------------------------------------------

// True when an allowance takes the report; it has counted it then. For a report sink.
bool is_allowed(const report& found);

// Prints a report that no test can be blamed for, and makes the process exit with code 1.
void fail_at_exit(const report& found) noexcept;

}  // namespace coroguard::testing
