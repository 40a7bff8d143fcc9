// When losing a value that can be awaited matters: what several rules of the group await judge alike.
#pragma once
#include "facts/fact.h"

namespace coroguard::rules {

/// Is it known that nothing happens when the value is dropped, or that the loss matters? Unknown is not yes.
inline bool losesWork(const AwaitableValue &value) {
  if (value.dropAllowed) return false; // the library detaches it on purpose
  if (!value.isAwaitable && !value.dropIsError && !value.isNodiscard) return false; // a generator, a detached coroutine
  if (value.start == Start::Lazy || value.dropIsError) return true;
  if (value.start == Start::Eager) return false;
  return value.isNodiscard || (value.isAwaiter && !value.isTask);
}

} // namespace coroguard::rules
