// Text for XML 1.0. Header only, as every .cpp of this folder is a report format.
#pragma once
#include <llvm/Support/JSON.h>
#include <string>

namespace coroguard {

/// For an attribute's value in double quotes and for text: valid UTF-8 and nothing that XML forbids, whatever the bytes.
inline std::string xmlText(llvm::StringRef bytes) {
  static constexpr const char *replacement = "\xEF\xBF\xBD"; // U+FFFD
  std::string text = llvm::json::fixUTF8(bytes), result;
  for (size_t i = 0; i < text.size(); ++i) {
    llvm::StringRef rest = llvm::StringRef(text).drop_front(i);
    bool isNoCharacter = rest.starts_with("\xEF\xBF\xBE") || rest.starts_with("\xEF\xBF\xBF"); // U+FFFE, U+FFFF
    switch (char c = text[i]) {
    case '&': result += "&amp;"; break;
    case '<': result += "&lt;"; break;
    case '>': result += "&gt;"; break;
    case '"': result += "&quot;"; break;
    case '\t': result += "&#9;"; break;
    case '\n': result += "&#10;"; break;
    case '\r': result += "&#13;"; break;
    default:
      if (isNoCharacter) i += 2;
      if (isNoCharacter || static_cast<unsigned char>(c) < 0x20) result += replacement;
      else result += c;
    }
  }
  return result;
}

} // namespace coroguard
