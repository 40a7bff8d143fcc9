// clangd runs the clang-tidy checks of its own lists unless somebody configures it. Here ours join these lists. clangd
// has no interface for that and no packaged header: the linker sends its calls here (--wrap, see link.cmake), and fails
// when one of the functions is not there any more.
#include "clang_tidy/project_settings.h"
#include "rules/table.h"
#include <clang-tidy/ClangTidyOptions.h>
#include <llvm/ADT/FunctionExtras.h>
#include <optional>

namespace coroguard {
namespace {

using clang::tidy::ClangTidyOptions;
using TidyProvider = llvm::unique_function<void(ClangTidyOptions &, llvm::StringRef file) const>; // as clangd declares it

/// The rules that run by themselves in this file, as a list for `Checks`.
std::string checksOf(const ProjectSettings &settings, bool (*isWanted)(const RuleInfo &, const RuleSettings &)) {
  std::string list;
  for (const RegisteredRule &rule : allRules())
    if (isWanted(rule.rule.info, settings.of(rule.rule.info.id))) list += ",coroguard-" + std::string(rule.rule.info.id);
  return list;
}

bool isOn(const RuleInfo &info, const RuleSettings &settings) { return settings.enabled.value_or(info.enabledByDefault); }

/// Who names our checks in .clang-tidy or .clangd decides which of them run; else the project's .coroguard.yaml does.
void addOurs(ClangTidyOptions &options, llvm::StringRef file) {
  if (options.Checks && llvm::StringRef(*options.Checks).contains("coroguard-")) return;
  *options.Checks += checksOf(*projectSettingsOf(file.str()), isOn);
}

} // namespace

#define PROVIDE_DEFAULT_CHECKS "_ZN5clang6clangd20provideDefaultChecksEv"
#define IS_FAST_TIDY_CHECK "_ZN5clang6clangd15isFastTidyCheckEN4llvm9StringRefE"

TidyProvider clangdsDefaultChecks() __asm__("__real_" PROVIDE_DEFAULT_CHECKS);
TidyProvider defaultChecks() __asm__("__wrap_" PROVIDE_DEFAULT_CHECKS);
TidyProvider defaultChecks() {
  return [theirs = clangdsDefaultChecks()](ClangTidyOptions &options, llvm::StringRef file) {
    theirs(options, file);
    if (!options.Checks) options.Checks.emplace();
    addOurs(options, file);
  };
}

std::optional<bool> isOnClangdsList(llvm::StringRef check) __asm__("__real_" IS_FAST_TIDY_CHECK);
std::optional<bool> isFastCheck(llvm::StringRef check) __asm__("__wrap_" IS_FAST_TIDY_CHECK);
std::optional<bool> isFastCheck(llvm::StringRef check) {
  if (check.starts_with("coroguard-")) return true; // docs/editors.md has the figures
  return isOnClangdsList(check);
}

} // namespace coroguard
