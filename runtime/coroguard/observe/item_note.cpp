#include "coroguard/observe/item_note.hpp"

#include <string_view>

namespace coroguard {

std::string function_name(std::source_location where) {
  // g++ gives the whole declaration, "ns::coro<int> ns::f(std::vector<int>)"; clang may give the name alone,
  // and writes an unnamed namespace as "(anonymous namespace)", which is no list of parameters.
  constexpr std::string_view unnamed = "(anonymous namespace)";
  std::string_view text = where.function_name();
  int depth = 0;
  std::size_t begin = 0;
  std::size_t end = text.size();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i).starts_with(unnamed)) {
      i += unnamed.size() - 1;
      continue;
    }
    if (text[i] == '<' || text[i] == '{') ++depth;
    if (text[i] == '>' || text[i] == '}') --depth;
    if (depth == 0 && text[i] == ' ') begin = i + 1;
    if (depth == 0 && text[i] == '(') {
      end = i;
      break;
    }
  }
  text = text.substr(begin, end - begin);
  const std::size_t qualifier = text.rfind("::");
  if (qualifier != text.npos && text.find('<') == text.npos) text.remove_prefix(qualifier + 2);
  return std::string(text);
}

std::string_view maker_in_runtime(std::source_location where) noexcept {
  const std::string_view file = where.file_name();
  const std::size_t name = file.rfind('/') + 1;
  const std::string_view folder = file.substr(0, name);
  if (!folder.ends_with("coroguard/task/") && !folder.ends_with("coroguard/exec/")) return "";
  return file.substr(name, file.find('.', name) - name);
}

namespace {

std::string place(std::source_location at) { return std::string(at.file_name()) + ":" + std::to_string(at.line()); }

}  // namespace

std::string place_text(std::source_location where) {
  const std::string_view maker = maker_in_runtime(where);
  return maker.empty() ? "at " + place(where) : "by " + std::string(maker) + "()";
}

std::string item_note::text() const {
  std::string text = std::string("<") + what + (cancelled ? " cancelled" : "");
  if (task != 0) text += " name='" + (name[0] != '\0' ? std::string(name) : "Task-" + std::to_string(task)) + "'";
  if (coroutine.line() != 0) text += " coro=<" + function_name(coroutine) + "() at " + place(where) + ">";
  else if (where.line() != 0) text += " created " + place_text(where);
  return text + ">";
}

}  // namespace coroguard
