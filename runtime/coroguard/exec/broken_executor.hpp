// Errors of executors that can do no work any more.
#pragma once

#include "coroguard/base/errors.hpp"

namespace coroguard {

// An executor became unusable (concurrent.futures.BrokenExecutor).
class broken_executor : public runtime_error {
public:
  using runtime_error::runtime_error;
};

// The initializer of a thread failed (concurrent.futures.thread.BrokenThreadPool).
class broken_thread_pool : public broken_executor {
public:
  using broken_executor::broken_executor;
};

}  // namespace coroguard
