#include "coroguard/task/gather_core.hpp"

#include <functional>
#include <utility>

#include "coroguard/future/future.hpp"
#include "coroguard/loop/event_loop.hpp"
#include "coroguard/task/task_core.hpp"

namespace coroguard {

// ---- one child -------------------------------------------------------------------------------------------------------

void gather_child::will_run(future_state_base& done) noexcept { gathering_->own(*this, done); }

void gather_child::run() {
  gather_core& gathering = *gathering_;
  gathering.child_done(*child_);
  gathering.delist();  // which may be the end of both
}

void gather_child::drop() noexcept {
  if (!owns_child_) child_ = nullptr;
  gathering_->delist();
}

future_state_base* gather_child::waiting() const noexcept { return &gathering_->outer_; }

// ---- children come and go --------------------------------------------------------------------------------------------

void gather_core::add(std::size_t at, future_state_base& child, bool made) {
  gather_child& place = places_[at];
  place.gathering_ = this;
  place.same_as_ = place_of(child, static_cast<std::uint32_t>(at));
  if (place.same_as_ != at) return;
  ++different_;
  if (made) child.as_task()->do_not_report_destruction();
  place.was_done_ = child.done();
  if (place.was_done_)
    own(place, child);
  else
    enlist(place, child);
}

std::uint32_t gather_core::place_of(const future_state_base& child, std::uint32_t otherwise) const noexcept {
  // A child that is here already has one of our places in its list, which is short. One that is done may have several.
  const std::less<const void*> before;
  for (const done_callback* waiting = child.first_callback(); waiting != nullptr; waiting = future_state_base::after(*waiting))
    if (!before(waiting, places_.data()) && before(waiting, places_.data() + places_.size()))
      return static_cast<std::uint32_t>(static_cast<const gather_child*>(waiting) - places_.data());
  return otherwise;
}

void gather_core::enlist(gather_child& place, future_state_base& child) noexcept {
  if (enlisted_++ == 0) outer_.add_ref();
  place.child_ = &child;
  child.add(place);
}

void gather_core::delist() noexcept {
  if (--enlisted_ == 0) outer_.release();
}

void gather_core::own(gather_child& place, future_state_base& child) noexcept {
  child.add_ref();
  place.child_ = &child;
  place.owns_child_ = true;
}

void gather_core::give_up_children() noexcept {
  for (gather_child& place : places_) {
    if (!std::exchange(place.owns_child_, false)) continue;
    std::exchange(place.child_, nullptr)->release();
  }
}

// ---- children end ----------------------------------------------------------------------------------------------------

void gather_core::begin() {
  begun_ = true;
  for (const gather_child& place : places_)
    if (place.was_done_ && place.owns_child_) child_done(*place.child_);
}

void gather_core::child_done(future_state_base& child) {
  ++done_;
  if (!begun_ || outer_.done()) {
    child.mark_retrieved();
    return;
  }
  if (!returns_exceptions_) {
    if (std::exception_ptr error = error_of(child)) {
      outer_.set_exception(std::move(error));
      return;
    }
  }
  if (done_ == different_) all_done();
}

std::exception_ptr gather_core::error_of(future_state_base& child) {
  return child.cancelled() ? std::make_exception_ptr(child.make_cancelled_error()) : child.exception();
}

void gather_core::all_done() {
  if (cancel_requested_) {
    // The request wins over whatever they ended with.
    for (const gather_child& place : places_)
      if (place.child_ != nullptr) place.child_->mark_retrieved();
    outer_.set_exception(std::make_exception_ptr(child(places_.size() - 1).make_cancelled_error()));
  } else {
    try {
      collect();
    } catch (...) {
      outer_.set_exception(std::current_exception());
    }
  }
  give_up_children();
}

// ---- cancelling ------------------------------------------------------------------------------------------------------

bool gather_core::cancel_children(const std::optional<std::string>& message) {
  bool cancelled = false;
  for (const gather_child& each : places_) {
    // One that was given twice is asked twice: a task counts the requests. One that is done is asked as well: its exception
    // then counts as retrieved.
    gather_child& place = places_[each.same_as_];
    if (place.child_ != nullptr) {
      cancelled |= place.child_->cancel(message);
    } else if (!outer_.loop().is_closed()) {
      replace_lost(place, message);
      cancelled = true;
    }
  }
  if (cancelled) cancel_requested_ = true;
  return cancelled;
}

void gather_core::replace_lost(gather_child& place, const std::optional<std::string>& message) {
  // Nobody else had this child any more, so it went away while pending. asyncio would have kept it, to be cancelled now.
  const future<void> cancelled = outer_.loop().create_future<void>();
  cancelled.cancel(message);
  enlist(place, cancelled.state());
}

}  // namespace coroguard
