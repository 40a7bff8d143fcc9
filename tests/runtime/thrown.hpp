// What something throws, as a value: tests of exceptions without try blocks, which coroutines cannot await in.
#pragma once

#include <coroguard/base/errors.hpp>
#include <coroguard/base/exception_group.hpp>
#include <coroguard/task/with.hpp>
#include <exception>
#include <string>
#include <utility>

namespace coroguard {

// What `function()` throws, or null.
template <class F>
std::exception_ptr thrown_in(F function) {
  try {
    function();
    return nullptr;
  } catch (...) {
    return std::current_exception();
  }
}

// What awaiting it throws, or null. In the current task.
template <class Awaited>
coro<std::exception_ptr> thrown_by(Awaited awaited) {
  try {
    if constexpr (std::is_void_v<await_result_t<Awaited&>>)
      co_await awaited;
    else
      static_cast<void>(co_await awaited);
  } catch (...) {
    co_return std::current_exception();
  }
  co_return nullptr;
}

template <class Error>
bool is(const std::exception_ptr& error) {
  if (!error) return false;
  try {
    std::rethrow_exception(error);
  } catch (const Error&) {
    return true;
  } catch (...) {
    return false;
  }
}

// Its text, or something else when it is not an `Error`.
template <class Error>
std::string text_of(const std::exception_ptr& error) {
  if (!error) return "no exception";
  try {
    std::rethrow_exception(error);
  } catch (const Error& caught) {
    return caught.what();
  } catch (...) {
    return "another exception: " + describe(error);
  }
}

// The text of the `Error` that `function()` throws.
template <class Error, class F>
std::string thrown_message(F function) {
  return text_of<Error>(thrown_in(std::move(function)));
}

// What std::throw_with_nested put into it, or null.
inline std::exception_ptr nested_in(const std::exception_ptr& error) {
  if (!error) return nullptr;
  try {
    std::rethrow_exception(error);
  } catch (const std::nested_exception& caught) {
    return caught.nested_ptr();
  } catch (...) {
    return nullptr;
  }
}

// The exceptions of an exception_group; none when it is something else.
inline std::vector<std::exception_ptr> members_of(const std::exception_ptr& error) {
  if (!error) return {};
  try {
    std::rethrow_exception(error);
  } catch (const exception_group& group) {
    return group.exceptions();
  } catch (...) {
    return {};
  }
}

}  // namespace coroguard
