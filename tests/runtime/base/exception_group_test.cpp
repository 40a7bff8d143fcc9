// Errors in groups (the rules of PEP 654), and what reports say of an error.
#include <gtest/gtest.h>

#include <coroguard/base/errors.hpp>
#include <coroguard/base/exception_group.hpp>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <typeinfo>
#include <utility>
#include <vector>

#include "thrown.hpp"

namespace coroguard {
namespace {

using errors = std::vector<std::exception_ptr>;

template <class Error>
std::exception_ptr error(Error thrown) {
  return std::make_exception_ptr(std::move(thrown));
}
std::exception_ptr late_by(const char* message) { return error(timeout_error(message)); }
std::exception_ptr wrong(const char* message) { return error(std::invalid_argument(message)); }
std::exception_ptr group(const char* message, errors members) { return error(exception_group(message, std::move(members))); }

// The messages, in order and nested as they are: "outer[a inner[b]]".
std::string shape(const exception_group& of) {
  std::string text = of.message() + "[";
  const char* space = "";
  for (const std::exception_ptr& member : of.exceptions()) {
    text += space;
    space = " ";
    try {
      std::rethrow_exception(member);
    } catch (const exception_group& inner) {
      text += shape(inner);
    } catch (const std::exception& leaf) {
      text += leaf.what();
    } catch (const cancelled_error& leaf) {
      text += leaf.message().value_or("cancelled");
    }
  }
  return text + "]";
}
std::string shape(const std::optional<exception_group>& of) { return of ? shape(*of) : "nothing"; }

class exception_groups : public testing::Test {
protected:
  const std::exception_ptr late = late_by("t1");
  const exception_group outer{
      "outer",
      {late, group("inner", {wrong("w1"), late_by("t2"), group("deep", {late_by("t3"), wrong("w2")})}), wrong("w3"),
       group("last", {late_by("t4")})}};
  const std::string whole = "outer[t1 inner[w1 t2 deep[t3 w2]] w3 last[t4]]";
};

TEST_F(exception_groups, hold_what_they_are_given_in_order) {
  const errors members{wrong("b"), late, late, wrong("a")};
  const exception_group made("all", members);
  EXPECT_EQ(made.message(), "all");
  EXPECT_EQ(made.exceptions(), members);
  const exception_group copy = made;
  EXPECT_EQ(copy.exceptions(), members);  // shared
}

TEST_F(exception_groups, count_their_members_in_the_text) {
  EXPECT_STREQ(exception_group("one", {late}).what(), "one (1 sub-exception)");
  EXPECT_STREQ(exception_group("two", {late, wrong("w")}).what(), "two (2 sub-exceptions)");
  EXPECT_STREQ(exception_group("", {late}).what(), " (1 sub-exception)");
  EXPECT_STREQ(outer.what(), "outer (4 sub-exceptions)");  // a group inside is one, whatever it holds
}

TEST_F(exception_groups, refuse_to_be_empty_or_to_hold_null) {
  EXPECT_EQ(thrown_message<std::invalid_argument>([] { exception_group("none", {}); }),
            "second argument (exceptions) must be a non-empty sequence");
  const char* const refused = "an item of the second argument (exceptions) is not an exception";
  EXPECT_EQ(thrown_message<std::invalid_argument>([] { exception_group("null", errors{nullptr}); }), refused);
  EXPECT_EQ(thrown_message<std::invalid_argument>([&] { exception_group("null", errors{late, nullptr}); }), refused);
}

TEST_F(exception_groups, split_by_type) {
  const auto [timeouts, rest] = outer.split<timeout_error>();
  EXPECT_EQ(shape(timeouts), "outer[t1 inner[t2 deep[t3]] last[t4]]");
  EXPECT_EQ(shape(rest), "outer[inner[w1 deep[w2]] w3]");
  EXPECT_STREQ(rest->what(), "outer (2 sub-exceptions)");
  EXPECT_EQ(shape(outer), whole);
  EXPECT_EQ(shape(outer.split<std::logic_error>().first), shape(rest));  // by a base class, too
}

TEST_F(exception_groups, split_by_condition) {
  const auto [first, rest] = outer.split([](const std::exception_ptr& one) {
    const std::string text = describe(one);
    return text.back() == '1';
  });
  EXPECT_EQ(shape(first), "outer[t1 inner[w1]]");
  EXPECT_EQ(shape(rest), "outer[inner[t2 deep[t3 w2]] w3 last[t4]]");
}

TEST_F(exception_groups, split_asks_about_groups_before_what_they_hold) {
  std::vector<std::string> asked;
  const auto [found, rest] = outer.split([&](const std::exception_ptr& one) {
    const bool is_group = is<exception_group>(one);
    if (is_group) asked.push_back(text_of<exception_group>(one));
    return is_group && text_of<exception_group>(one).starts_with("inner");
  });
  EXPECT_EQ(shape(found), "outer[inner[w1 t2 deep[t3 w2]]]");
  EXPECT_EQ(shape(rest), "outer[t1 w3 last[t4]]");
  EXPECT_EQ(found->exceptions().at(0), outer.exceptions().at(1));  // itself, not a copy
  EXPECT_EQ(asked, (std::vector<std::string>{"outer (4 sub-exceptions)", "inner (3 sub-exceptions)", "last (1 sub-exception)"}));
}

TEST_F(exception_groups, subgroup_is_the_first_part_of_split) {
  EXPECT_EQ(shape(outer.subgroup<timeout_error>()), "outer[t1 inner[t2 deep[t3]] last[t4]]");
  const auto found = outer.subgroup([&](const std::exception_ptr& one) { return one == late; });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->exceptions(), errors{late});  // the same exception object
}

TEST_F(exception_groups, nothing_matches) {
  const auto [found, rest] = outer.split<invalid_state_error>();
  EXPECT_FALSE(found);
  EXPECT_EQ(shape(rest), whole);
  EXPECT_FALSE(outer.subgroup<cancelled_error>());
  EXPECT_FALSE(outer.subgroup([](const std::exception_ptr&) { return false; }));
}

TEST_F(exception_groups, everything_matches) {
  const auto [found, rest] = outer.split([](const std::exception_ptr&) { return true; });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->exceptions(), outer.exceptions());
  EXPECT_STREQ(found->what(), outer.what());
  EXPECT_FALSE(rest);
  EXPECT_EQ(shape(outer.subgroup<std::exception>()), whole);
}

