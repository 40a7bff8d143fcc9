// Runs code on a thread whose stack has the size that a process usually gets, whatever the limits of this one.
#pragma once

#include <gtest/gtest.h>
#include <pthread.h>

#include <cstddef>

#include "coroguard/base/sanitizers.hpp"

namespace coroguard {

// What a test may use: the frames of a million coroutines are half a gigabyte, of which ThreadSanitizer's shadow makes more
// than a build machine should give. Nothing else is smaller under sanitizers.
#if COROGUARD_THREAD_SANITIZER
inline constexpr int chain_depth = 200'000;
#else
inline constexpr int chain_depth = 1'000'000;
#endif

inline constexpr std::size_t usual_stack = 8 << 20;

template <class F>
void on_usual_stack(F function) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, usual_stack);
  pthread_t thread;
  const auto run = [](void* code) -> void* {
    (*static_cast<F*>(code))();
    return nullptr;
  };
  ASSERT_EQ(pthread_create(&thread, &attributes, run, &function), 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
}

}  // namespace coroguard
