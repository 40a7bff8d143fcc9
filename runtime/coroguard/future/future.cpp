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

bool typed_done_callback::equals(const void* other, const std::type_info& type) {
  struct scope {
    int& comparisons;
    ~scope() { --comparisons; }
  } const ends{comparisons_};
  ++comparisons_;
  return is_equal(other, type);
}

std::size_t remove_equal_callbacks(future_state_base& from, const void* function, const std::type_info& type) {
  const ref<future_state_base> alive = ref<future_state_base>::share(&from);
  std::size_t removed = 0;
  done_callback* waiting = from.first_callback();
  while (waiting != nullptr) {
    auto* typed = dynamic_cast<typed_done_callback*>(waiting);
    const bool equal = typed != nullptr && typed->equals(function, type);
    if (typed != nullptr && typed->dropped()) {
      typed->drop();
      waiting = from.first_callback();
      continue;
    }
    if (from.done()) break;  // the comparison ended it: what was in the list is queued
    done_callback* next = future_state_base::after(*waiting);
    if (equal) {
      from.remove(*typed);
      typed->drop();
      ++removed;
    }
    waiting = next;
  }
  return removed;
}

}  // namespace coroguard
