#include "coroguard/future/future_state.hpp"

#include <atomic>

#include "coroguard/loop/event_loop.hpp"

namespace coroguard {

future_state_base::~future_state_base() {
  if (first_ != nullptr) note_thread_of(loop_, "future::~future, for the last handle of one with callbacks");
  // Nobody waits any more: tasks that wait hold this. What is left are callbacks that will not be called.
  while (first_ != nullptr) {
    done_callback& waiting = *first_;
    remove(waiting);
    waiting.drop();
  }
  if (unretrieved_) report_unretrieved(future_state_base::describe(), 0);
  if (with_observer && has_origin_) [[unlikely]]
    forget_origin(this);
}

void future_state_base::report_unretrieved(std::string source, std::uint64_t task) noexcept {
  unretrieved_ = false;
  try {
    event_loop::report_from_anywhere(loop_, {std::string(kind()) + " exception was never retrieved", error_,
                                             std::move(source), "unretrieved-exception", made_by(), task});
  } catch (...) {
    // An interrupt of the handler, which a destructor cannot let through.
  }
}

std::shared_ptr<const origin> future_state_base::made_by() const {
  if (!has_origin_) return nullptr;
  const std::optional<origin> known = origin_of(this);
  return known ? std::make_shared<const origin>(*known) : nullptr;
}

bool future_state_base::cancel(std::optional<std::string> message) {
  unretrieved_ = false;
  if (done()) return false;
  finish_cancelled(std::move(message));
  return true;
}

void future_state_base::set_exception(std::exception_ptr error) {
  require_pending();
  if (!error) throw std::invalid_argument("an exception is expected, not a null pointer");
  finish_with_error(std::move(error));
}

std::exception_ptr future_state_base::exception() {
  if (cancelled()) throw make_cancelled_error();
  if (!done()) {
    check_thread("future::exception");
    throw invalid_state_error("Exception is not set.");
  }
  unretrieved_ = false;
  return error_;
}

void future_state_base::require_value() {
  if (status_ == status::finished && !error_) [[likely]]
    return;
  if (cancelled()) throw make_cancelled_error();
  if (!done()) {
    check_thread("future::result");
    throw invalid_state_error("Result is not ready.");
  }
  unretrieved_ = false;
  std::rethrow_exception(error_);
}

void future_state_base::require_pending() const {
  if (done()) throw invalid_state_error("invalid state: " + describe());
}

cancelled_error future_state_base::make_cancelled_error() const {
  return cancel_message_ ? cancelled_error(*cancel_message_) : cancelled_error();
}

void future_state_base::finish_with_error(std::exception_ptr error) noexcept {
  error_ = std::move(error);
  unretrieved_ = true;
  finish(status::finished);
}

void future_state_base::finish_cancelled(std::optional<std::string> message) {
  if (message) cancel_message_ = std::make_unique<std::string>(*std::move(message));
  finish(status::cancelled);
}

void future_state_base::finish(status end) noexcept {
  status_ = end;
  while (first_ != nullptr) {
    done_callback& waiting = *first_;
    remove(waiting);
    queue(waiting);
  }
}

void future_state_base::queue(done_callback& waiting) noexcept {
  if (loop_->is_closed()) {  // as close() does with all that is queued
    waiting.drop();
    return;
  }
  waiting.will_run(*this);
  loop_->enqueue(waiting);
}

void future_state_base::add(done_callback& waiting) noexcept {
  if (done()) {
    queue(waiting);
    return;
  }
  waiting.next_waiting_ = nullptr;
  waiting.previous_waiting_ = last_;
  (last_ == nullptr ? first_ : last_->next_waiting_) = &waiting;
  last_ = &waiting;
}

void future_state_base::remove(done_callback& waiting) noexcept {
  (waiting.previous_waiting_ == nullptr ? first_ : waiting.previous_waiting_->next_waiting_) = waiting.next_waiting_;
  (waiting.next_waiting_ == nullptr ? last_ : waiting.next_waiting_->previous_waiting_) = waiting.previous_waiting_;
  waiting.next_waiting_ = waiting.previous_waiting_ = nullptr;
  // Debug mode walks the list in a signal handler: what is in it must not have been freed.
  std::atomic_signal_fence(std::memory_order_seq_cst);
}

const char* future_state_base::kind() const noexcept {
  switch (kind_) {
    case future_kind::future:
    case future_kind::shield:
    case future_kind::timer:
    case future_kind::internal:
      return "Future";
    case future_kind::task:
      return "Task";
    case future_kind::gathering:
      return "_GatheringFuture";
  }
  return "";
}

std::string future_state_base::describe_status() const {
  switch (status_) {
    case status::pending:
      return "pending";
    case status::cancelled:
      return "cancelled";
    case status::finished:
      return error_ ? "finished exception=" + coroguard::describe(error_) : "finished";
  }
  return "";
}

std::string future_state_base::describe_in_any_thread() const {
  if (done() || !belongs_to_another_thread(loop_)) return describe();
  return std::string("<") + kind() + " pending created " + place_text(where_) + ">";
}

std::string future_state_base::describe() const {
  return std::string("<") + kind() + " " + describe_status() + " created " + place_text(where_) + ">";
}

}  // namespace coroguard
