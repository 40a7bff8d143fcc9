// COROGUARD_ADDRESS_SANITIZER and COROGUARD_THREAD_SANITIZER: 1 in a file that is compiled with that sanitizer, else 0. GCC and
// Clang say so in different ways.
#pragma once

#if defined(__has_feature)
#define COROGUARD_ADDRESS_SANITIZER __has_feature(address_sanitizer)
#define COROGUARD_THREAD_SANITIZER __has_feature(thread_sanitizer)
#else
#ifdef __SANITIZE_ADDRESS__
#define COROGUARD_ADDRESS_SANITIZER 1
#else
#define COROGUARD_ADDRESS_SANITIZER 0
#endif
#ifdef __SANITIZE_THREAD__
#define COROGUARD_THREAD_SANITIZER 1
#else
#define COROGUARD_THREAD_SANITIZER 0
#endif
#endif
