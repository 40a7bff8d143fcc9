// What tells the loop that a file descriptor is ready.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

namespace coroguard {

struct io_event {
  int fd;
  bool readable;
  bool writable;
};

class selector {
public:
  virtual ~selector() = default;
  // From now on reports `fd` when it can be read or written; with neither, forgets it. Throws std::system_error.
  virtual void watch(int fd, bool for_reading, bool for_writing) = 0;
  // Waits until a descriptor is ready, at most `timeout` (nothing: without limit), and appends what is ready to `events`.
  // A signal may end the wait early with nothing.
  virtual void select(std::optional<std::chrono::nanoseconds> timeout, std::vector<io_event>& events) = 0;
};

// epoll, level-triggered.
std::unique_ptr<selector> make_epoll_selector();

}  // namespace coroguard
