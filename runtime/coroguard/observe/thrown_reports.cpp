#include "coroguard/observe/thrown_reports.hpp"

#include <utility>
#include <vector>

#include "coroguard/base/fork_safe_mutex.hpp"
#include "coroguard/base/own_mutex.hpp"
#include "coroguard/observe/observer.hpp"
#include "coroguard/observe/report.hpp"

namespace coroguard {

namespace {

constexpr std::size_t most_kept = 100;  // a program whose loops never run again does not collect without end

struct kept_report {
  const void* loop;  // null: any loop may throw it
  report_error error;
  bool failed_a_test = false;
};

struct kept_reports {
  fork_safe_mutex mutex;
  std::vector<kept_report> all;
};

// Never destroyed: objects with static storage may report while the process ends.
kept_reports& the_kept() {
  const own_wait waiting;
  static kept_reports* const only = new kept_reports;
  return *only;
}

constinit thread_local const void* loop_here = nullptr;
constinit thread_local int stay_kept_here = 0;
constinit thread_local report_fate fate_here = report_fate::thrown;

enum class switched : int { unknown, off, on };
constinit std::atomic<switched> throws{switched::unknown};

}  // namespace

bool set_reports_throw(bool on) noexcept {
  const bool before = reports_throw();
  throws.store(on ? switched::on : switched::off, std::memory_order_relaxed);
  return before;
}

bool reports_throw() noexcept {
  const switched now = throws.load(std::memory_order_relaxed);
  if (now != switched::unknown) return now == switched::on;
  switched unknown = switched::unknown;
  const bool on = debug_by_environment() == debug_setting::throws;
  throws.compare_exchange_strong(unknown, on ? switched::on : switched::off);
  return throws.load(std::memory_order_relaxed) == switched::on;
}

void do_not_throw_this_report() noexcept { fate_here = report_fate::not_thrown; }
void this_report_fails_a_test() noexcept { fate_here = report_fate::thrown_in_its_test; }
report_fate take_report_fate() noexcept { return std::exchange(fate_here, report_fate::thrown); }

void keep_report(const report& found, report_fate fate) noexcept {
  try {
    kept_report kept{found.loop, report_error(found.rule, report_text(found)), fate == report_fate::thrown_in_its_test};
    kept_reports& to = the_kept();
    const std::scoped_lock lock(to.mutex);
    if (to.all.size() < most_kept) to.all.push_back(std::move(kept));
    kept_report_count.store(static_cast<int>(to.all.size()), std::memory_order_relaxed);
  } catch (...) {  // no memory; the report has gone to the sink
  }
}

void throw_kept_reports_now(const void* loop) {
  if (stay_kept_here != 0) return;
  flush_reports();  // one may be on its way
  std::vector<kept_report> thrown;
  {
    kept_reports& from = the_kept();
    const std::scoped_lock lock(from.mutex);
    std::vector<kept_report> others;
    for (kept_report& one : from.all) (one.loop == nullptr || one.loop == loop ? thrown : others).push_back(std::move(one));
    from.all = std::move(others);
    kept_report_count.store(static_cast<int>(from.all.size()), std::memory_order_relaxed);
  }
  if (thrown.empty()) return;
  const report_error& first = thrown.front().error;
  if (thrown.size() == 1) throw report_error(first);
  throw report_error(first.rule(), std::string(first.what()) + "\n(reports besides this one: " + std::to_string(thrown.size() - 1) + ")");
}

void reports_here_are_of(const void* loop) noexcept { loop_here = loop; }
void expect_kept_report() noexcept {
  int none = 0;
  kept_report_count.compare_exchange_strong(none, 1, std::memory_order_relaxed);
}
const void* loop_of_reports_here() noexcept { return loop_here; }

void reports_lose_loop(const void* loop) noexcept {
  if (kept_report_count.load(std::memory_order_relaxed) == 0) return;
  kept_reports& in = the_kept();
  const std::scoped_lock lock(in.mutex);
  for (kept_report& one : in.all)
    if (one.loop == loop) one.loop = nullptr;
}

void forget_reports_of_failed_tests() noexcept {
  kept_reports& in = the_kept();
  const std::scoped_lock lock(in.mutex);
  std::erase_if(in.all, [](const kept_report& one) { return one.failed_a_test; });
  kept_report_count.store(static_cast<int>(in.all.size()), std::memory_order_relaxed);
}

reports_stay_kept::reports_stay_kept() noexcept { ++stay_kept_here; }
reports_stay_kept::~reports_stay_kept() { --stay_kept_here; }

}  // namespace coroguard
