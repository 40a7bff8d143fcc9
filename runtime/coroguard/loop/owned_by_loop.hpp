// What a loop keeps alive until it is done, and gives up when it closes: tasks.
#pragma once

namespace coroguard {

class owned_by_loop {
public:
  owned_by_loop(const owned_by_loop&) = delete;
  owned_by_loop& operator=(const owned_by_loop&) = delete;

  // The loop closes. Must leave the list.
  virtual void loop_closes() noexcept = 0;

protected:
  owned_by_loop() = default;
  ~owned_by_loop() = default;

private:
  friend class owned_list;
  owned_by_loop* next_ = nullptr;
  owned_by_loop* previous_ = nullptr;
};

// Linked through the objects; newest first.
class owned_list {
public:
  bool empty() const noexcept { return first_ == nullptr; }
  owned_by_loop* first() const noexcept { return first_; }
  static owned_by_loop* after(const owned_by_loop& object) noexcept { return object.next_; }

  void add(owned_by_loop& object) noexcept {
    object.next_ = first_;
    if (first_ != nullptr) first_->previous_ = &object;
    first_ = &object;
  }
  void remove(owned_by_loop& object) noexcept {
    (object.previous_ != nullptr ? object.previous_->next_ : first_) = object.next_;
    if (object.next_ != nullptr) object.next_->previous_ = object.previous_;
    object.next_ = object.previous_ = nullptr;
  }

private:
  owned_by_loop* first_ = nullptr;
};

}  // namespace coroguard
