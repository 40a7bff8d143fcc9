#include "coroguard/future/future.hpp"

namespace coroguard {

void typed_done_callback::run() {
  // A copy: the callback goes away before the future can.
  const ref<future_state_base> done = done_;
  struct scope {
    typed_done_callback* callback;
    ~scope() { delete callback; }
  } ends{this};
  try {
    call(done);
  } catch (...) {
    if (passes_through_loop(std::current_exception())) throw;
    done->loop().call_exception_handler({"Exception in callback " + describe(), std::current_exception(), done->describe()});
  }
}

std::size_t remove_equal_callbacks(future_state_base& from, const void* function, const std::type_info& type) {
  std::size_t removed = 0;
  for (done_callback* waiting = from.first_callback(); waiting != nullptr;) {
    done_callback* next = future_state_base::after(*waiting);
    auto* typed = dynamic_cast<typed_done_callback*>(waiting);
    if (typed != nullptr && typed->equals(function, type)) {
      from.remove(*typed);
      typed->drop();
      ++removed;
    }
    waiting = next;
  }
  return removed;
}

}  // namespace coroguard
