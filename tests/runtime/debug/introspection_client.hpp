// Asks the socket of a process in debug mode, as `coroguard ps` does.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <string>
#include <string_view>

namespace coroguard {

// What it answers to one line; empty when nobody listens or the line is refused.
inline std::string ask_socket(const std::string& path, std::string_view line) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::string answer;
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      ::send(fd, line.data(), line.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(line.size())) {
    char bytes[4096];
    for (ssize_t got = 0; (got = ::read(fd, bytes, sizeof bytes)) > 0;) answer.append(bytes, static_cast<std::size_t>(got));
  }
  ::close(fd);
  return answer;
}

inline std::string ask_for_tasks(const std::string& path) { return ask_socket(path, "{\"version\":1,\"command\":\"tasks\"}\n"); }

}  // namespace coroguard
