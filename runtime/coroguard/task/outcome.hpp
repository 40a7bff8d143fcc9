// How something ended: with a value or with an exception.
#pragma once

#include <exception>
#include <functional>
#include <type_traits>
#include <utility>
#include <variant>

namespace coroguard {

// A result as part of a tuple or vector: std::monostate for void, std::reference_wrapper for a reference.
template <class T>
using storable_t =
    std::conditional_t<std::is_void_v<T>, std::monostate,
                       std::conditional_t<std::is_reference_v<T>, std::reference_wrapper<std::remove_reference_t<T>>, T>>;

// A value of type T, or the exception that there is instead; what `gather(return_exceptions, ...)` gives for each awaitable.
template <class T>
class outcome {
public:
  using value_type = T;

  template <class U = T>
    requires(std::is_constructible_v<T, U &&> && !std::is_same_v<std::remove_cvref_t<U>, outcome> &&
             !std::is_same_v<std::remove_cvref_t<U>, std::exception_ptr>)
  outcome(U&& value) : held_(std::in_place_index<0>, std::forward<U>(value)) {}
  // `error` is not null.
  explicit outcome(std::exception_ptr error) noexcept : held_(std::in_place_index<1>, std::move(error)) {}

  bool has_value() const noexcept { return held_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  // Throws the exception when there is one.
  T& value() & {
    rethrow();
    return *std::get_if<0>(&held_);
  }
  const T& value() const& {
    rethrow();
    return *std::get_if<0>(&held_);
  }
  T&& value() && {
    rethrow();
    return std::move(*std::get_if<0>(&held_));
  }

  // Null when there is a value.
  std::exception_ptr exception() const noexcept { return has_value() ? nullptr : *std::get_if<1>(&held_); }

private:
  void rethrow() const {
    if (!has_value()) std::rethrow_exception(exception());
  }

  std::variant<T, std::exception_ptr> held_;
};

}  // namespace coroguard
