#include "coroguard/base/errors.hpp"

#include <cxxabi.h>

#include <cstdlib>
#include <memory>
#include <typeinfo>

namespace coroguard {

namespace {

std::string with_message(const std::string& name, const std::string& message) {
  return message.empty() ? name : name + ": " + message;
}

}  // namespace

std::string name_of(const std::type_info* type) {
  if (type == nullptr) return "unknown exception";
  int status = 0;
  std::unique_ptr<char, decltype(&std::free)> name(abi::__cxa_demangle(type->name(), nullptr, nullptr, &status), std::free);
  return status == 0 ? name.get() : type->name();
}

std::string type_of(const std::exception_ptr& error) {
  if (!error) return name_of(nullptr);
  try {
    std::rethrow_exception(error);
  } catch (...) {
    return name_of(abi::__cxa_current_exception_type());
  }
}

std::string describe(const std::exception_ptr& error) {
  if (!error) return "no exception";
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& caught) {
    return with_message(name_of(&typeid(caught)), caught.what());
  } catch (const cancelled_error& caught) {
    return with_message("coroguard::cancelled_error", caught.message().value_or(""));
  } catch (...) {
    return name_of(abi::__cxa_current_exception_type());
  }
}

bool is_cancellation(const std::exception_ptr& error) noexcept {
  if (!error) return false;
  try {
    std::rethrow_exception(error);
  } catch (const cancelled_error&) {
    return true;
  } catch (...) {
    return false;
  }
}

bool passes_through_loop(const std::exception_ptr& error) noexcept {
  if (!error) return false;
  try {
    std::rethrow_exception(error);
  } catch (const keyboard_interrupt&) {
    return true;
  } catch (...) {
    return false;
  }
}

}  // namespace coroguard
