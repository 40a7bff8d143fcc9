// What the tests of timeout have in common.
#pragma once

#include <coroguard/task/sleep.hpp>
#include <coroguard/task/timeout.hpp>
#include <coroguard/task/with.hpp>

#include <chrono>
#include <utility>

#include "thrown.hpp"
#include "virtual_loop.hpp"

namespace coroguard {

class timeout_test : public virtual_loop {
protected:
  // Runs `body()`, a coro<void>, whose closure outlives it.
  template <class Body>
  void run_body(Body body) {
    run(body());
  }
  // `with(limit, body)`, which is expected to throw a timeout_error.
  template <class Body>
  static coro<void> times_out(timeout& limit, Body body) {
    std::exception_ptr error;
    try {
      co_await with(limit, std::move(body));
    } catch (...) {
      error = std::current_exception();
    }
    EXPECT_TRUE(is<timeout_error>(error)) << describe(error);
  }
  static coro<void> long_sleep() { co_await sleep(std::chrono::seconds(10)); }
};

}  // namespace coroguard
