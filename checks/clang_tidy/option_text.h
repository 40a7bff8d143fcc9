// A rule's options as clang-tidy keeps them: text.
#pragma once
#include "rule.h"
#include <llvm/ADT/StringRef.h>
#include <optional>
#include <string>

namespace coroguard {

/// Nothing when it cannot be one of this option; then `wanted` says what could.
std::optional<OptionValue> parseOption(const Option &option, llvm::StringRef given, std::string &wanted);

std::string optionText(const OptionValue &value);

} // namespace coroguard
