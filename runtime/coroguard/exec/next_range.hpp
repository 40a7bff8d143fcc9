// An input range over what a blocking `next()` gives.
#pragma once

#include <cstddef>
#include <iterator>
#include <optional>

namespace coroguard {

// Base of a class with a member `std::optional<Value> next()`. The range keeps the current value until the iterator
// moves on; whoever wants to be its only owner calls `next` instead of iterating. One pass, by one thread.
template <class Derived, class Value>
class next_range {
public:
  class iterator {
  public:
    using iterator_concept = std::input_iterator_tag;
    using value_type = Value;
    using difference_type = std::ptrdiff_t;

    explicit iterator(next_range* range) noexcept : range_(range) {}
    Value& operator*() const noexcept { return *range_->current_; }
    Value* operator->() const noexcept { return &*range_->current_; }
    iterator& operator++() {
      range_->advance();
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const iterator& position, std::default_sentinel_t) noexcept { return position.at_end(); }

  private:
    bool at_end() const noexcept { return !range_->current_; }

    next_range* range_;
  };

  // Waits for the first value. May throw what `next` throws, as may each step of the iterator.
  iterator begin() {
    advance();
    return iterator(this);
  }
  std::default_sentinel_t end() const noexcept { return {}; }

private:
  void advance() {
    current_.reset();
    // Not an assignment: g++ 12 warns of what that would destroy (-Wmaybe-uninitialized).
    if (std::optional<Value> next = static_cast<Derived*>(this)->next()) current_.emplace(*std::move(next));
  }

  std::optional<Value> current_;
};

}  // namespace coroguard
