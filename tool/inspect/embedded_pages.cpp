#include "tool/inspect/embedded_pages.h"
#include <algorithm>

namespace coroguard {

namespace {

// "unclosed-loop, unclosed-executor" names both.
bool names(std::string_view heading, std::string_view id) {
  while (!heading.empty()) {
    const std::size_t end = heading.find(", ");
    if (heading.substr(0, end) == id)
      return true;
    heading = end == heading.npos ? std::string_view() : heading.substr(end + 2);
  }
  return false;
}

} // namespace

std::optional<std::string> sectionAbout(std::string_view page, std::string_view id) {
  constexpr std::string_view mark = "\n### ";
  for (std::size_t at = page.find(mark); at != page.npos; at = page.find(mark, at + 1)) {
    const std::size_t begin = at + mark.size();
    if (!names(page.substr(begin, page.find('\n', begin) - begin), id))
      continue;
    const std::size_t next = std::min(page.find(mark, begin), page.find("\n## ", begin));
    std::string section;
    // Without the marks of the page's generator.
    for (std::string_view rest = page.substr(at + 1, next == page.npos ? next : next - at); !rest.empty();) {
      const std::size_t end = std::min(rest.find('\n'), rest.size() - 1) + 1;
      if (!rest.starts_with("<!-- "))
        section += rest.substr(0, end);
      rest.remove_prefix(end);
    }
    return section;
  }
  return std::nullopt;
}

} // namespace coroguard
