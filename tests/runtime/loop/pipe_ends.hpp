// Connected descriptors for tests, closed when they go.
#pragma once

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <utility>

namespace coroguard {

// One end of a socket pair, non-blocking.
class pipe_end {
public:
  explicit pipe_end(int fd) : fd_(fd) {}
  pipe_end(pipe_end&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  pipe_end& operator=(pipe_end&&) = delete;
  ~pipe_end() { close(); }

  int fd() const noexcept { return fd_; }
  void close() noexcept {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }
  void write(const std::string& data) const { [[maybe_unused]] const auto wrote = ::write(fd_, data.data(), data.size()); }
  // What is there, at most a kilobyte; nothing at the end.
  std::string read() const {
    char data[1024];
    const auto got = ::read(fd_, data, sizeof data);
    return std::string(data, got > 0 ? static_cast<std::size_t>(got) : 0);
  }

private:
  int fd_;
};

inline std::pair<pipe_end, pipe_end> connected_ends() {
  int fds[2] = {-1, -1};
  ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds);
  return {pipe_end(fds[0]), pipe_end(fds[1])};
}

}  // namespace coroguard
