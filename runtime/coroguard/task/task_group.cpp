#include "coroguard/task/task_group.hpp"

namespace coroguard {

// Waits for one task of the group. Owned by itself: it goes away when it was called, or when nobody will call it.
class task_group::child final : public done_callback, public pooled {
public:
  child(task_group& group, future_state_base& task) : task_(&task), group_(&group) {}

  void will_run(future_state_base& ended) noexcept override { ended_ = ref<future_state_base>::share(&ended); }
  void run() override {
    const ref<future_state_base> ended = std::move(ended_);
    task_group* group = leave_group();
    delete this;
    if (group != nullptr) group->child_ended(*ended);
  }
  void drop() noexcept override {
    leave_group();
    delete this;
  }
  item_note note() const noexcept override { return {"done callback of a task group"}; }
  future_state_base* waiting() const noexcept override { return group_ != nullptr ? &group_->parent_.state() : nullptr; }

  // The group is destroyed first.
  void abandon() noexcept {
    group_ = nullptr;
    if (ended_) return;  // it is queued
    task_->remove(*this);
    delete this;
  }

private:
  friend class task_group;

  task_group* leave_group() noexcept {
    if (group_ != nullptr) group_->unlink(*this);
    return std::exchange(group_, nullptr);
  }

  future_state_base* task_;  // the loop owns it until it has ended
  ref<future_state_base> ended_;
  task_group* group_;
  child* next_ = nullptr;
  child* previous_ = nullptr;
};

task_group::task_group(task_group&& other) : cancel_on_enter_(other.cancel_on_enter_) {
  // Its tasks know the object's address.
  if (other.entered_) other.refuse("has already been entered");
}

task_group::~task_group() {
  for (child* waiting = first_; waiting != nullptr;) {
    child* next = waiting->next_;
    waiting->abandon();
    waiting = next;
  }
}

// ---- tasks -----------------------------------------------------------------------------------------------------------

const char* task_group::reason_to_refuse() const noexcept {
  if (!entered_) return "has not been entered";
  if (exiting_ && size_ == 0) return "is finished";
  if (aborting_) return "is shutting down";
  return nullptr;
}

void task_group::refuse(const char* why) const { throw runtime_error("TaskGroup " + describe() + " " + why); }

void task_group::adopt(future_state_base& task) {
  auto& added = *new child(*this, task);
  added.previous_ = last_;
  (last_ == nullptr ? first_ : last_->next_) = &added;
  last_ = &added;
  ++size_;
  // Also when an eager task has ended: a failure must not cancel the parent in the middle of create_task.
  task.add(added);
  if (aborting_ && !task.done()) task.cancel({});  // an eager one ended the group before it became a member
}

void task_group::unlink(child& ended) noexcept {
  (ended.previous_ == nullptr ? first_ : ended.previous_->next_) = ended.next_;
  (ended.next_ == nullptr ? last_ : ended.next_->previous_) = ended.previous_;
  --size_;
}

void task_group::child_ended(future_state_base& task) {
  if (size_ == 0 && all_ended_ && !all_ended_.done()) all_ended_.set_result();
  if (task.cancelled()) return;
  const std::exception_ptr error = task.exception();
  if (!error) return;
  keep_error(error);
  if (parent_.done()) {
    loop_->call_exception_handler({"Task " + task.describe() + " has errored out but its parent task " + parent_.describe() +
                                       " is already completed",
                                   error, task.describe(), {}, nullptr, task.as_task()->number()});
    return;
  }
  if (aborting_ || parent_cancel_requested_) return;
  // The body waits for something, and has to end. exit() takes the cancellation back.
  abort();
  parent_cancel_requested_ = true;
  parent_.cancel();
}

void task_group::keep_error(const std::exception_ptr& error) {
  errors_.push_back(error);
  if (!base_error_ && passes_through_loop(error)) base_error_ = error;
}

void task_group::abort() {
  aborting_ = true;
  // Cancelling calls nothing: a task learns of it in its next step.
  for (child* waiting = first_; waiting != nullptr; waiting = waiting->next_)
    if (!waiting->ended_) waiting->task_->cancel({});
}

void task_group::cancel() {
  if (!entered_) {
    cancel_on_enter_ = true;
    return;
  }
  loop_->check_thread("task_group::cancel");
  if (aborting_ || (exiting_ && size_ == 0)) return;
  abort();
  if (parent_cancel_requested_) return;
  parent_cancel_requested_ = true;
  parent_.cancel();
}

// ---- entering and leaving --------------------------------------------------------------------------------------------

void task_group::begin() {
  if (entered_) refuse("has already been entered");
  event_loop& loop = get_running_loop();
  parent_ = current_task();
  if (!parent_) refuse("cannot determine the parent task");
  loop_ = &loop;
  entered_ = true;
  if (cancel_on_enter_) cancel();
}

coro<bool> task_group::exit(std::exception_ptr error) {
  if (!entered_) refuse("has not been entered");
  exiting_ = true;
  if (error && !base_error_ && passes_through_loop(error)) base_error_ = error;
  std::exception_ptr cancellation = is_cancellation(error) ? error : nullptr;
  std::exception_ptr late_cancellation;
  if (error && !aborting_) abort();
  // Each cancellation of the parent ends one wait.
  while (size_ != 0) {
    all_ended_ = loop_->create_future<void>();
    try {
      co_await all_ended_;
    } catch (const cancelled_error&) {
      late_cancellation = std::current_exception();
      if (!aborting_) {
        cancellation = late_cancellation;
        abort();
      }
    }
    all_ended_ = future<void>();
  }
  throw_errors(error, std::move(cancellation), late_cancellation);
  co_return true;
}

void task_group::throw_errors(const std::exception_ptr& body_error, std::exception_ptr cancellation,
                              const std::exception_ptr& late_cancellation) {
  const task_base parent = std::exchange(parent_, task_base());
  if (base_error_) throw_base_error();
  if (parent_cancel_requested_) {
    if (parent.uncancel() == 0)
      cancellation = nullptr;
    else if (!cancellation)
      cancellation = late_cancellation;  // what is left is somebody else's
  }
  std::vector<std::exception_ptr> errors = std::exchange(errors_, {});
  if (cancellation && errors.empty()) std::rethrow_exception(std::move(cancellation));
  if (body_error && !is_cancellation(body_error)) errors.push_back(body_error);
  if (errors.empty()) return;
  // The errors go first. Whoever cancelled the parent is served at its next suspension, and the count stays as it is.
  if (parent.cancelling() > 0) {
    parent.uncancel();
    parent.cancel();
  }
  throw exception_group("unhandled errors in a TaskGroup", std::move(errors));
}

void task_group::throw_base_error() {
  for (const std::exception_ptr& error : std::exchange(errors_, {})) {
    if (error == base_error_) continue;
    loop_->call_exception_handler({"TaskGroup task exception was not propagated because the TaskGroup body is being closed with "
                                   "a BaseException",
                                   error, describe()});
  }
  std::rethrow_exception(std::exchange(base_error_, nullptr));
}

std::string task_group::describe() const {
  std::string text = "<TaskGroup";
  if (size_ != 0) text += " tasks=" + std::to_string(size_);
  if (!errors_.empty()) text += " errors=" + std::to_string(errors_.size());
  if (aborting_)
    text += " cancelling";
  else if (entered_)
    text += " entered";
  return text + ">";
}

}  // namespace coroguard
