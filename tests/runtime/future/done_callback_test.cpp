#include <coroguard/future/future.hpp>

#include <functional>
#include <memory>

#include "virtual_loop.hpp"

namespace coroguard {
namespace {

using bag = std::vector<int>;

// Puts a number into a bag. Equal to every other that would do the same.
struct put {
  bag* into;
  int number;
  void operator()(const future<std::string>&) const { into->push_back(number); }
  bool operator==(const put&) const = default;
};

class BaseFutureDoneCallbackTests : public ordered_virtual_loop {
protected:
  bag called;
  future<std::string> f = loop.create_future<std::string>();

  put cb(int number) { return {&called, number}; }
  void finish() {
    EXPECT_TRUE(called.empty());
    f.set_result("foo");
    EXPECT_TRUE(called.empty());  // never at once
    run_briefly();
    EXPECT_EQ(f.result(), "foo");
  }
};

TEST_F(BaseFutureDoneCallbackTests, test_callbacks_remove_first_callback) {
  for (const int number : {42, 17, 100}) f.add_done_callback(cb(number));
  EXPECT_EQ(f.remove_done_callback(cb(42)), 1u);
  EXPECT_EQ(f.remove_done_callback(cb(42)), 0u);
  finish();
  EXPECT_EQ(called, (bag{17, 100}));
}

TEST_F(BaseFutureDoneCallbackTests, test_callbacks_remove_first_and_second_callback) {
  for (const int number : {42, 17, 100}) f.add_done_callback(cb(number));
  f.remove_done_callback(cb(42));
  f.remove_done_callback(cb(17));
  f.remove_done_callback(cb(42));
  finish();
  EXPECT_EQ(called, bag{100});
}

TEST_F(BaseFutureDoneCallbackTests, test_callbacks_remove_third_callback) {
  for (const int number : {42, 17, 100}) f.add_done_callback(cb(number));
  f.remove_done_callback(cb(100));
  f.remove_done_callback(cb(100));
  finish();
  EXPECT_EQ(called, (bag{42, 17}));
}

TEST_F(BaseFutureDoneCallbackTests, test_callbacks_invoked_on_set_result) {
  f.add_done_callback(cb(42));
  f.add_done_callback(cb(17));
  finish();
  EXPECT_EQ(called, (bag{42, 17}));
}

TEST_F(BaseFutureDoneCallbackTests, test_callbacks_invoked_on_set_exception) {
  f.add_done_callback(cb(100));
  const auto error = std::make_exception_ptr(std::domain_error("x"));
  f.set_exception(error);
  EXPECT_TRUE(called.empty());
  run_briefly();
  EXPECT_EQ(called, bag{100});
  EXPECT_EQ(f.exception(), error);
}

TEST_F(BaseFutureDoneCallbackTests, test_remove_done_callback) {
  f.add_done_callback(cb(1));
  f.add_done_callback(cb(2));
  EXPECT_EQ(f.remove_done_callback(cb(2)), 1u);
  EXPECT_EQ(f.remove_done_callback(cb(3)), 0u);
  f.add_done_callback(cb(2));
  for (int time = 0; time < 5; ++time) f.add_done_callback(cb(1));
  EXPECT_EQ(f.remove_done_callback(cb(1)), 6u);
  finish();
  EXPECT_EQ(called, bag{2});
}

// A callback whose comparison does something to the future.
struct evil {
  std::function<bool()>* comparison;
  void operator()(const future<std::string>&) const {}
  bool operator==(const evil&) const { return (*comparison)(); }
};

TEST_F(BaseFutureDoneCallbackTests, test_remove_done_callbacks_list_mutation) {
  std::function<bool()> comparison = [&] {
    f.remove_done_callback(cb(1));
    return false;
  };
  f.add_done_callback(cb(1));
  for (int time = 0; time < 63; ++time) f.add_done_callback(evil{&comparison});
  for (int time = 0; time < 63; ++time) f.add_done_callback(cb(1));
  EXPECT_EQ(f.remove_done_callback(evil{&comparison}), 0u);
  finish();
  EXPECT_TRUE(called.empty());
}

TEST_F(BaseFutureDoneCallbackTests, test_remove_done_callbacks_list_clear) {
  // The comparison removes the callback that is being compared, and all like it.
  bool removing = false;
  std::size_t removed = 0;
  std::function<bool()> always_equal = [] { return true; };
  std::function<bool()> comparison = [&] {
    if (std::exchange(removing, true)) return true;
    removed = f.remove_done_callback(evil{&comparison});
    return true;
  };
  for (int time = 0; time < 63; ++time) f.add_done_callback(evil{&comparison});
  f.add_done_callback(cb(5));
  EXPECT_EQ(f.remove_done_callback(evil{&always_equal}), 0u);
  EXPECT_EQ(removed, 63u);
  finish();
  EXPECT_EQ(called, bag{5});
}

TEST_F(BaseFutureDoneCallbackTests, test_remove_done_callbacks_list_mutation__ends_the_future) {
  std::function<bool()> comparison = [&] {
    f.set_result("foo");
    return true;
  };
  f.add_done_callback(cb(1));
  f.add_done_callback(evil{&comparison});
  f.add_done_callback(cb(2));
  EXPECT_EQ(f.remove_done_callback(evil{&comparison}), 0u);
  run_briefly();
  EXPECT_EQ(called, (bag{1, 2}));
}

TEST_F(BaseFutureDoneCallbackTests, test_schedule_callbacks_list_mutation_1) {
  f.add_done_callback([&](const future<std::string>& done) { EXPECT_EQ(done.remove_done_callback(cb(1)), 0u); });
  f.add_done_callback(cb(1));
  f.add_done_callback(cb(1));
  finish();
  EXPECT_EQ(called, (bag{1, 1}));  // both were queued already
}

TEST_F(BaseFutureDoneCallbackTests, test_schedule_callbacks_list_mutation_2) {
  int extra = 0;
  std::function<bool()> comparison = [&] {
    if (++extra < 100) f.add_done_callback(evil{&comparison});
    return false;
  };
  for (int time = 0; time < 63; ++time) f.add_done_callback(evil{&comparison});
  EXPECT_EQ(f.remove_done_callback(evil{&comparison}), 0u);
  EXPECT_EQ(extra, 63 + 99);
  finish();
}

// ---- what CPython does not test -----------------------------------------------------------------------------------------

class done_callback_tests : public BaseFutureDoneCallbackTests {};

TEST_F(done_callback_tests, added_when_done_is_called_in_the_next_turn) {
  f.set_result("foo");
  f.add_done_callback(cb(1));
  EXPECT_TRUE(called.empty());
  run_once();
  EXPECT_EQ(called, bag{1});
}

TEST_F(done_callback_tests, that_throws_does_not_hold_up_the_others) {
  f.add_done_callback([](const future<std::string>&) { throw std::domain_error("from a callback"); });
  f.add_done_callback(cb(1));
  finish();
  EXPECT_EQ(called, bag{1});
  ASSERT_EQ(logged.lines.size(), 1u);
  EXPECT_TRUE(logged.lines[0].starts_with("Exception in callback ")) << logged.lines[0];
  EXPECT_TRUE(logged.contains("from a callback"));
}

TEST_F(done_callback_tests, are_destroyed_with_a_future_that_never_ends) {
  const auto held = std::make_shared<int>(1);
  loop.create_future<int>().add_done_callback([held](const future<int>&) {});
  EXPECT_EQ(held.use_count(), 1);
}

TEST_F(done_callback_tests, are_destroyed_with_a_closed_loop) {
  const auto held = std::make_shared<int>(1);
  f.add_done_callback([held](const future<std::string>&) {});
  f.set_result("foo");
  EXPECT_EQ(held.use_count(), 2);
  loop.close();
  EXPECT_EQ(held.use_count(), 1);
}

}  // namespace
}  // namespace coroguard
