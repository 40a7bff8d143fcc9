// What an exception handler of a loop is told.
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>

namespace coroguard {

struct origin;

struct exception_context {
  std::string message;           // "Task exception was never retrieved", "Exception in callback ..."
  std::exception_ptr exception;  // may be null: not every report has one
  std::string source;            // the handle, future or task that it is about, as reports name it; may be empty
  std::string_view rule = {};    // the id of the report, when it has one: "unretrieved-exception"
  std::shared_ptr<const origin> made_by = nullptr;  // what made the source; in debug mode
  std::uint64_t task = 0;  // the number of the task that it is about; 0: none
};

}  // namespace coroguard
