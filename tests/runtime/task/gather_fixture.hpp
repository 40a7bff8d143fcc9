// What the tests of gather have in common.
#pragma once

#include <coroguard/task/gather.hpp>

#include <functional>
#include <vector>

#include "base_task_tests.hpp"

namespace coroguard {

// Two loops; gathers futures as they are, or coroutines that await them.
class GatherTestsBase : public BaseTaskTests {
protected:
  event_loop other_loop{virtual_time()};

  std::vector<future<int>> futures(std::size_t count) {
    std::vector<future<int>> made;
    while (count-- > 0) made.push_back(loop.create_future<int>());
    return made;
  }
  static std::vector<coro<int>> wrapped(const std::vector<future<int>>& awaited) {
    std::vector<coro<int>> made;
    for (const future<int>& one : awaited) made.push_back(await_future(one));
    return made;
  }
  // gather called inside of the running loop, as coroutines need it.
  future<std::vector<int>> gather_coroutines(const std::vector<future<int>>& awaited) {
    const auto body = [&]() -> coro<future<std::vector<int>>> { co_return gather(wrapped(awaited)); };
    return run(body());
  }
  future<std::vector<outcome<int>>> gather_outcomes(const std::vector<future<int>>& awaited) {
    const auto body = [&]() -> coro<future<std::vector<outcome<int>>>> { co_return gather(return_exceptions, wrapped(awaited)); };
    return run(body());
  }

  template <class Result>
  void check_success(const std::vector<future<int>>& three, const future<Result>& outer,
                     const std::function<std::vector<int>(const Result&)>& values) {
    int called = 0;
    outer.add_done_callback([&](const future<Result>& done) {
      EXPECT_EQ(done, outer);
      ++called;
    });
    three[1].set_result(1);
    three[0].set_result(2);
    run_briefly();
    run_briefly();
    EXPECT_EQ(called, 0);
    EXPECT_FALSE(outer.done());
    three[2].set_result(3);
    run_briefly();
    run_briefly();
    EXPECT_EQ(called, 1);
    EXPECT_EQ(values(outer.result()), (std::vector<int>{2, 1, 3}));
  }

  void check_one_exception(const std::vector<future<int>>& five, const future_base& outer) {
    const auto error = std::make_exception_ptr(std::domain_error("zero"));
    five[0].set_result(1);
    five[1].set_exception(error);
    run_briefly();
    run_briefly();
    EXPECT_TRUE(outer.done());
    EXPECT_EQ(outer.exception(), error);
    five[2].set_result(3);
    five[3].cancel();
    five[4].set_exception(std::runtime_error("late"));
    run_briefly();
    run_briefly();
    EXPECT_EQ(outer.exception(), error);
  }

  void check_return_exceptions(const std::vector<future<int>>& four, const future<std::vector<outcome<int>>>& outer) {
    const auto first = std::make_exception_ptr(std::domain_error("zero"));
    const auto second = std::make_exception_ptr(std::runtime_error("two"));
    four[1].set_result(1);
    four[2].set_exception(first);
    four[0].set_result(3);
    run_briefly();
    run_briefly();
    EXPECT_FALSE(outer.done());
    four[3].set_exception(second);
    run_briefly();
    run_briefly();
    ASSERT_TRUE(outer.done());
    const std::vector<outcome<int>> result = outer.result();
    EXPECT_EQ(result[0].value(), 3);
    EXPECT_EQ(result[1].value(), 1);
    EXPECT_EQ(result[2].exception(), first);
    EXPECT_EQ(result[3].exception(), second);
    EXPECT_FALSE(result[3]);
    EXPECT_THROW(result[3].value(), std::runtime_error);
  }
};

inline coro<void> fail_once_done(future<void> awaited) {
  co_await awaited;
  throw runtime_error("should not be ignored");
}

}  // namespace coroguard
