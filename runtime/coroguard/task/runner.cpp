#include "coroguard/task/runner.hpp"

#include <memory>
#include <string>
#include <vector>

#include "coroguard/loop/living_loops.hpp"
#include "coroguard/observe/log.hpp"
#include "coroguard/task/shutdown_default_executor.hpp"

namespace coroguard {

namespace {

constexpr seconds longest_join{300};  // asyncio: THREAD_JOIN_TIMEOUT

// Runs the loop until all have ended.
void run_until_done(event_loop& loop, const std::vector<task_base>& tasks) {
  future<void> all_ended = loop.create_future<void>();
  const auto left = std::make_shared<std::size_t>(tasks.size());
  const auto one_ended = [all_ended, left](const future_base&) {
    if (--*left == 0 && !all_ended.done()) all_ended.set_result();
  };
  for (const task_base& waited : tasks)
    waited.state().add(*new done_callback_of<decltype(one_ended), future_base>(one_ended));
  loop.run_until_complete(all_ended);
}

void cancel_all_tasks(event_loop& loop) {
  const std::vector<task_base> tasks = all_tasks(loop);
  if (tasks.empty()) return;
  for (const task_base& hanging : tasks) hanging.cancel();
  run_until_done(loop, tasks);
  for (const task_base& ended : tasks) {
    if (ended.cancelled()) continue;
    if (const std::exception_ptr error = ended.exception())
      loop.call_exception_handler({"unhandled exception during asyncio.run() shutdown", error, ended.describe(), {},
                                   nullptr, ended.core().number()});
  }
}

}  // namespace

runner::~runner() {
  try {
    close_loop();
  } catch (...) {
    log(log_level::error, "unhandled exception in the destructor of a runner: " + describe(std::current_exception()));
  }
}

event_loop& runner::get_loop() {
  if (state_ == state::closed) throw runtime_error("Runner is closed");
  if (state_ == state::initialized) return *loop_;
  loop_ = options_.loop_factory ? options_.loop_factory() : std::make_unique<event_loop>();
  if (!loop_) throw std::invalid_argument("loop_factory gave no event loop");
  loop_->belongs_to_this_thread();  // whoever the factory had it from
  set_owner_of_loop(*loop_, this);
  if (options_.debug) loop_->set_debug(*options_.debug);
  state_ = state::initialized;
  return *loop_;
}

void runner::close() {
  close_loop();
  if (loop_) throw_kept_reports(loop_.get());
}

void runner::close_loop() {
  if (state_ != state::initialized) return;
  if (loop_->is_running()) throw runtime_error("Cannot close a running event loop");
  struct scope {
    runner& closing;
    ~scope() {
      closing.loop_->close();
      closing.state_ = state::closed;
    }
  } const ends{*this};
  if (loop_->is_closed()) return;
  loop_->belongs_to_this_thread();
  const reports_stay_kept until_all_has_ended;
  cancel_all_tasks(*loop_);
  loop_->run_until_complete(shutdown_default_executor(longest_join));
}

void refuse_running_loop(const char* who) {
  if (running_loop() != nullptr) throw runtime_error(std::string(who) + " cannot be called from a running event loop");
}

}  // namespace coroguard
