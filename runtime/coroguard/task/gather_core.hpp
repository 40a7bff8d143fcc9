// What all forms of gather have in common: counting the children that are done.
//
// Who owns whom. Each pending child keeps the gathering alive through its list of callbacks, so that a gathering of running
// tasks comes to its end whoever forgets it. The gathering does not own pending children: both together would never go away.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <span>
#include <string>

#include "coroguard/future/done_callback.hpp"
#include "coroguard/future/future_state.hpp"

namespace coroguard {

class gather_core;

// One child: its place in the list of callbacks of what is gathered.
class gather_child final : public done_callback {
public:
  gather_child() = default;

  void will_run(future_state_base& done) noexcept override;
  void run() override;
  void drop() noexcept override;
  item_note note() const noexcept override { return {"done callback of gather"}; }
  future_state_base* waiting() const noexcept override;

private:
  friend class gather_core;
  gather_core* gathering_ = nullptr;
  future_state_base* child_ = nullptr;  // owned once it is done; null when it went away before
  std::uint32_t same_as_ = 0;           // the first place that has the same child
  bool owns_child_ = false;
  bool was_done_ = false;  // when it was added: nothing calls back
};

// Part of the state of the outer future.
class gather_core {
public:
  gather_core(const gather_core&) = delete;
  gather_core& operator=(const gather_core&) = delete;

  // `child` is the one at `place`; `made` for gather, which answers for what becomes of it.
  void add(std::size_t place, future_state_base& child, bool made);
  // The last one was added: from now on they count.
  void begin();

protected:
  gather_core(future_state_base& outer, bool returns_exceptions) noexcept
      : outer_(outer), returns_exceptions_(returns_exceptions) {}
  ~gather_core() = default;

  // The owner of the places calls it before they go away.
  void give_up_children() noexcept;
  void set_places(std::span<gather_child> places) noexcept { places_ = places; }
  // All are done, and there is no error to pass on: sets the result.
  virtual void collect() = 0;
  // False when no child was there to be cancelled.
  bool cancel_children(const std::optional<std::string>& message);

  // For collect(). The child at `place`, which is done.
  future_state_base& child(std::size_t place) const noexcept { return *places_[places_[place].same_as_].child_; }
  // What it ended with instead of a value, or null.
  static std::exception_ptr error_of(future_state_base& child);

private:
  friend class gather_child;

  std::uint32_t place_of(const future_state_base& child, std::uint32_t otherwise) const noexcept;
  void enlist(gather_child& place, future_state_base& child) noexcept;
  void delist() noexcept;
  void replace_lost(gather_child& place, const std::optional<std::string>& message);
  void own(gather_child& place, future_state_base& child) noexcept;
  void child_done(future_state_base& child);
  void all_done();

  future_state_base& outer_;
  std::span<gather_child> places_;
  std::uint32_t different_ = 0;  // children that were added, each counted once
  std::uint32_t done_ = 0;
  std::uint32_t enlisted_ = 0;   // children that call back
  bool begun_ = false;
  bool returns_exceptions_;
  bool cancel_requested_ = false;
};

}  // namespace coroguard
