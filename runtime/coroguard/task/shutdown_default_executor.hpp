// Joining the threads of a loop's default executor without holding the loop up (loop.shutdown_default_executor).
#pragma once

#include <optional>

#include "coroguard/loop/clock.hpp"
#include "coroguard/task/coro.hpp"

namespace coroguard {

// Ends the running loop's default executor: it takes no more work, and this ends once its threads have, while the loop goes on.
// Joining happens in a thread of its own. When it takes longer than `limit` (nothing: no limit) this logs a warning and ends;
// that thread then goes on alone, and so it does when this is cancelled. Throws std::system_error when there is no thread to be
// had.
coro<void> shutdown_default_executor(std::optional<seconds> limit = std::nullopt);

}  // namespace coroguard
