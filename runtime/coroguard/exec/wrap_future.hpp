// Between futures of threads and futures of loops: each end of the bridge sees the other one's outcome and cancellation
// (asyncio.wrap_future, asyncio.run_coroutine_threadsafe).
//
// Two futures that are bridged keep each other until one is done. So a concurrent_future that was made by hand and wrapped must
// be ended some day; those of executors are, always.
#pragma once

#include <concepts>
#include <exception>
#include <source_location>
#include <type_traits>
#include <utility>

#include "coroguard/exec/concurrent_future.hpp"
#include "coroguard/exec/delivered_future.hpp"
#include "coroguard/future/future.hpp"
#include "coroguard/loop/event_loop.hpp"

namespace coroguard {

// The loop's side of a concurrent future.
template <class T>
class wrapped_future final : public delivered_future<T> {
public:
  wrapped_future(concurrent_future<T> wrapped, event_loop& loop, std::source_location where)
      : delivered_future<T>(loop, where), wrapped_(std::move(wrapped)) {}

private:
  void end() override {
    const concurrent_future<T> wrapped = std::move(wrapped_);  // its result need not be kept twice
    try {
      if (const std::exception_ptr error = wrapped.exception())
        this->finish_with_error(error);
      else if constexpr (std::is_void_v<T>)
        this->store();
      else if constexpr (std::is_reference_v<T> || can_be_copied<T>)
        this->store(wrapped.result());
      else
        this->store(wrapped.take());
    } catch (const cancelled_error&) {
      this->finish_cancelled(std::nullopt);
    } catch (...) {
      this->finish_with_error(std::current_exception());  // somebody else took the result, or copying it failed
    }
  }

  concurrent_future<T> wrapped_;
};

// A future of `loop` that ends as `wrapped` does, in a turn of the loop; a result that cannot be copied is moved over. When it is
// cancelled, `wrapped` is, in the next turn, which works while no thread has begun the work. It stays pending when the loop is
// closed before. Loop's thread only, or before the loop runs.
template <class T>
future<T> wrap_future(concurrent_future<T> wrapped, event_loop& loop,
                      std::source_location where = std::source_location::current()) {
  auto state = ref<wrapped_future<T>>::adopt(new wrapped_future<T>(wrapped, loop, where));
  const future<T> outer(ref<future_state<T>>{state});
  outer.add_done_callback([wrapped](const future<T>& done) {
    if (done.cancelled()) wrapped.cancel();
  });
  wrapped.add_done_callback([state = std::move(state)](const concurrent_future<T>&) mutable {
    delivered_future<T>::deliver(std::exchange(state, nullptr));
  });
  return outer;
}
// The same on the running loop. Throws runtime_error("no running event loop").
template <class T>
future<T> wrap_future(concurrent_future<T> wrapped, std::source_location where = std::source_location::current()) {
  return wrap_future(std::move(wrapped), get_running_loop(), where);
}
// What is a future of a loop already is returned as it is.
template <std::derived_from<future_base> Future>
Future wrap_future(Future wrapped) {
  return wrapped;
}
template <std::derived_from<future_base> Future>
Future wrap_future(Future wrapped, event_loop&) {
  return wrapped;
}

}  // namespace coroguard
