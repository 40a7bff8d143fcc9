// The protocol of introspection: one line of JSON asks, one line answers. See docs/runtime/introspection.md.
// Not in <coroguard/runtime.hpp>: only the library needs it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "coroguard/debug/watchdog.hpp"
#include "coroguard/task/task_table.hpp"

namespace coroguard {

inline constexpr int introspection_version = 1;

enum class loop_state : std::uint8_t {
  not_running,
  answered,
  busy,  // it runs, and did not answer in time
};

struct loop_answer {
  std::uintptr_t id = 0;
  loop_state state = loop_state::not_running;
  pid_t thread = 0;
  task_table table = {};                           // when answered
  std::optional<running_callback> running = {};  // when busy, if it is known
};

struct request_read {
  std::string command;
  std::string problem;  // empty: none
};

// {"version":1,"command":"tasks"}. What else is in it is ignored.
request_read read_request(std::string_view request);
std::string json_of_problem(std::string_view problem);
std::string json_of(const std::vector<loop_answer>& loops);

}  // namespace coroguard
