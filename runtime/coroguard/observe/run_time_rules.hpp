// The ids of all that is found while a program runs, in one place: a misspelt one in a test is an error.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace coroguard {

inline constexpr auto run_time_rules = std::to_array<std::string_view>({
    "await-cycle",
    "blocking-call",
    "blocking-descriptor",
    "destroyed-while-pending",
    "executor-starvation",
    "large-frame",
    "lost-wakeup",
    "never-yielded",
    "slow-callback",
    "slow-poll",
    "slow-turn",
    "unawaited-coroutine",
    "unclosed-executor",
    "unclosed-loop",
    "unhandled-exception",
    "unretrieved-exception",
    "wrong-thread-call",
});

constexpr bool is_run_time_rule(std::string_view id) { return std::ranges::find(run_time_rules, id) != run_time_rules.end(); }

}  // namespace coroguard
