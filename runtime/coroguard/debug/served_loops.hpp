// What debug mode tells other processes: the tasks of all loops that are, or were, in debug mode. docs/runtime/introspection.md
// has the protocol.
// Not in <coroguard/runtime.hpp>: only the library needs it.
#pragma once

#include <string>
#include <string_view>

namespace coroguard {

class event_loop;

// Debug mode of a loop has one. The first in a process opens its socket.
class served_loop {
public:
  // What goes wrong is logged at most, at debug level: the program is not disturbed.
  explicit served_loop(event_loop& loop) noexcept;
  ~served_loop();
  served_loop(const served_loop&) = delete;

  // The loop begins to run. In a child of fork, that opens a socket for the child.
  void runs() noexcept;

private:
  const event_loop& loop_;
};

// One line of JSON for one line of JSON, both without the end of the line. Asks each loop in its own thread; one that does not
// answer within a second is told as busy. Any thread but a loop's.
std::string answer_request(std::string_view request);

}  // namespace coroguard
