// blocking-call: calls that block, in callbacks and steps of tasks, named at the call.
// Not in <coroguard/runtime.hpp>: only the library needs it.
//
// libcoroguard-preload.so says which calls do; without it there is nothing to see. See docs/runtime/blocking-calls.md.
#pragma once

#include <memory>

#include "coroguard/observe/item_note.hpp"

namespace coroguard {

class event_loop;

// Of one loop in debug mode.
class blocking_calls {
public:
  explicit blocking_calls(event_loop& loop) noexcept;
  // Ends as `stopped` does.
  ~blocking_calls();
  blocking_calls(const blocking_calls&) = delete;

  // From here on the calling thread runs the loop, until `stopped`, which it calls, too. Throws what starting a thread throws.
  void runs();
  void stopped() noexcept;

  // The note stays as it is until callback_ends.
  void callback_begins(const item_note& what) noexcept {
    if (recorder_ != nullptr) begin(what);
  }
  // What was found in the callback has been given to emit() when this returns.
  void callback_ends() noexcept {
    if (recorder_ != nullptr) end();
  }

private:
  void begin(const item_note& what) noexcept;
  void end() noexcept;

  event_loop& loop_;
  std::unique_ptr<class call_recorder> recorder_;  // null without the library
};

}  // namespace coroguard
