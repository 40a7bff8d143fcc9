#include "coroguard/task/task_core.hpp"

#include <algorithm>
#include <atomic>
#include <utility>

#include "coroguard/loop/event_loop.hpp"
#include "coroguard/task/coro.hpp"

namespace coroguard {

namespace {

std::atomic<std::uint64_t> tasks_made{0};

// Makes a task the current one of its loop for as long as its step runs.
class current_task_scope {
public:
  current_task_scope(event_loop& loop, task_core& task) : current_(loop.current_task()), before_(std::exchange(current_, &task)) {}
  ~current_task_scope() { current_ = before_; }
  current_task_scope(const current_task_scope&) = delete;

private:
  task_core*& current_;
  task_core* before_;
};

}  // namespace

task_core::task_core(future_state_base& state, coro_promise_base& root) noexcept
    : state_(state), leaf_(&root), root_(&root), number_(tasks_made.fetch_add(1, std::memory_order_relaxed) + 1) {
  root.task_ = this;
}

task_core::~task_core() {
  if (state_.unretrieved()) report_unretrieved();  // its state alone does not know the name
  if (root_ == nullptr) return;
  // The factory did not begin it: it was never the loop's.
  report_destroyed();
  destroy_frames();
}

// ---- starting, stepping, ending --------------------------------------------------------------------------------------

void task_core::start_soon() noexcept {
  if (started_ || state_.loop().is_closed()) return;
  started_ = true;
  state_.add_ref();  // the loop's, until complete() or loop_closes()
  state_.loop().tasks().add(*this);
  state_.loop().enqueue(*this);
}

void task_core::start_now() {
  if (started_ || state_.loop().is_closed()) return;
  started_ = true;
  state_.add_ref();
  state_.loop().tasks().add(*this);
  step();
}

void task_core::run() { step(); }

void task_core::step() {
  waiting_for_ = nullptr;
  if (!begun_ && must_cancel_) {
    destroy_frames();
    complete();
    return;
  }
  if (!begun_) {
    begun_ = true;
    state_.loop().tell([this](observer& each) { each.task_begins(*this); });
  }
  {
    const current_task_scope scope(state_.loop(), *this);
    resume_until_suspended();
  }
  if (leaf_ == nullptr) complete();
}

void task_core::resume_until_suspended() {
  suspended_ = false;
  do leaf_->self_.resume();
  while (!suspended_ && leaf_ != nullptr);
}

void task_core::complete() {
  const ref<future_state_base> alive = ref<future_state_base>::adopt(&state_);
  state_.loop().tasks().remove(*this);
  state_.loop().tell([this](observer& each) { each.task_ends(*this); });
  const bool cancelled = must_cancel_;
  must_cancel_ = false;
  finish(cancelled);
}

void task_core::destroy_frames() noexcept {
  if (root_ == nullptr) return;
  // From the inside out, as an exception would, and without recursion: a frame's destructor would destroy what it awaits.
  for (coro_promise_base* innermost = leaf_; innermost != nullptr && innermost != root_;) {
    coro_promise_base* outer = innermost->awaited_by_;
    leaf_ = outer;  // a signal handler may walk the chain
    *static_cast<std::coroutine_handle<>*>(innermost->owner_) = nullptr;
    innermost->self_.destroy();
    innermost = outer;
  }
  leaf_ = nullptr;
  std::exchange(root_, nullptr)->self_.destroy();
}

void task_core::loop_closes() noexcept {
  const ref<future_state_base> alive = ref<future_state_base>::adopt(&state_);
  state_.loop().tasks().remove(*this);
  report_destroyed();
  if (waiting_for_ != nullptr) std::exchange(waiting_for_, nullptr)->remove(*this);
  destroy_frames();
}

void task_core::report_destroyed() noexcept {
  if (!report_destruction_) return;
  try {
    event_loop::report_from_anywhere(
        &state_.loop(), {"Task was destroyed but it is pending!", nullptr, task_core::describe(),
                         "destroyed-while-pending", state_.made_by(), number_});
  } catch (...) {
    // An interrupt of the handler, which neither a destructor nor close() can let through.
  }
}

void task_core::report_unretrieved() noexcept {
  std::string source;
  try {
    source = describe_without_end() + " created " + place_text(state_.where()) + ">";
  } catch (...) {  // no memory: the report does not name it
  }
  state_.report_unretrieved(std::move(source), number_);
}

// ---- suspending ------------------------------------------------------------------------------------------------------

void task_core::yield() noexcept {
  suspended_ = true;
  state_.loop().enqueue(*this);
}

void task_core::wait_for(future_state_base& awaited) noexcept {
  suspended_ = true;
  if (&awaited.loop() != &state_.loop()) {
    wake_error_ = std::make_exception_ptr(
        runtime_error("Task " + describe() + " got Future " + awaited.describe() + " attached to a different loop"));
    note_thread_of(&awaited.loop(), "co_await of a future");
  } else if (&awaited == &state_) {
    wake_error_ = std::make_exception_ptr(runtime_error("Task cannot await on itself: " + describe()));
  }
  if (wake_error_) {
    state_.loop().enqueue(*this);
    return;
  }
  awaited.add(*this);
  waiting_for_ = &awaited;
  state_.loop().tell([this](observer& each) { each.task_waits(*this); });
  if (!must_cancel_) [[likely]]
    return;
  const bool cancelled = awaited.cancel(cancel_message_ ? std::optional(*cancel_message_) : std::nullopt);
  if (cancelled && waiting_for_ != nullptr) must_cancel_ = false;
}

void task_core::throw_wake_error() {
  const std::exception_ptr error = std::exchange(wake_error_, nullptr);
  if (!must_cancel_) std::rethrow_exception(error);
  must_cancel_ = false;
  throw cancelled_error(take_cancel_message());
}

void task_core::throw_wake_error(future_state_base& awaited) {
  if (wake_error_ || !awaited.done()) throw_wake_error();
  // How it ended was told, although the cancellation goes first. One that it ended with goes before that of the task.
  awaited.mark_retrieved();
  if (awaited.cancelled()) {
    must_cancel_ = false;
    throw awaited.make_cancelled_error();
  }
  if (std::exception_ptr error = awaited.exception(); is_cancellation(error)) {
    must_cancel_ = false;
    std::rethrow_exception(std::move(error));
  }
  throw_wake_error();
}

// ---- cancelling ------------------------------------------------------------------------------------------------------

bool task_core::cancel(std::optional<std::string> message) {
  if (state_.done()) return false;
  if (is_cancelling_) return came_back_ = true;
  // Down a chain of tasks that wait for each other, without recursion: it may be long.
  task_core* innermost = this;
  for (;;) {
    ++innermost->cancel_requests_;
    innermost->is_cancelling_ = true;
    task_core* const next = innermost->waiting_for_ == nullptr ? nullptr : innermost->waiting_for_->as_task();
    if (next == nullptr || next->state_.done() || next->is_cancelling_) break;
    next->state_.mark_retrieved();
    innermost = next;
  }
  innermost->cancel_what_is_awaited(message);
  for (task_core* one = this; one != nullptr;) {
    task_core* const next = one == innermost ? nullptr : one->waiting_for_->as_task();
    one->is_cancelling_ = false;
    if (one->came_back_) one->break_circle(message);
    one->came_back_ = false;
    one = next;
  }
  return true;
}

void task_core::cancel_what_is_awaited(const std::optional<std::string>& message) {
  if (waiting_for_ != nullptr) {
    const task_core* const awaited = waiting_for_->as_task();
    if (awaited != nullptr && awaited->is_cancelling_) return break_circle(message);
    if (waiting_for_->cancel(message)) return;  // which wakes this task with the cancellation
  }
  cancel_next_step(message);
}

void task_core::break_circle(const std::optional<std::string>& message) {
  // None of its tasks would ever be woken. This one is, with the cancellation.
  if (waiting_for_ != nullptr && !waiting_for_->done()) {
    std::exchange(waiting_for_, nullptr)->remove(*this);
    if (!state_.loop().is_closed()) state_.loop().enqueue(*this);  // a loop that closes destroys it instead
  }
  cancel_next_step(message);
}

void task_core::cancel_next_step(const std::optional<std::string>& message) {
  must_cancel_ = true;
  cancel_message_ = message ? std::make_unique<std::string>(*message) : nullptr;
}

int task_core::uncancel() noexcept {
  if (cancel_requests_ > 0 && --cancel_requests_ == 0) must_cancel_ = false;
  return cancel_requests_;
}

std::optional<std::string> task_core::take_cancel_message() {
  if (!cancel_message_) return std::nullopt;
  return std::move(*std::exchange(cancel_message_, nullptr));
}

// ---- what it does now ------------------------------------------------------------------------------------------------

std::vector<std::source_location> task_core::stack() const {
  std::vector<std::source_location> places;
  for (const coro_promise_base* one = leaf_; one != nullptr; one = one->awaited_by()) places.push_back(one->suspended_at());
  std::ranges::reverse(places);
  return places;
}

std::size_t task_core::copy_chain(await_frame* to, std::size_t most) const noexcept {
  std::size_t count = 0;
  for (const task_core* task = this; task != nullptr; task = task->awaited_by()) {
    const std::size_t before = count;
    for (const coro_promise_base* one = task->leaf_; one != nullptr && count < most; one = one->awaited_by())
      to[count++] = {one->where(), one->suspended_at(), task->number_, task->state_.where()};
    if (count == before) break;  // full, or a task that is about to end
  }
  return count;
}

task_core* task_core::awaited_by() const noexcept {
  constexpr int most = 8;  // futures between two tasks: a gather in a shield in a gather
  const future_state_base* awaited = &state_;
  for (int i = 0; i < most; ++i) {
    const done_callback* const waiting = awaited->first_callback();
    future_state_base* const next = waiting != nullptr ? waiting->waiting() : nullptr;
    if (next == nullptr) return nullptr;
    if (task_core* const task = next->as_task()) return task;
    awaited = next;
  }
  return nullptr;
}

std::string task_core::describe_stack() const {
  std::vector<const coro_promise_base*> chain;
  for (const coro_promise_base* one = leaf_; one != nullptr; one = one->awaited_by()) chain.push_back(one);
  if (chain.empty()) return "No stack for " + describe() + "\n";
  std::string text = "Stack for " + describe() + " (most recent call last):\n";
  for (; !chain.empty(); chain.pop_back()) {
    const std::source_location at = chain.back()->suspended_at();
    text += std::string("  File \"") + at.file_name() + "\", line " + std::to_string(at.line()) + ", in " +
            function_name(chain.back()->where()) + "\n";
  }
  return text;
}

// ---- names -----------------------------------------------------------------------------------------------------------

std::string task_core::name() const {
  return label_ && label_->name ? *label_->name : "Task-" + std::to_string(number_);
}

void task_core::set_name(std::string_view name) {
  if (!label_) label_ = std::make_unique<label>();
  label_->name = std::string(name);
}

void task_core::keep_coroutine() noexcept {
  if (root_ == nullptr) return;
  try {
    if (!label_) label_ = std::make_unique<label>();
    label_->coroutine = root_->where();
  } catch (...) {  // no memory: the report will not say it
  }
}

item_note task_core::note() const noexcept {
  item_note note{state_.done() ? "Task done" : "Task pending"};
  note.task = number_;
  if (root_ != nullptr) {
    note.where = root_->suspended_at();
    note.coroutine = root_->where();
  }
  if (label_ && label_->name) note.name[label_->name->copy(note.name, sizeof note.name - 1)] = '\0';
  return note;
}

std::string task_core::describe() const {
  // Tasks can wait for each other in a circle, or in a chain of any length: as reports, neither says more when it is longer.
  constexpr int most_levels = 8;
  std::string text;
  const task_core* one = this;
  for (int level = 1;; ++level) {
    text += one->describe_without_end();
    future_state_base* const awaited = one->waiting_for_;
    if (awaited == nullptr) return text + std::string(level, '>');
    text += " wait_for=";
    one = awaited->as_task();
    if (one == nullptr) return text + awaited->describe() + std::string(level, '>');
    if (one == this || level == most_levels) return text + "..." + std::string(level, '>');
  }
}

std::string task_core::describe_without_end() const {
  const bool cancelling = cancel_requests_ > 0 && !state_.done();
  std::string text = "<Task " + (cancelling ? "cancelling" : state_.describe_status()) + " name='" + name() + "'";
  if (root_ != nullptr) {
    const std::source_location at = root_->suspended_at();
    text += " coro=<" + function_name(root_->where()) + "() at " + at.file_name() + ":" + std::to_string(at.line()) + ">";
  } else if (label_ && label_->coroutine.line() != 0) {
    text += " coro=<" + function_name(label_->coroutine) + "() done, defined " + place_text(label_->coroutine) + ">";
  }
  return text;
}

}  // namespace coroguard
