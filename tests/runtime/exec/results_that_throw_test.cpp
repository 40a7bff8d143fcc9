// A result whose copy or move throws on its way from thread to thread is an error like any other: somebody waits for it.
#include <coroguard/exec/run_coroutine_threadsafe.hpp>
#include <coroguard/exec/run_in_executor.hpp>
#include <coroguard/exec/thread_pool_executor.hpp>
#include <coroguard/exec/wrap_future.hpp>
#include <stdexcept>
#include <utility>

#include "thrown.hpp"
#include "virtual_loop.hpp"

namespace coroguard {
namespace {

using namespace std::chrono_literals;

// Can be copied and moved so many times.
class worn_out {
public:
  explicit worn_out(int times) : left_(times) {}
  worn_out(const worn_out& other) : left_(other.used()) {}
  worn_out(worn_out&& other) : left_(other.used()) {}
  worn_out& operator=(const worn_out& other) {
    left_ = other.used();
    return *this;
  }

private:
  int used() const {
    if (left_ == 0) throw std::logic_error("worn out");
    return left_ - 1;
  }
  int left_;
};

constexpr int enough = 20;

// Calls `get(times)` for each number of copies: with few of them it throws what the copy did, with enough it does not.
template <class Get>
void expect_result_or_error(Get get) {
  for (int times = 0; times <= enough; ++times) {
    const std::exception_ptr error = thrown_in([&] { get(times); });
    if (error) {
      EXPECT_EQ(text_of<std::logic_error>(error), "worn out") << times;
    }
  }
  EXPECT_FALSE(thrown_in([&] { get(enough); }));
  EXPECT_TRUE(thrown_in([&] { get(0); }));
}

class results_that_throw : public virtual_loop {
protected:
  results_that_throw() { keeps_order(); }

  // When it returns the only worker has let go of the work: ThreadSanitizer does not see the counts by which libstdc++ keeps
  // exceptions, and takes the last one to drop an error for a race.
  concurrent_future<worn_out> submit(int times) {
    const concurrent_future<worn_out> future = pool.submit([times] { return worn_out(times); });
    pool.submit([] {}).result(10s);
    return future;
  }

  thread_pool_executor pool{1};
};

TEST_F(results_that_throw, of_a_pool) {
  expect_result_or_error([&](int times) { submit(times).result(10s); });
}

TEST_F(results_that_throw, of_run_in_executor) {
  expect_result_or_error([&](int times) { run(loop.run_in_executor(&pool, [times] { return worn_out(times); })); });
}

TEST_F(results_that_throw, of_a_wrapped_future) {
  expect_result_or_error([&](int times) {
    const concurrent_future<worn_out> future = submit(times);
    run([](concurrent_future<worn_out> waits) -> coro<void> { co_await wrap_future(waits); }(future));
  });
}

coro<worn_out> gives(int times) { co_return worn_out(times); }

TEST_F(results_that_throw, of_a_coroutine_for_another_thread) {
  expect_result_or_error([&](int times) {
    run(loop.run_in_executor(&pool, [&, times] { static_cast<void>(run_coroutine_threadsafe(gives(times), loop).result(10s)); }));
  });
}

}  // namespace
}  // namespace coroguard
