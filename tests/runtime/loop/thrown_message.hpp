// For expectations about the exact words of an error.
#pragma once

#include <string>

namespace coroguard {

// What the `Error` that `function()` throws says; "nothing was thrown" when it returns.
template <class Error, class F>
std::string thrown_message(F&& function) {
  try {
    function();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

}  // namespace coroguard
