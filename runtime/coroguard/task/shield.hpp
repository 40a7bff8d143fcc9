// Waiting for something without passing a cancellation on to it (asyncio.shield).
//
//   auto result = co_await shield(write_down());
#pragma once

#include <exception>
#include <optional>
#include <source_location>
#include <string>
#include <utility>

#include "coroguard/future/future.hpp"
#include "coroguard/task/ensure_future.hpp"

namespace coroguard {

// The state of the future that shield returns: it ends as the inner one ends, or is cancelled. The inner future keeps it
// alive, not the other way round.
template <class T>
class shield_state final : public future_state<T> {
public:
  shield_state(future_state<T>& inner, std::source_location where)
      : future_state<T>(inner.loop(), where, future_kind::shield), inner_(&inner), inner_ends_(*this), outer_ends_(*this) {
    this->add_ref();  // the inner future's, until it calls back or is left
    inner.add(inner_ends_);
  }

  bool cancel(std::optional<std::string> message) override {
    if (this->done()) return false;
    // In the next turn, as the first done-callback would: an error of the inner future that is on its way still counts as
    // retrieved, one that comes of what this wakes does not.
    if (inner_ != nullptr && !this->loop().is_closed()) {
      this->add_ref();
      this->loop().enqueue(outer_ends_);
    }
    return future_state<T>::cancel(std::move(message));
  }

private:
  class callback_of_inner final : public done_callback {
  public:
    explicit callback_of_inner(shield_state& shield) noexcept : shield_(shield) {}
    void will_run(future_state_base& inner) noexcept override {
      shield_.inner_ = nullptr;
      done_ = ref<future_state<T>>::share(&static_cast<future_state<T>&>(inner));
    }
    void run() override {
      const ref<shield_state> alive = ref<shield_state>::adopt(&shield_);
      const ref<future_state<T>> inner = std::move(done_);
      try {
        shield_.end_as(*inner);
      } catch (const invalid_state_error&) {  // somebody else has set a result
        shield_.loop().call_exception_handler({"Exception in callback " + note().text(), std::current_exception(), note().text()});
      }
    }
    void drop() noexcept override {
      const ref<shield_state> alive = ref<shield_state>::adopt(&shield_);
      shield_.inner_ = nullptr;
      done_ = nullptr;
    }
    item_note note() const noexcept override { return {"done callback of shield"}; }
    future_state_base* waiting() const noexcept override { return &shield_; }

  private:
    shield_state& shield_;
    ref<future_state<T>> done_;
  };

  class callback_of_outer final : public ready_item {
  public:
    explicit callback_of_outer(shield_state& shield) noexcept : shield_(shield) {}
    void run() override {
      const ref<shield_state> alive = ref<shield_state>::adopt(&shield_);
      if (shield_.inner_ == nullptr) return;
      std::exchange(shield_.inner_, nullptr)->remove(shield_.inner_ends_);
      shield_.release();  // the inner future's
    }
    void drop() noexcept override { shield_.release(); }
    item_note note() const noexcept override { return {"done callback of a cancelled shield"}; }

  private:
    shield_state& shield_;
  };

  void end_as(future_state<T>& inner) {
    if (this->cancelled()) {
      if (!inner.cancelled()) inner.mark_retrieved();
    } else if (inner.cancelled()) {
      future_state<T>::cancel(std::nullopt);
    } else if (std::exception_ptr error = inner.exception()) {
      this->set_exception(std::move(error));
    } else {
      take_from(inner);
    }
  }

  void take_from(future_state<T>& inner) {
    try {
      if constexpr (std::is_void_v<T>)
        this->set_result();
      else
        this->set_result(inner.result());
    } catch (...) {
      this->set_exception(std::current_exception());  // of copying the result
    }
  }

  future_state<T>* inner_;  // while it is pending and calls back
  callback_of_inner inner_ends_;
  callback_of_outer outer_ends_;
};

// A future that ends as `awaited` ends, and that can be cancelled, with the task that awaits it, while `awaited` goes on. A
// coroutine becomes a task of the running loop. What is done already is returned as it is. When `awaited` is cancelled by
// others, so is this. An error of `awaited` after this was cancelled is nobody's, and is reported as never retrieved.
//
// Throws runtime_error("no running event loop") for a coroutine when no loop runs here. Loop's thread only.
template <class A>
  requires requires(A&& awaited) { ensure_future(std::forward<A>(awaited)); }
auto shield(A&& awaited, std::source_location where = std::source_location::current()) {
  using value_type = typename ensured_t<A>::value_type;
  future<value_type> inner = ensure_future(std::forward<A>(awaited), where);
  if (inner.done()) return inner;
  inner.state().check_thread("shield");
  return future<value_type>(ref<future_state<value_type>>::adopt(new shield_state<value_type>(inner.state(), where)));
}

}  // namespace coroguard
