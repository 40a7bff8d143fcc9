// One piece of work in the queue of a thread pool.
#pragma once

#include "coroguard/base/callback.hpp"
#include "coroguard/exec/concurrent_future.hpp"
#include "coroguard/observe/log.hpp"

#include <exception>
#include <functional>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

namespace coroguard {

// A worker calls `run`, `publish` and `call_back` in this order, or one of `cancel` and `fail` happens instead.
// Work and outcome are two steps so that the worker can call itself idle in between: whoever sees the result may rely
// on the worker being free again.
class work_item {
public:
  virtual ~work_item() = default;

  // Does the work, keeps the outcome and lets go of the function and its arguments.
  virtual void run() noexcept = 0;
  // Makes the outcome known. True when there are done-callbacks to call.
  virtual bool publish() noexcept = 0;
  virtual void call_back() noexcept = 0;

  virtual void cancel() noexcept = 0;
  virtual void fail(std::exception_ptr error) noexcept = 0;
};

// Work whose outcome nobody asked for.
class posted_work final : public work_item {
public:
  explicit posted_work(callback<void()> function) : function_(std::move(function)) {}

  void run() noexcept override {
    try {
      function_();
    } catch (...) {
      log_error("Exception in worker", std::current_exception());
    }
    function_.reset();
  }
  bool publish() noexcept override { return false; }
  void call_back() noexcept override {}
  void cancel() noexcept override {}
  void fail(std::exception_ptr) noexcept override {}

private:
  callback<void()> function_;
};

// What the future of a call is a future of: the result without its rvalue reference and its const.
template <class Result>
using result_of_call = std::conditional_t<std::is_lvalue_reference_v<Result>, Result, std::remove_cvref_t<Result>>;

// Work whose outcome goes into a future. `F` takes no arguments and is called once.
template <class F>
class submitted_work final : public work_item {
public:
  using result_type = result_of_call<std::invoke_result_t<F>>;

  explicit submitted_work(F function) : function_(std::move(function)) {}

  concurrent_future<result_type> future() const { return concurrent_future<result_type>(core_); }

  void run() noexcept override {
    if (!begin()) {
      function_.reset();
      return;
    }
    try {
      if constexpr (std::is_void_v<result_type>) result_.emplace((std::move(*function_)(), kept()));
      else if constexpr (std::is_lvalue_reference_v<result_type>) result_ = std::addressof(std::move(*function_)());
      else result_.emplace(std::move(*function_)());
    } catch (...) {
      error_ = std::current_exception();
    }
    function_.reset();
  }

  bool publish() noexcept override {
    try {
      if (result_) end_with_result();
      else if (error_) callbacks_ = core_->end_with_exception(std::exchange(error_, nullptr));
    } catch (...) {
      log_error("Exception in worker", std::current_exception());  // somebody else ended the future
    }
    return !callbacks_.empty();
  }

  void call_back() noexcept override { core_->call(std::move(callbacks_)); }

  // Those who wait for several futures must hear of it: no worker will tell them.
  void cancel() noexcept override {
    if (core_->cancel()) begin();
  }

  void fail(std::exception_ptr error) noexcept override {
    if (!begin()) return;
    error_ = std::move(error);
    if (publish()) call_back();
  }

private:
  using kept = typename kept_result<result_type>::type;

  // False when the work must not be done. A future that somebody else began or ended has told the error sink.
  bool begin() noexcept {
    try {
      return core_->set_running_or_notify_cancel();
    } catch (const runtime_error&) {
      return false;
    }
  }

  // What a move of the result throws is the outcome then: somebody may wait.
  void end_with_result() {
    try {
      std::optional<kept> result = std::exchange(result_, std::nullopt);
      callbacks_ = core_->end_with_result(*std::move(result));
    } catch (const invalid_state_error&) {
      throw;
    } catch (...) {
      callbacks_ = core_->end_with_exception(std::current_exception());
    }
  }

  std::optional<F> function_;
  std::optional<kept> result_;
  std::exception_ptr error_;
  concurrent_future_core::done_callbacks callbacks_;
  ref<typed_future_core<result_type>> core_ =
      ref<typed_future_core<result_type>>::adopt(new typed_future_core<result_type>);
};

}  // namespace coroguard
