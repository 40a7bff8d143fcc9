// When a wait for several futures is over.
#pragma once

namespace coroguard {

// The modes of `wait`, for the futures of an event loop and for those of threads.
enum class return_when {
  first_completed,  // any future finished or was cancelled
  first_exception,  // any future ended with an exception, cancellation not counted; or all are done
  all_completed,    // all futures finished or were cancelled
};

}  // namespace coroguard
