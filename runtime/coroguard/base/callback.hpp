// A callable of any type that can be moved but not copied, and called once or often.
//
// The standard's std::move_only_function is C++23. Callables of up to four pointers are stored inside.
#pragma once

#include <concepts>
#include <cstddef>
#include <functional>
#include <new>
#include <type_traits>
#include <utility>

namespace coroguard {

template <class Signature>
class callback;

template <class Result, class... Args>
class callback<Result(Args...)> {
public:
  callback() = default;

  template <class F>
    requires(!std::same_as<std::remove_cvref_t<F>, callback> && std::is_invocable_r_v<Result, std::decay_t<F>&, Args...>)
  callback(F&& function) {
    using held = std::decay_t<F>;
    if constexpr (fits<held>) {
      ::new (static_cast<void*>(storage_)) held(std::forward<F>(function));
      operations_ = &inside<held>;
    } else {
      ::new (static_cast<void*>(storage_)) held*(new held(std::forward<F>(function)));
      operations_ = &outside<held>;
    }
  }

  callback(callback&& other) noexcept { take(other); }
  callback& operator=(callback&& other) noexcept {
    if (this != &other) {
      reset();
      take(other);
    }
    return *this;
  }
  ~callback() { reset(); }

  void reset() noexcept {
    if (operations_ != nullptr) std::exchange(operations_, nullptr)->destroy(storage_);
  }

  explicit operator bool() const noexcept { return operations_ != nullptr; }
  Result operator()(Args... args) { return operations_->call(storage_, std::forward<Args>(args)...); }

private:
  struct operations {
    Result (*call)(void*, Args&&...);
    void (*move)(void* to, void* from) noexcept;
    void (*destroy)(void*) noexcept;
  };

  static constexpr std::size_t room = 4 * sizeof(void*);
  template <class F>
  static constexpr bool fits =
      sizeof(F) <= room && alignof(F) <= alignof(void*) && std::is_nothrow_move_constructible_v<F>;

  template <class F>
  static constexpr operations inside = {
      [](void* held, Args&&... args) -> Result {
        return std::invoke(*static_cast<F*>(held), std::forward<Args>(args)...);
      },
      [](void* to, void* from) noexcept {
        ::new (to) F(std::move(*static_cast<F*>(from)));
        static_cast<F*>(from)->~F();
      },
      [](void* held) noexcept { static_cast<F*>(held)->~F(); }};

  template <class F>
  static constexpr operations outside = {
      [](void* held, Args&&... args) -> Result {
        return std::invoke(**static_cast<F**>(held), std::forward<Args>(args)...);
      },
      [](void* to, void* from) noexcept { ::new (to) F*(*static_cast<F**>(from)); },
      [](void* held) noexcept { delete *static_cast<F**>(held); }};

  void take(callback& other) noexcept {
    operations_ = std::exchange(other.operations_, nullptr);
    if (operations_ != nullptr) operations_->move(storage_, other.storage_);
  }

  const operations* operations_ = nullptr;
  alignas(void*) std::byte storage_[room];
};

}  // namespace coroguard
