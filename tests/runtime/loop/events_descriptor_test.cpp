// EventLoopTestsMixin of CPython's test_events: file descriptors.
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <string>
#include <system_error>

#include "loop/event_loop_tests_mixin.hpp"
#include "loop/pipe_ends.hpp"
#include "thrown.hpp"

namespace coroguard {
namespace {

TEST_F(EventLoopTestsMixin, test_reader_callback) {
  auto [reader, writer] = connected_ends();
  std::string received;
  bool ended = false;
  loop.add_reader(reader.fd(), [&] {
    const std::string data = reader.read();
    received += data;
    if (!data.empty()) return;
    ended = true;
    EXPECT_TRUE(loop.remove_reader(reader.fd()));
    reader.close();
  });
  loop.call_soon([&] { writer.write("abc"); });
  run_until([&] { return received.size() >= 3; });
  loop.call_soon([&] { writer.write("def"); });
  run_until([&] { return received.size() >= 6; });
  loop.call_soon([&] { writer.close(); });
  run_until([&] { return ended; });
  EXPECT_EQ(received, "abcdef");
}

TEST_F(EventLoopTestsMixin, test_writer_callback) {
  auto [reader, writer] = connected_ends();
  const std::string data(1024, 'x');
  loop.add_writer(writer.fd(), [&] {
    writer.write(data);
    loop.stop();
  });
  loop.run_forever();
  EXPECT_TRUE(loop.remove_writer(writer.fd()));
  EXPECT_FALSE(loop.remove_writer(writer.fd()));
  writer.close();
  EXPECT_EQ(reader.read(), data);
}

TEST_F(EventLoopTestsMixin, test_writer_callback__reader_first) {
  keeps_order();
  auto [ours, theirs] = connected_ends();
  std::string order;
  loop.add_writer(ours.fd(), [&] { order += "w"; });
  loop.add_reader(ours.fd(), [&] { order += "r"; });
  theirs.write("x");
  run_once();
  EXPECT_EQ(order, "rw");
  loop.remove_writer(ours.fd());
  run_once();
  EXPECT_EQ(order, "rwr");
}

TEST_F(EventLoopTestsMixin, test_reader_callback__replaced) {
  auto [reader, writer] = connected_ends();
  int first = 0;
  int second = 0;
  const handle replaced = loop.add_reader(reader.fd(), [&] { ++first; });
  loop.add_reader(reader.fd(), [&] { ++second; });
  EXPECT_TRUE(replaced.cancelled());
  writer.write("x");
  run_once();
  EXPECT_EQ(first, 0);
  EXPECT_EQ(second, 1);
}

// Removed in the turn in which it was queued already: not called any more.
TEST_F(EventLoopTestsMixin, test_reader_callback__removed_by_another) {
  keeps_order();
  auto [ours, theirs] = connected_ends();
  bool called = false;
  loop.add_reader(ours.fd(), [&] { loop.remove_writer(ours.fd()); });
  loop.add_writer(ours.fd(), [&] { called = true; });
  theirs.write("x");
  run_once();
  EXPECT_FALSE(called);
}

// A cancelled handle must not leave a descriptor behind that keeps the loop awake.
TEST_F(EventLoopTestsMixin, test_reader_callback__cancelled_handle) {
  auto [reader, writer] = connected_ends();
  handle watching = loop.add_reader(reader.fd(), [] { FAIL() << "it was cancelled"; });
  watching.cancel();
  writer.write("x");
  run_once();
  EXPECT_FALSE(loop.remove_reader(reader.fd()));
}

TEST_F(EventLoopTestsMixin, test_reader_callback__refused) {
  EXPECT_EQ(thrown_message<std::invalid_argument>([&] { loop.add_reader(-1, [] {}); }), "Invalid file descriptor: -1");
  char name[] = "/tmp/coroguard-events-XXXXXX";
  const pipe_end regular_file(::mkstemp(name));
  std::filesystem::remove(name);
  EXPECT_THROW(loop.add_reader(regular_file.fd(), [] {}), std::system_error);
  EXPECT_FALSE(loop.remove_reader(regular_file.fd()));
  EXPECT_THROW(loop.add_writer(1'000'000, [] {}), std::system_error);
}

// A number that was closed behind the loop's back and opened again.
TEST_F(EventLoopTestsMixin, test_reader_callback__descriptor_reused) {
  auto [reader, writer] = connected_ends();
  loop.add_reader(reader.fd(), [] { FAIL() << "its descriptor was closed"; });
  const int number = reader.fd();
  auto [other_reader, other_writer] = connected_ends();
  ::dup2(other_reader.fd(), number);
  bool called = false;
  loop.add_reader(number, [&] { called = true; });
  other_writer.write("x");
  run_once();
  EXPECT_TRUE(called);
  loop.remove_reader(number);
}

TEST_F(EventLoopTestsMixin, test_internal_fds) {
  const auto open_descriptors = [] {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), std::filesystem::directory_iterator());
  };
  const auto before = open_descriptors();
  {
    const event_loop another;
    EXPECT_EQ(open_descriptors(), before + 2);  // epoll, and the eventfd that wakes it
  }
  EXPECT_EQ(open_descriptors(), before);
}

TEST_F(EventLoopTestsMixin, test_remove_fds_after_closing) {
  auto [reader, writer] = connected_ends();
  loop.add_reader(reader.fd(), [] {});
  loop.add_writer(writer.fd(), [] {});
  loop.close();
  EXPECT_FALSE(loop.remove_reader(reader.fd()));
  EXPECT_FALSE(loop.remove_writer(writer.fd()));
}

TEST_F(EventLoopTestsMixin, test_add_fds_after_closing) {
  auto [reader, writer] = connected_ends();
  loop.close();
  EXPECT_THROW(loop.add_reader(reader.fd(), [] {}), runtime_error);
  EXPECT_THROW(loop.add_writer(writer.fd(), [] {}), runtime_error);
}

}  // namespace
}  // namespace coroguard