TEST_F(exception_groups, every_leaf_matches_and_no_group) {
  const auto [found, rest] = outer.split([](const std::exception_ptr& one) { return !is<exception_group>(one); });
  EXPECT_EQ(shape(found), whole);
  EXPECT_FALSE(rest);
}

TEST_F(exception_groups, hold_what_is_no_std_exception) {
  const exception_group mixed("mixed", {error(cancelled_error("stop")), late, group("inner", {error(cancelled_error())})});
  const auto [cancelled, rest] = mixed.split(is_cancellation);
  EXPECT_EQ(shape(cancelled), "mixed[stop inner[cancelled]]");
  EXPECT_EQ(shape(rest), "mixed[t1]");
  EXPECT_EQ(shape(exception_group("numbers", {error(3), late}).split<int>().second), "numbers[t1]");
}

TEST(describe, std_exceptions) {
  EXPECT_EQ(describe(error(std::runtime_error("broken"))), "std::runtime_error: broken");
  EXPECT_EQ(describe(error(std::invalid_argument(""))), "std::invalid_argument");
  EXPECT_EQ(describe(late_by("too late")), "coroguard::timeout_error: too late");
  EXPECT_EQ(describe(error(timeout_error())), "coroguard::timeout_error");
  EXPECT_EQ(describe(group("all", {late_by("a")})), "coroguard::exception_group: all (1 sub-exception)");
}

TEST(describe, cancelled_error) {
  EXPECT_EQ(describe(error(cancelled_error())), "coroguard::cancelled_error");
  EXPECT_EQ(describe(error(cancelled_error("enough"))), "coroguard::cancelled_error: enough");
  EXPECT_EQ(describe(error(cancelled_error(""))), "coroguard::cancelled_error");
}

TEST(describe, other_types_and_null) {
  EXPECT_EQ(describe(thrown_in([] { throw 3; })), "int");
  EXPECT_EQ(describe(error(keyboard_interrupt())), "coroguard::keyboard_interrupt");
  EXPECT_EQ(describe(nullptr), "no exception");
}

TEST(names, of_types_and_of_what_was_thrown) {
  EXPECT_EQ(name_of(&typeid(int)), "int");
  EXPECT_EQ(name_of(&typeid(invalid_state_error)), "coroguard::invalid_state_error");
  EXPECT_EQ(name_of(nullptr), "unknown exception");
  EXPECT_EQ(type_of(late_by("without its message")), "coroguard::timeout_error");
  EXPECT_EQ(type_of(error(cancelled_error("enough"))), "coroguard::cancelled_error");
  EXPECT_EQ(type_of(thrown_in([] { throw 3; })), "int");
}

TEST(is_cancellation, only_of_cancelled_error) {
  class own_cancellation : public cancelled_error {};
  EXPECT_TRUE(is_cancellation(error(cancelled_error())));
  EXPECT_TRUE(is_cancellation(error(own_cancellation())));
  EXPECT_FALSE(is_cancellation(late_by("late")));
  EXPECT_FALSE(is_cancellation(error(keyboard_interrupt())));
  EXPECT_FALSE(is_cancellation(group("all", {error(cancelled_error())})));
  EXPECT_FALSE(is_cancellation(thrown_in([] { throw 3; })));
  EXPECT_FALSE(is_cancellation(nullptr));
}

TEST_F(exception_groups, of_cancellations_are_no_std_exceptions) {
  const exception_group inner("inner", {std::make_exception_ptr(cancelled_error())});
  const exception_group outer("outer", {std::make_exception_ptr(timeout_error()), std::make_exception_ptr(inner)});
  const auto [errors, others] = outer.split<std::exception>();
  ASSERT_TRUE(errors);
  EXPECT_EQ(errors->exceptions().size(), 1u);
  ASSERT_TRUE(others);
  const auto cancellations = others->subgroup<cancelled_error>();
  ASSERT_TRUE(cancellations);
  EXPECT_STREQ(cancellations->what(), "outer (1 sub-exception)");
}

TEST_F(exception_groups, are_asked_for_themselves_first) {
  const exception_group group("all", {std::make_exception_ptr(1), std::make_exception_ptr(timeout_error())});
  int asked = 0;
  const auto [in, out] = group.split([&](const std::exception_ptr&) { return ++asked == 1; });
  EXPECT_EQ(asked, 1);
  ASSERT_TRUE(in);
  EXPECT_STREQ(in->what(), group.what());
  EXPECT_FALSE(out);
  EXPECT_FALSE(group.split<exception_group>().second);
}

TEST(names, are_unknown_for_nothing) { EXPECT_EQ(type_of(nullptr), "unknown exception"); }

}  // namespace
}  // namespace coroguard
