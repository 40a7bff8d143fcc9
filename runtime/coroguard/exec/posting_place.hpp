// Where work was handed to an executor, for debug mode. An executor's interface does not carry it: it is left beside the call.
#pragma once

#include <optional>
#include <source_location>
#include <utility>

#include "coroguard/observe/origin.hpp"

namespace coroguard {

inline constinit thread_local const std::source_location* posting_from = nullptr;

// While this lives, work that the thread posts comes from `where`.
class posting_scope {
public:
  explicit posting_scope(const std::source_location& where) noexcept : before_(std::exchange(posting_from, &where)) {}
  ~posting_scope() { posting_from = before_; }
  posting_scope(const posting_scope&) = delete;

private:
  const std::source_location* const before_;
};

struct work_place {
  std::source_location where;  // line 0: not known
  std::optional<origin> made;
};

}  // namespace coroguard
