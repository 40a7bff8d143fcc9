// The part of event_loop that has to do with errors that nobody can catch.
#include <utility>

#include "coroguard/base/errors.hpp"
#include "coroguard/loop/event_loop.hpp"
#include "coroguard/loop/living_loops.hpp"
#include "coroguard/observe/origin.hpp"
#include "coroguard/observe/report.hpp"

namespace coroguard {

void event_loop::report_from_anywhere(event_loop* loop, exception_context context) {
  {
    const living_loop alive(loop);
    if (!alive) return;
    if (loop->is_running() && !loop->runs_here()) {
      loop->call_soon_threadsafe([loop, context = std::move(context)] { loop->call_exception_handler(context); });
      return;
    }
  }
  loop->handle_exception(context);
}

void event_loop::call_exception_handler(const exception_context& context) {
  note_thread("event_loop::call_exception_handler");
  handle_exception(context);
}

void event_loop::handle_exception(const exception_context& context) {
  if (!exception_handler_) {
    default_exception_handler(context);
    return;
  }
  try {
    const exception_handler handler = exception_handler_;  // a copy: it may replace itself
    handler(*this, context);
  } catch (...) {
    const std::exception_ptr error = std::current_exception();
    if (passes_through_loop(error)) throw;
    default_exception_handler({"Unhandled error in exception handler", error, context.message});
  }
}

void event_loop::default_exception_handler(const exception_context& context) {
  report found{.rule = context.rule.empty() ? "unhandled-exception" : context.rule, .level = log_level::error};
  found.loop = this;
  found.task = context.task;
  found.message = context.message.empty() ? "Unhandled exception in event loop" : context.message;
  if (!context.source.empty()) found.notes.push_back("source: " + context.source);
  if (context.exception) found.notes.push_back("exception: " + coroguard::describe(context.exception));
  if (context.made_by) context.made_by->tell(found);
  emit(std::move(found));
}

}  // namespace coroguard
