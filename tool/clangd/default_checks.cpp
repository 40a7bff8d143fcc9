// clangd runs the clang-tidy checks of its own lists unless somebody configures it. Here ours join these lists. clangd
// has no interface for that and no packaged header: the linker sends its calls here (--wrap, see link.cmake), and
// fails when one of the functions is not there any more.
#include "clang_tidy/project_settings.h"
#include "language/compat.h"
#include "rules/table.h"
#include <clang-tidy/ClangTidyOptions.h>
#include <llvm/ADT/FunctionExtras.h>
#include <llvm/ADT/STLFunctionalExtras.h>
#include <optional>

namespace coroguard {
namespace {

using clang::tidy::ClangTidyOptions;
using TidyProvider = COROGUARD_CLANGD_PROVIDER(ClangTidyOptions &, llvm::StringRef file);

/// Who names our checks in .clang-tidy or .clangd decides which of them run; else the project's .coroguard.yaml does.
void addOurs(ClangTidyOptions &options, llvm::StringRef file) {
  if (llvm::StringRef(*options.Checks).contains("coroguard-")) return;
  std::shared_ptr<const ProjectSettings> settings = projectSettingsOf(file.str());
  for (const RegisteredRule &rule : allRules()) {
    const RuleInfo &info = rule.rule.info;
    bool isOn = settings->of(info.id).enabled.value_or(info.enabledByDefault);
    if (isOn) *options.Checks += ",coroguard-" + std::string(info.id);
  }
}

} // namespace

#define PROVIDE_DEFAULT_CHECKS "_ZN5clang6clangd20provideDefaultChecksEv"
#define IS_FAST_TIDY_CHECK "_ZN5clang6clangd15isFastTidyCheckEN4llvm9StringRefE"

TidyProvider clangdsDefaultChecks() __asm__("__real_" PROVIDE_DEFAULT_CHECKS);
TidyProvider defaultChecks() __asm__("__wrap_" PROVIDE_DEFAULT_CHECKS);
TidyProvider defaultChecks() {
  static const auto theirsAndOurs = [](ClangTidyOptions &options, llvm::StringRef file) {
    static const TidyProvider theirs = clangdsDefaultChecks();
    theirs(options, file);
    if (!options.Checks) options.Checks.emplace();
    addOurs(options, file);
  };
  return theirsAndOurs;
}

std::optional<bool> isOnClangdsList(llvm::StringRef check) __asm__("__real_" IS_FAST_TIDY_CHECK);
std::optional<bool> isFastCheck(llvm::StringRef check) __asm__("__wrap_" IS_FAST_TIDY_CHECK);
std::optional<bool> isFastCheck(llvm::StringRef check) {
  if (check.starts_with("coroguard-")) return true; // docs/editors.md has the figures
  return isOnClangdsList(check);
}

} // namespace coroguard
