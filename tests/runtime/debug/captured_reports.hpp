// What debug mode reports while this lives.
#pragma once

#include <condition_variable>
#include <coroguard/observe/report.hpp>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

namespace coroguard {

class captured_reports {
public:
  captured_reports()
      : before_(set_report_sink([this](const report& one) {
          const std::scoped_lock lock(mutex_);
          found_.push_back(one);
        })) {}
  ~captured_reports() {
    flush_reports();
    set_report_sink(std::move(before_));
  }
  captured_reports(const captured_reports&) = delete;

  // Those so far, which the next call does not give again.
  std::vector<report> take() {
    flush_reports();
    const std::scoped_lock lock(mutex_);
    return std::exchange(found_, {});
  }

private:
  std::mutex mutex_;
  std::vector<report> found_;
  report_sink before_;
};

}  // namespace coroguard
