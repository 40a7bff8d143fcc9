// The exceptions of the runtime, with asyncio's names and wording.
//
// What Python derives from BaseException does not derive from std::exception here, for the same reason: a
// `catch (const std::exception&)` that means "any error of the work" must not swallow a cancellation or a Ctrl+C.
#pragma once

#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <typeinfo>
#include <utility>

namespace coroguard {

// The task was cancelled. Thrown at the suspension point where the task waited (asyncio.CancelledError).
// Catch it to clean up, then let it go on: a task that swallows it does not end as cancelled.
class cancelled_error {
public:
  cancelled_error() = default;
  explicit cancelled_error(std::optional<std::string> message) : message_(std::move(message)) {}

  // What `cancel(message)` was given, if anything.
  const std::optional<std::string>& message() const noexcept { return message_; }

private:
  std::optional<std::string> message_;
};

// Ctrl+C ended `run` or `runner::run` (KeyboardInterrupt). Passes through the event loop: no handler holds it up.
class keyboard_interrupt {};

// A time limit passed (TimeoutError).
class timeout_error : public std::runtime_error {
public:
  timeout_error() : std::runtime_error("") {}
  explicit timeout_error(const std::string& message) : std::runtime_error(message) {}
};

// A future was asked for what its state does not allow: a result before there is one, or a second one
// (asyncio.InvalidStateError).
class invalid_state_error : public std::logic_error {
public:
  using std::logic_error::logic_error;
};

// An operation that makes no sense now: a closed loop, a loop that runs already, a task that awaits itself
// (RuntimeError). Wrong arguments are std::invalid_argument (ValueError).
class runtime_error : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

// What an exception says, in one line: the name of its type and its message, as reports print it.
std::string describe(const std::exception_ptr& error);

// The name of the type of an exception, and of any type; null stands for what cannot be known.
std::string type_of(const std::exception_ptr& error);
std::string name_of(const std::type_info* type);

// True for a cancelled_error.
bool is_cancellation(const std::exception_ptr& error) noexcept;

// True for what the event loop lets through: keyboard_interrupt.
bool passes_through_loop(const std::exception_ptr& error) noexcept;

}  // namespace coroguard
