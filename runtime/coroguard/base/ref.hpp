// Shared ownership by a count inside the object: one pointer per owner, one allocation per object.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h>
#endif

namespace coroguard {

// True while the process has one thread: counts then change without locking the bus, as those of std::shared_ptr.
inline bool one_thread() noexcept {
#if __has_include(<sys/single_threaded.h>)
  return __libc_single_threaded != 0;
#else
  return false;
#endif
}

// Base of objects that `ref` owns. The count is atomic because handles of futures and callbacks may be dropped by any
// thread; everything else about them belongs to the thread of their loop. For a class `Counted` that has a virtual
// destructor anyway; ref_counted brings one.
template <class Counted>
class ref_count {
public:
  ref_count() = default;
  ref_count(const ref_count&) = delete;
  ref_count& operator=(const ref_count&) = delete;

  void add_ref() const noexcept {
    if (one_thread())
      add_ref_while_new();
    else
      refs_.fetch_add(1, std::memory_order_relaxed);
  }
  // The same for an object that no other thread knows yet.
  void add_ref_while_new() const noexcept {
    refs_.store(refs_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }

  void release() const noexcept {
    const std::uint32_t owners = refs_.load(std::memory_order_acquire);
    // The only owner needs no read-modify-write: nobody else can add one.
    if (owners == 1)
      delete static_cast<const Counted*>(this);
    else if (one_thread())
      refs_.store(owners - 1, std::memory_order_relaxed);
    else if (refs_.fetch_sub(1, std::memory_order_acq_rel) == 1)
      delete static_cast<const Counted*>(this);
  }

  // The same where the caller knows that the others are owners of this thread: no other thread can change the count then.
  void release_in_its_thread() const noexcept { refs_.store(owners() - 1, std::memory_order_relaxed); }

  // How many there are now; other threads may change that.
  std::uint32_t owners() const noexcept { return refs_.load(std::memory_order_acquire); }
  bool unique() const noexcept { return refs_.load(std::memory_order_acquire) == 1; }

protected:
  ~ref_count() = default;

private:
  mutable std::atomic<std::uint32_t> refs_{1};
};

class ref_counted : public ref_count<ref_counted> {
protected:
  virtual ~ref_counted() = default;

private:
  friend class ref_count<ref_counted>;
};

// An owner of a counted object, or of nothing.
template <class T>
class ref {
public:
  ref() = default;
  ref(std::nullptr_t) noexcept {}
  // One more owner of `object`.
  static ref share(T* object) noexcept {
    if (object != nullptr) object->add_ref();
    return adopt(object);
  }
  // Takes over the count that `object` was made with.
  static ref adopt(T* object) noexcept {
    ref result;
    result.object_ = object;
    return result;
  }

  ref(const ref& other) noexcept : ref(share(other.object_)) {}
  ref(ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  template <class Derived>
    requires std::is_convertible_v<Derived*, T*>
  ref(ref<Derived> other) noexcept : object_(other.detach()) {}
  ref& operator=(ref other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~ref() {
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"  // g++ 12 warns of a ref in an empty std::optional
#endif
    if (object_ != nullptr) object_->release();
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
  }

  T* get() const noexcept { return object_; }
  T& operator*() const noexcept { return *object_; }
  T* operator->() const noexcept { return object_; }
  explicit operator bool() const noexcept { return object_ != nullptr; }
  // Gives up ownership without dropping the count.
  T* detach() noexcept { return std::exchange(object_, nullptr); }
  friend bool operator==(const ref& a, const ref& b) noexcept { return a.object_ == b.object_; }

private:
  T* object_ = nullptr;
};

}  // namespace coroguard
