// The fixture of CPython's class EventLoopTestsMixin, whose cases stand in several files.
#pragma once

#include "virtual_loop.hpp"

namespace coroguard {

class EventLoopTestsMixin : public virtual_loop {
protected:
  // Turns until `wanted()`, which wait for descriptors; fails after a thousand.
  template <class F>
  void run_until(F wanted) {
    for (int turn = 0; turn < 1000 && !wanted(); ++turn) run_once();
    EXPECT_TRUE(wanted());
  }
};

}  // namespace coroguard
