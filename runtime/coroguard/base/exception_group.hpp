// Several errors that happened together, as one exception (PEP 654).
#pragma once

#include <concepts>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace coroguard {

// What a task_group throws when children failed. Groups may hold groups. Immutable; copies share the exceptions.
class exception_group : public std::exception {
public:
  // True for an exception that belongs to the part looked for. Called with whole groups, this one first, and then with
  // what is in those for which it was false, as in Python.
  using condition = std::function<bool(const std::exception_ptr&)>;

  // Throws std::invalid_argument when `exceptions` is empty or holds a null pointer.
  exception_group(std::string message, std::vector<std::exception_ptr> exceptions);

  const std::string& message() const noexcept { return message_; }
  const std::vector<std::exception_ptr>& exceptions() const noexcept { return exceptions_; }
  // "<message> (<n> sub-exceptions)".
  const char* what() const noexcept override { return what_.c_str(); }

  // The group with only those leaves for which `matches` is true, nested as they were; nothing when there is none.
  std::optional<exception_group> subgroup(const condition& matches) const;
  // The leaves for which `matches` is true, and the others.
  std::pair<std::optional<exception_group>, std::optional<exception_group>> split(const condition& matches) const;

  // The same with "is an exception of this type" as the condition; asked of leaves alone, unless the type is a group.
  template <class Error>
  std::optional<exception_group> subgroup() const { return subgroup(is<Error>); }
  template <class Error>
  std::pair<std::optional<exception_group>, std::optional<exception_group>> split() const { return split(is<Error>); }

private:
  static bool is_group(const std::exception_ptr& error);
  template <class Error>
  static bool is(const std::exception_ptr& error) {
    // Of a group its leaves decide: one of cancellations is a std::exception, and what it holds is none.
    if constexpr (!std::derived_from<Error, exception_group>)
      if (is_group(error)) return false;
    try {
      std::rethrow_exception(error);
    } catch (const Error&) {
      return true;
    } catch (...) {
      return false;
    }
  }

  std::pair<std::optional<exception_group>, std::optional<exception_group>> split_members(const condition& matches) const;

  std::string message_;
  std::vector<std::exception_ptr> exceptions_;
  std::string what_;
};

}  // namespace coroguard
