// Being called back by several futures, for what may stop waiting before all of them are done.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "coroguard/future/future.hpp"

namespace coroguard {

// Owns the futures it watches. They do not own it: a watch that nobody needs any more leaves their lists.
class completion_watch : public ref_counted, public pooled {
protected:
  completion_watch() = default;
  ~completion_watch() override;

  // Once, with futures of one loop.
  void watch(std::vector<ref<future_state_base>> futures);
  // The future at `place` is done. Called in the turn after, once for each future.
  virtual void completed(std::size_t place) = 0;
  // What becomes done when this has seen enough; null: nobody waits.
  virtual future_state_base* waiting() const noexcept = 0;
  // All of them have to be done before.
  virtual bool needs_all() const noexcept { return false; }

  std::size_t size() const noexcept { return futures_.size(); }
  const ref<future_state_base>& at(std::size_t place) const noexcept { return futures_[place]; }
  // Leaves the lists of the futures that are not done. Those that are still call back.
  void stop() noexcept;

private:
  class callback final : public done_callback {
  public:
    void will_run(future_state_base&) noexcept override;
    void run() override;
    void drop() noexcept override;
    item_note note() const noexcept override { return {"done callback of a wait"}; }
    future_state_base* waiting() const noexcept override { return owner_->waiting(); }
    bool needs_this() const noexcept override { return owner_->needs_all() && waiting() != nullptr; }

    completion_watch* owner_ = nullptr;
    bool waiting_ = false;  // in the future's list
    bool queued_ = false;   // in the ready queue; then it owns the watch
  };

  std::vector<ref<future_state_base>> futures_;
  std::unique_ptr<callback[]> callbacks_;
};

// `futures` without those that come a second time, in their order.
template <class Future>
std::vector<Future> without_duplicates(std::vector<Future> futures) {
  std::unordered_set<const future_state_base*> seen;
  std::erase_if(futures, [&](const Future& one) { return one.valid() && !seen.insert(&one.state()).second; });
  return futures;
}

// The states behind `futures`. Throws std::invalid_argument when one belongs to another loop than `loop`, or was moved
// from.
template <class Future>
std::vector<ref<future_state_base>> states_of(const std::vector<Future>& futures, const event_loop& loop) {
  std::vector<ref<future_state_base>> states;
  states.reserve(futures.size());
  for (const Future& one : futures) {
    require_valid(one);
    if (&one.get_loop() != &loop)
      throw std::invalid_argument("The future belongs to a different loop than the one specified as the loop argument");
    states.push_back(ref<future_state_base>::share(&one.state()));
  }
  return states;
}

}  // namespace coroguard
