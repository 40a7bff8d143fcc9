// The few words of JSON that reports and introspection are written in.
// Not in <coroguard/runtime.hpp>: only the library needs it.
#pragma once

#include <cstdint>
#include <cstdio>
#include <source_location>
#include <string>
#include <string_view>

namespace coroguard {

// "0x1f"
inline std::string hexadecimal(std::uintptr_t number) {
  char text[2 + 2 * sizeof number + 1];
  std::snprintf(text, sizeof text, "0x%zx", static_cast<std::size_t>(number));
  return text;
}

// As JSON writes a text.
inline std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char code[8];
      std::snprintf(code, sizeof code, "\\u%04x", static_cast<unsigned>(c));
      result += code;
    } else {
      result += c;
    }
  }
  return result + "\"";
}

// "[" + each one's text + "]"
template <class List, class Text>
std::string array_of(const List& list, Text text) {
  std::string result;
  for (const auto& one : list) result += (result.empty() ? "" : ",") + text(one);
  return "[" + result + "]";
}

inline std::string place_json(std::source_location where) {
  return "{\"file\":" + quoted(where.file_name()) + ",\"line\":" + std::to_string(where.line()) + "}";
}

}  // namespace coroguard
