// The line that reports, the table of tasks and `coroguard ps` call the place where a task was made: the user's, also when
// the runtime made it.
#include <gtest/gtest.h>

#include <coroguard/runtime.hpp>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "virtual_loop.hpp"

namespace coroguard {
namespace {

coro<void> sleeps() { co_await sleep(seconds(1)); }
coro<int> gives() {
  co_await sleep(seconds(1));
  co_return 1;
}

struct awaits_gives {
  coro<int> operator co_await() const { return gives(); }
};

// The lines of the tasks that are not done; 0 for those of other files.
std::vector<int> lines_of_tasks(event_loop& loop) {
  std::vector<int> lines;
  for (const task_base& one : all_tasks(loop)) {
    const std::source_location made = one.state().where();
    const bool here = std::string_view(made.file_name()).ends_with("creation_places_test.cpp");
    lines.push_back(here ? static_cast<int>(made.line()) : 0);
  }
  return lines;
}

class creation_places : public ::testing::Test {
protected:
  // In a callback, as gather needs a running loop; what `make` made comes to its end.
  template <class Make>
  std::vector<int> lines_after(Make make) {
    std::vector<int> lines;
    loop_.call_soon([&] {
      const auto made = make();
      lines = lines_of_tasks(loop_);
      loop_.call_later(seconds(5), [this] { loop_.stop(); });
    });
    loop_.run_forever();
    return lines;
  }

  event_loop loop_{virtual_time()};
};

TEST_F(creation_places, of_gather) {
  const int line = __LINE__ + 2;
  const std::vector<int> lines = lines_after([] {
    return gather(sleeps(), gives());
  });
  EXPECT_EQ(lines, (std::vector{line, line}));
}

TEST_F(creation_places, of_gather_of_one_and_of_six) {
  const int line = __LINE__ + 1;
  EXPECT_EQ(lines_after([] { return gather(gives()); }), std::vector{line});
  const auto six = lines_after([] { return gather(gives(), gives(), gives(), gives(), gives(), gives()); });
  EXPECT_EQ(six, std::vector<int>(6, line + 1));
}

TEST_F(creation_places, of_gather_with_exceptions) {
  const int line = __LINE__ + 1;
  EXPECT_EQ(lines_after([] { return gather(return_exceptions, gives(), sleeps()); }), (std::vector{line, line}));
}

TEST_F(creation_places, of_the_future_of_gather) {
  std::string text;
  lines_after([&] {
    auto gathered = gather(gives(), gives());
    text = gathered.describe();
    return gathered;
  });
  EXPECT_TRUE(text.starts_with("<_GatheringFuture pending created at ")) << text;
  EXPECT_NE(text.find("creation_places_test.cpp:"), text.npos) << text;
}

// No default argument can stand behind so many; a line of the runtime would say less than the name.
TEST_F(creation_places, of_gather_of_seven) {
  std::string text;
  std::string table;
  lines_after([&] {
    auto gathered = gather(gives(), gives(), gives(), gives(), gives(), gives(), gives());
    text = gathered.describe();
    table = task_table(loop_).text();
    return gathered;
  });
  EXPECT_EQ(text, "<_GatheringFuture pending created by gather()>");
  EXPECT_NE(table.find("gather()"), table.npos) << table;
}

TEST_F(creation_places, of_gather_of_a_range) {
  const int line = __LINE__ + 4;
  const std::vector<int> lines = lines_after([] {
    std::vector<coro<int>> all;
    all.push_back(gives());
    return gather(std::move(all));
  });
  EXPECT_EQ(lines, std::vector{line});
}

TEST_F(creation_places, of_shield) {
  const int line = __LINE__ + 1;
  EXPECT_EQ(lines_after([] { return shield(gives()); }), std::vector{line});
}

TEST_F(creation_places, of_ensure_future) {
  const int line = __LINE__ + 1;
  EXPECT_EQ(lines_after([] { return ensure_future(gives()); }), std::vector{line});
  EXPECT_EQ(lines_after([this] { return ensure_future(gives(), loop_); }), std::vector{line + 1});
  EXPECT_EQ(lines_after([] { return ensure_future(awaits_gives()); }), std::vector{line + 2});
}

TEST_F(creation_places, of_as_completed) {
  const int line = __LINE__ + 4;
  const std::vector<int> lines = lines_after([] {
    std::vector<coro<int>> all;
    all.push_back(gives());
    return as_completed(std::move(all));
  });
  EXPECT_EQ(lines, std::vector{line});
}

TEST_F(creation_places, of_wait_for_without_time) {
  std::vector<int> lines;
  const auto notes_lines = [&]() -> coro<void> {
    lines = lines_of_tasks(get_running_loop());
    co_return;
  };
  int line = 0;
  const auto waits = [&]() -> coro<void> {
    get_running_loop().set_task_factory(eager_task_factory);  // it ends at once, in time
    line = __LINE__ + 1;
    co_await wait_for(notes_lines(), seconds(0));
  };
  loop_.run_until_complete(waits());
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[1], line);
}

TEST_F(creation_places, of_run_coroutine_threadsafe) {
  std::vector<int> lines;
  const auto notes_lines = [&]() -> coro<void> {
    lines = lines_of_tasks(loop_);
    loop_.stop();
    co_return;
  };
  const int line = __LINE__ + 1;
  std::thread([&] { run_coroutine_threadsafe(notes_lines(), loop_); }).join();
  loop_.run_forever();
  EXPECT_EQ(lines, std::vector{line});
}

TEST_F(creation_places, of_what_sleep_waits_for) {
  std::string text;
  const auto looks_on = [&]() -> coro<void> {
    const task<void> sleeping = create_task(sleeps());
    co_await sleep(seconds(0.5));
    text = sleeping.describe();
    co_await sleeping;
  };
  loop_.run_until_complete(looks_on());
  EXPECT_NE(text.find(" wait_for=<Future pending created by sleep()>>"), text.npos) << text;
}

}  // namespace
}  // namespace coroguard
