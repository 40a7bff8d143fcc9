// blocking-descriptor: add_reader and add_writer with a descriptor on which the callback's read or write can block the loop.
// Not in <coroguard/runtime.hpp>: only the library needs it.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <source_location>
#include <utility>

namespace coroguard {

class event_loop;

class blocking_descriptors {
public:
  explicit blocking_descriptors(const event_loop& loop) noexcept : loop_(loop) {}

  void descriptor_added(int fd, bool for_reading, std::source_location where);

private:
  using registration = std::pair<const char*, std::uint32_t>;  // file and line

  const event_loop& loop_;
  std::map<registration, std::set<int>> reported_;
};

}  // namespace coroguard
