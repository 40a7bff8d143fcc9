// Where the runtime's own words go: lines for people, with a level, as asyncio's logger "asyncio" gets them.
#pragma once

#include <exception>
#include <functional>
#include <string_view>

namespace coroguard {

enum class log_level { debug, info, warning, error };

// Called with whole messages, which may have several lines. Any thread may log; calls do not overlap.
using log_sink = std::function<void(log_level, std::string_view message)>;

// Replaces where messages go and returns what was there. An empty sink stands for the default: warnings and errors go to
// standard error; so does a message whose sink throws: destructors log, and nobody could catch it there.
log_sink set_log_sink(log_sink sink);

void log(log_level level, std::string_view message);

// Logs "<message>\n<type>: <what>" as an error that no caller can be told of: of a done-callback, of a worker thread. What
// goes wrong on the way is lost.
void log_error(std::string_view message, const std::exception_ptr& error) noexcept;

}  // namespace coroguard
