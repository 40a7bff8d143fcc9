#include <pthread.h>

#include "preload/interpose.hpp"

namespace coroguard::preload {

constinit thread_local int watched [[gnu::tls_model("initial-exec")]] = 0;

}  // namespace coroguard::preload

using namespace coroguard::preload;

COROGUARD_EXPORT void coroguard_preload_set_hook(coroguard_blocking_hook tell) {
  // What a child does before it becomes another program holds up no loop: that is the parent's.
  static const int at_fork = ::pthread_atfork(nullptr, nullptr, [] { watched = 0; });
  (void)at_fork;
  hook.store(tell, std::memory_order_release);
}

COROGUARD_EXPORT int* coroguard_preload_watched() { return &watched; }
