#include "coroguard/base/exception_group.hpp"

#include <algorithm>
#include <stdexcept>

namespace coroguard {

namespace {

// The group that `error` is, if it is one. The pointer lives as long as `error`: rethrowing does not copy.
const exception_group* as_group(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const exception_group& group) {
    return &group;
  } catch (...) {
    return nullptr;
  }
}

std::optional<exception_group> made_of(const std::string& message, std::vector<std::exception_ptr> exceptions) {
  if (exceptions.empty()) return std::nullopt;
  return exception_group(message, std::move(exceptions));
}

void append(std::vector<std::exception_ptr>& to, std::optional<exception_group> group) {
  if (group) to.push_back(std::make_exception_ptr(*std::move(group)));
}

}  // namespace

exception_group::exception_group(std::string message, std::vector<std::exception_ptr> exceptions)
    : message_(std::move(message)), exceptions_(std::move(exceptions)) {
  if (exceptions_.empty()) throw std::invalid_argument("second argument (exceptions) must be a non-empty sequence");
  if (std::ranges::find(exceptions_, nullptr) != exceptions_.end())
    throw std::invalid_argument("an item of the second argument (exceptions) is not an exception");
  what_ = message_ + " (" + std::to_string(exceptions_.size()) + " sub-exception" + (exceptions_.size() == 1 ? "" : "s") + ")";
}

bool exception_group::is_group(const std::exception_ptr& error) { return as_group(error) != nullptr; }

std::optional<exception_group> exception_group::subgroup(const condition& matches) const { return split(matches).first; }

std::pair<std::optional<exception_group>, std::optional<exception_group>> exception_group::split(
    const condition& matches) const {
  if (matches(std::make_exception_ptr(*this))) return {*this, std::nullopt};
  return split_members(matches);
}

std::pair<std::optional<exception_group>, std::optional<exception_group>> exception_group::split_members(
    const condition& matches) const {
  std::vector<std::exception_ptr> in;
  std::vector<std::exception_ptr> out;
  for (const std::exception_ptr& error : exceptions_) {
    const exception_group* inner = as_group(error);
    if (matches(error)) {
      in.push_back(error);
    } else if (inner != nullptr) {
      auto [inner_in, inner_out] = inner->split_members(matches);
      append(in, std::move(inner_in));
      append(out, std::move(inner_out));
    } else {
      out.push_back(error);
    }
  }
  return {made_of(message_, std::move(in)), made_of(message_, std::move(out))};
}

}  // namespace coroguard
