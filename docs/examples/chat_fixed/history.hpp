#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace chat {

namespace asio = boost::asio;

// The log file of the room. A disk can be slow, so its work is done by a pool of
// one thread: that keeps the event loop free and the lines in order.
class history {
public:
  explicit history(const std::filesystem::path &file);
  ~history();

  void append(std::string line);      // returns at once
  asio::awaitable<void> checkpoint(); // forces the lines to the disk; was a plain function that blocked

private:
  void write_line(std::string_view line) const;
  void flush_to_disk() const;

  int fd_;
  asio::thread_pool pool_{1};
};

} // namespace chat
