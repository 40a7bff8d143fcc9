#include "coroguard/exec/concurrent_future_core.hpp"

#include "coroguard/base/errors.hpp"
#include "coroguard/observe/log.hpp"

#include <sstream>
#include <stdexcept>

namespace coroguard {

namespace {

bool is_cancelled(concurrent_state state) {
  return state == concurrent_state::cancelled || state == concurrent_state::cancelled_and_notified;
}

const char* constant_of(concurrent_state state) {
  switch (state) {
  case concurrent_state::pending: return "PENDING";
  case concurrent_state::running: return "RUNNING";
  case concurrent_state::cancelled: return "CANCELLED";
  case concurrent_state::cancelled_and_notified: return "CANCELLED_AND_NOTIFIED";
  case concurrent_state::finished: return "FINISHED";
  }
  return "";
}

const char* word_of(concurrent_state state) {
  switch (state) {
  case concurrent_state::pending: return "pending";
  case concurrent_state::running: return "running";
  case concurrent_state::cancelled:
  case concurrent_state::cancelled_and_notified: return "cancelled";
  case concurrent_state::finished: return "finished";
  }
  return "";
}

}  // namespace

bool concurrent_future_core::is_done() const noexcept {
  return is_cancelled(state_) || state_ == concurrent_state::finished;
}

concurrent_state concurrent_future_core::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

bool concurrent_future_core::cancel() {
  done_callbacks functions;
  {
    const std::lock_guard lock(mutex_);
    if (is_done() || state_ == concurrent_state::running) return is_cancelled(state_);
    state_ = concurrent_state::cancelled;
    functions.swap(callbacks_);
    done_.notify_all();
  }
  call(std::move(functions));
  return true;
}

bool concurrent_future_core::set_running_or_notify_cancel() {
  std::unique_lock<std::mutex> lock(mutex_);
  if (state_ == concurrent_state::pending) {
    state_ = concurrent_state::running;
    return true;
  }
  if (state_ != concurrent_state::cancelled) {
    const std::string report = describe_locked() + " in unexpected state: " + constant_of(state_);
    lock.unlock();
    const auto error = std::make_exception_ptr(runtime_error("Future in unexpected state"));
    log_error(report, error);
    std::rethrow_exception(error);
  }
  state_ = concurrent_state::cancelled_and_notified;
  for (completion_watcher* watcher : watchers_) watcher->completed(*this, concurrent_outcome::cancelled);
  watchers_.clear();
  return false;
}

void concurrent_future_core::add_done_callback(done_callback function) {
  {
    const std::lock_guard lock(mutex_);
    if (!is_done()) {
      callbacks_.push_back(std::move(function));
      return;
    }
  }
  call_one(function);
}

std::exception_ptr concurrent_future_core::exception(const time_limit& limit) const {
  const std::unique_lock lock = wait_until_done(limit);
  return exception_;
}

concurrent_future_core::done_callbacks concurrent_future_core::end_with_exception(std::exception_ptr error) {
  if (!error) throw std::invalid_argument("a future needs an exception, not a null pointer");
  std::unique_lock lock = lock_unfinished();
  exception_ = std::move(error);
  return end(std::move(lock), concurrent_outcome::exception);
}

void concurrent_future_core::call(done_callbacks functions) noexcept {
  for (done_callback& function : functions) call_one(function);
}

void concurrent_future_core::call_one(done_callback& function) noexcept {
  try {
    function(*this);
  } catch (...) {
    log_error("exception calling callback for " + describe_state(), std::current_exception());
  }
}

std::optional<concurrent_outcome> concurrent_future_core::watch(completion_watcher& watcher) {
  const std::lock_guard lock(mutex_);
  if (state_ == concurrent_state::cancelled_and_notified) return concurrent_outcome::cancelled;
  if (state_ == concurrent_state::finished)
    return exception_ ? concurrent_outcome::exception : concurrent_outcome::result;
  watchers_.push_back(&watcher);
  return std::nullopt;
}

bool concurrent_future_core::unwatch(completion_watcher& watcher) {
  const std::lock_guard lock(mutex_);
  std::erase(watchers_, &watcher);
  return state_ == concurrent_state::cancelled_and_notified || state_ == concurrent_state::finished;
}

std::string concurrent_future_core::describe_state() const {
  const std::lock_guard lock(mutex_);
  return describe_locked();
}

std::string concurrent_future_core::describe_locked() const {
  std::ostringstream text;
  text << "<concurrent_future at " << static_cast<const void*>(this) << " state=" << word_of(state_);
  if (state_ == concurrent_state::finished)
    text << (exception_ ? " raised " + type_of(exception_) : " returned " + name_of(&result_type()));
  text << ">";
  return text.str();
}

std::unique_lock<std::mutex> concurrent_future_core::lock_unfinished() const {
  std::unique_lock<std::mutex> lock(mutex_);
  if (is_done()) throw invalid_state_error(std::string(constant_of(state_)) + ": " + describe_locked());
  return lock;
}

concurrent_future_core::done_callbacks concurrent_future_core::end(std::unique_lock<std::mutex> lock,
                                                                   concurrent_outcome outcome) noexcept {
  state_ = concurrent_state::finished;
  for (completion_watcher* watcher : watchers_) watcher->completed(*this, outcome);
  watchers_.clear();
  done_.notify_all();
  return std::exchange(callbacks_, {});
}

std::unique_lock<std::mutex> concurrent_future_core::wait_until_done(const time_limit& limit) const {
  std::unique_lock<std::mutex> lock(mutex_);
  if (!is_done() && !deadline(limit).wait(done_, lock, [this] { return is_done(); })) throw timeout_error();
  if (is_cancelled(state_)) throw cancelled_error();
  return lock;
}

std::unique_lock<std::mutex> concurrent_future_core::wait_for_result(const time_limit& limit) const {
  std::unique_lock lock = wait_until_done(limit);
  if (exception_) {
    std::exception_ptr error = exception_;
    lock.unlock();
    std::rethrow_exception(std::move(error));
  }
  return lock;
}

void throw_result_taken() { throw invalid_state_error("the result was taken out of the future"); }

}  // namespace coroguard
