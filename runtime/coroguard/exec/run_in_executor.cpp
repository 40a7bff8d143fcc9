#include "coroguard/exec/run_in_executor.hpp"

#include <memory>

#include "coroguard/exec/thread_pool_executor.hpp"

namespace coroguard {

executor& executor_of(event_loop& loop, executor* pool) {
  if (pool != nullptr) return *pool;
  if (loop.default_executor() == nullptr)
    loop.set_default_executor(std::make_unique<thread_pool_executor>(std::nullopt, "asyncio"));
  return *loop.default_executor();
}

}  // namespace coroguard
