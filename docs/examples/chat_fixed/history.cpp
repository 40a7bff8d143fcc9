#include "history.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cerrno>
#include <fcntl.h>
#include <iostream>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace chat {

history::history(const std::filesystem::path &file)
    : fd_{::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)} {
  if (fd_ < 0) throw std::system_error{errno, std::generic_category(), file.string()};
}

history::~history() {
  pool_.join(); // lines that are still queued get written
  ::close(fd_);
}

void history::append(std::string line) {
  // Fine: write_line() blocks, but on the pool's thread.
  asio::post(pool_, [this, line = std::move(line) + '\n'] { write_line(line); });
}

// Was a plain function that called flush_to_disk() in the loop. Now the pool does the blocking work
// (after the lines that are queued there), and the coroutine resumes on its own executor.
asio::awaitable<void> history::checkpoint() {
  auto start = [this](auto resume) {
    auto loop = asio::make_work_guard(resume); // keeps io.run() going until we are back
    asio::post(pool_, [this, resume = std::move(resume), loop = std::move(loop)]() mutable {
      flush_to_disk();
      asio::post(loop.get_executor(), std::move(resume));
    });
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(std::move(start), asio::use_awaitable);
}

void history::write_line(std::string_view line) const {
  while (!line.empty()) {
    const auto written = ::write(fd_, line.data(), line.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      std::clog << "history: " << std::generic_category().message(errno) << '\n';
      return;
    }
    line.remove_prefix(static_cast<std::size_t>(written));
  }
}

void history::flush_to_disk() const {
  if (::fsync(fd_) != 0) std::clog << "history: " << std::generic_category().message(errno) << '\n';
}

} // namespace chat
