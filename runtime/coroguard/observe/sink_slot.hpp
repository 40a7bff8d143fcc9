// A sink that may be replaced while it is called, by itself as well: it lives until it returns.
// Not in <coroguard/runtime.hpp>: only the library needs it.
#pragma once

#include <memory>
#include <utility>

namespace coroguard {

// `Sink` is a std::function. Not thread-safe. The function is not copied for each call: it may have a state of its own.
template <class Sink>
class sink_slot {
public:
  // Null: none. Whoever calls it keeps this meanwhile.
  std::shared_ptr<const Sink> get() const noexcept { return sink_; }

  // Returns what was there; a copy of it when it is being called.
  Sink exchange(Sink next) {
    std::shared_ptr<Sink> before = next ? std::make_shared<Sink>(std::move(next)) : nullptr;
    sink_.swap(before);
    if (!before) return nullptr;
    return before.use_count() == 1 ? std::move(*before) : *before;
  }

private:
  std::shared_ptr<Sink> sink_;
};

}  // namespace coroguard
