#include "coroguard/debug/allowed_reports.hpp"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <ranges>
#include <stdexcept>
#include <vector>

#include "coroguard/base/fork_safe_mutex.hpp"
#include "coroguard/base/own_mutex.hpp"
#include "coroguard/observe/run_time_rules.hpp"

namespace coroguard::testing {

struct allow_reports::entry {
  std::string rule;
  std::string containing;
  int at_most;
  std::atomic<int> count{0};  // changed under the mutex
};

namespace {

struct registry {
  fork_safe_mutex mutex;
  std::vector<allow_reports::entry*> entries;
};

// Never destroyed: objects with static storage may report while the process ends.
registry& all_entries() {
  const own_wait waiting;
  static registry* const only = new registry;
  return *only;
}

void check_rule(std::string_view rule) {
  if (is_run_time_rule(rule)) return;
  std::string message = "'" + std::string(rule) + "' is no rule of debug mode; there are:";
  for (const std::string_view one : run_time_rules) message += " " + std::string(one);
  throw std::invalid_argument(message);
}

}  // namespace

allow_reports::allow_reports(std::string_view rule, which_reports which) {
  check_rule(rule);
  if (which.at_most < 1) throw std::invalid_argument("at_most must be at least 1");
  entry_.reset(new entry{std::string(rule), std::string(which.containing), which.at_most});
  const std::scoped_lock lock(all_entries().mutex);
  all_entries().entries.push_back(entry_.get());
}

allow_reports::~allow_reports() {
  flush_reports();
  const std::scoped_lock lock(all_entries().mutex);
  std::erase(all_entries().entries, entry_.get());
}

int allow_reports::count() const noexcept {
  flush_reports();
  return entry_->count.load();
}

std::string allow_reports::describe() const {
  return "report of " + entry_->rule + (entry_->containing.empty() ? "" : " that contains '" + entry_->containing + "'");
}

bool is_allowed(const report& found) {
  const std::string text = report_text(found);
  const std::scoped_lock lock(all_entries().mutex);
  for (allow_reports::entry* one : all_entries().entries | std::views::reverse) {
    if (one->rule != found.rule || one->count.load() >= one->at_most || text.find(one->containing) == text.npos) continue;
    one->count.fetch_add(1);
    return true;
  }
  return false;
}

void fail_at_exit(const report& found) noexcept {
  try {
    const std::string text = "outside of all tests, coroguard reports " + std::string(found.rule) + ": " + report_text(found) + "\n";
    std::fwrite(text.data(), 1, text.size(), stderr);
  } catch (...) {  // no memory for the text
  }
  static std::atomic_flag registered;
  if (registered.test_and_set()) return;
  // Also possible while the process exits: then it is called next.
  std::atexit([] {
    std::fflush(nullptr);
    std::_Exit(EXIT_FAILURE);
  });
}

}  // namespace coroguard::testing
