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

// How many bytes of `text` are its first character in UTF-8; 0: they are none.
inline std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const unsigned char first = byte(0);
  const std::size_t length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (length == 0 || length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xc0) != 0x80) return 0;
  // Longer than need be, half of a pair of UTF-16, beyond the last character.
  if ((first == 0xe0 && byte(1) < 0xa0) || (first == 0xed && byte(1) >= 0xa0)) return 0;
  if ((first == 0xf0 && byte(1) < 0x90) || (first == 0xf4 && byte(1) >= 0x90)) return 0;
  return length;
}

// As JSON writes a text. Names may hold any bytes; what is no UTF-8 becomes the replacement character.
inline std::string quoted(std::string_view text) {
  std::string result = "\"";
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const char c = text.front();
    if (length != 1) {
      result += length == 0 ? std::string_view("\\ufffd") : text.substr(0, length);
    } else if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char code[8];
      std::snprintf(code, sizeof code, "\\u%04x", static_cast<unsigned>(c));
      result += code;
    } else {
      result += c;
    }
    text.remove_prefix(length == 0 ? 1 : length);
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
