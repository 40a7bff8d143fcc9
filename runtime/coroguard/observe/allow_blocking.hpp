// Says that a call in loop code may block: debug mode does not report it as `blocking-call`.
//
//   {
//     const coroguard::allow_blocking allowed("read once, before the first connection");
//     config = read_config(path);
//   }
#pragma once

#include <cstdint>

namespace coroguard {

// While it lives, and until the callback or the step of a task in which it was made ends: what runs after a co_await that
// suspends, here or in other tasks, is not covered by it. They nest. Without debug mode, and in threads that run no loop, it does
// nothing. Destroyed in another step or thread than it was made in: nothing happens. Never throws.
class allow_blocking {
public:
  // `reason`: for who reads the code. A text that lives for ever.
  [[nodiscard]] explicit allow_blocking(const char* reason) noexcept;
  ~allow_blocking();
  allow_blocking(const allow_blocking&) = delete;
  allow_blocking& operator=(const allow_blocking&) = delete;

private:
  const void* thread_ = nullptr;  // null: it was made in no callback of a loop in debug mode
  std::uint64_t callback_ = 0;
};

}  // namespace coroguard
