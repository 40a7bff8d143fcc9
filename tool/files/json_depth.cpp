#include "tool/files/json_depth.h"

namespace coroguard {

std::optional<size_t> tooDeepJson(std::string_view text) {
  unsigned depth = 0;
  bool inString = false;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (inString && c == '\\') ++i;
    else if (c == '"') inString = !inString;
    else if (inString) continue;
    else if (c == '[' || c == '{') {
      if (++depth > deepestJson) return i;
    } else if ((c == ']' || c == '}') && depth > 0) --depth;
  }
  return std::nullopt;
}

} // namespace coroguard
