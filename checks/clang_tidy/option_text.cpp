// Parsed here, and not by clang-tidy's templates: g++ 12 gives those for bool and numbers another name than the clang++
// that Debian builds clang-tidy with (the St in is_integral_v), and the plugin would not load.
#include "clang_tidy/option_text.h"
#include <clang-tidy/utils/OptionsUtils.h>
#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringExtras.h>

namespace coroguard {

std::optional<OptionValue> parseOption(const Option &option, llvm::StringRef given, std::string &wanted) {
  if (std::holds_alternative<bool>(option.fallback)) {
    wanted = "true or false";
    if (given == "true" || given == "1") return true;
    if (given == "false" || given == "0") return false;
    return std::nullopt;
  }
  if (std::holds_alternative<long>(option.fallback)) {
    wanted = "a whole number";
    long number = 0;
    return given.getAsInteger(10, number) ? std::nullopt : std::optional<OptionValue>(number);
  }
  if (std::holds_alternative<std::string>(option.fallback)) {
    wanted = "one of " + llvm::join(option.words, ", ");
    return llvm::is_contained(option.words, given) ? std::optional<OptionValue>(given.str()) : std::nullopt;
  }
  std::vector<std::string> list;
  for (llvm::StringRef item : clang::tidy::utils::options::parseStringList(given)) list.push_back(item.str());
  return list;
}

std::string optionText(const OptionValue &value) {
  if (auto *flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (auto *number = std::get_if<long>(&value)) return std::to_string(*number);
  if (auto *word = std::get_if<std::string>(&value)) return *word;
  return llvm::join(std::get<std::vector<std::string>>(value), ";");
}

} // namespace coroguard
