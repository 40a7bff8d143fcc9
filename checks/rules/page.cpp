#include "rules/page.h"
#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/raw_ostream.h>

namespace coroguard {
namespace {

std::string typeOf(const Option &option) {
  if (std::holds_alternative<bool>(option.fallback)) return "true or false";
  if (std::holds_alternative<long>(option.fallback)) return "number";
  return option.words.empty() ? "list" : llvm::join(option.words, ", ");
}

std::string text(const OptionValue &value) {
  if (auto *flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (auto *number = std::get_if<long>(&value)) return std::to_string(*number);
  if (auto *word = std::get_if<std::string>(&value)) return *word;
  const auto &list = std::get<std::vector<std::string>>(value);
  return list.empty() ? "empty" : llvm::join(list, ", ");
}

} // namespace

std::string renderPage(const RegisteredRule &registered) {
  const RuleInfo &info = registered.rule.info;
  std::string page;
  llvm::raw_string_ostream out(page);
  out << "# " << info.id << "\n\n" << info.summary << "\n\n";
  out << "Group *" << registered.group << "*, " << wordOf(info.severity) << ", "
      << (info.enabledByDefault ? "on by default" : "off by default") << ", since " << info.since << ".\n";
  if (info.unsafeFix) out << "\nFix, with `--unsafe-fixes`: " << info.unsafeFix << ".\n";
  out << llvm::StringRef(info.page).rtrim() << '\n';
  if (!registered.rule.options.empty()) {
    out << "\n## Options\n\n| option | type | default | what it does |\n| --- | --- | --- | --- |\n";
    for (const Option &option : registered.rule.options)
      out << "| `" << option.name << "` | " << typeOf(option) << " | " << text(option.fallback) << " | "
          << option.help << " |\n";
  }
  return page;
}

std::string renderIndex() {
  std::string page = "# Rules\n";
  llvm::StringRef group;
  for (const RegisteredRule &registered : allRules()) {
    if (group != registered.group) page += std::string("\n## ") + registered.group + "\n\n";
    group = registered.group;
    const RuleInfo &info = registered.rule.info;
    page += std::string("- [`") + info.id + "`](" + info.id + ".md): " + info.summary + "\n";
  }
  return page;
}

} // namespace coroguard
