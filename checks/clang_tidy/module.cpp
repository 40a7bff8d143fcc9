// Every rule as a clang-tidy check named coroguard-<rule-id>, with the rule's own options and these for all checks:
//   CoroguardIndex   the project index (default: .coroguard/index.facts of the project, as written by the command)
//   CoroguardModels  model files, separated by ';'
#include "clang_tidy/unit_findings.h"
#include "language/compat.h"
#include "language/include_path.h"
#include "rules/evaluate.h"
#include <clang-tidy/ClangTidyCheck.h>
#include <clang-tidy/ClangTidyModule.h>
#include COROGUARD_TIDY_REGISTRY_HEADER
#include <clang-tidy/utils/OptionsUtils.h>
#include <clang/ASTMatchers/ASTMatchFinder.h>

namespace coroguard {
namespace {

namespace tidy = clang::tidy;

/// The findings of the unit that is being checked, computed by the first check that asks and shared by all. clang-tidy
/// runs the checks of a unit one after the other and on one thread.
std::shared_ptr<UnitFindings> findingsOf(clang::ASTContext &context, const UnitSettings &settings) {
  static thread_local std::weak_ptr<UnitFindings> current;
  static thread_local const clang::ASTContext *of = nullptr;
  std::shared_ptr<UnitFindings> findings = of == &context ? current.lock() : nullptr;
  if (findings) return findings;
  findings = std::make_shared<UnitFindings>(context, settings);
  of = &context;
  current = findings;
  return findings;
}

/// In the shape of the command: "file:line:column: message; remedy".
std::string textOf(const Problem &problem) {
  const Location &at = problem.location;
  std::string place = at.file;
  if (at.line > 0) place += ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
  return place + ": " + problem.message + (problem.remedy.empty() ? "" : "; " + problem.remedy);
}

class RuleCheck : public tidy::ClangTidyCheck {
public:
  RuleCheck(const RegisteredRule &rule, llvm::StringRef name, tidy::ClangTidyContext *context)
      : ClangTidyCheck(name, context), selected(withDefaults(rule)) {
    settings.index = Options.getLocalOrGlobal("CoroguardIndex", "").str();
    llvm::StringRef models = Options.getLocalOrGlobal("CoroguardModels", "");
    for (llvm::StringRef file : llvm::split(models, ';'))
      if (!file.empty()) settings.models.push_back(file.str());
    for (const Option &option : rule.rule.options) selected.options.set(option.name, readOption(option));
  }

  void storeOptions(tidy::ClangTidyOptions::OptionMap &map) override {
    for (const Option &option : selected.registered->rule.options)
      Options.store(map, option.name, text(selected.options.get(option)));
  }

  void registerPPCallbacks(const clang::SourceManager &, clang::Preprocessor *preprocessor, clang::Preprocessor *) override {
    settings.includeFolders = includeFolders(*preprocessor);
  }

  void registerMatchers(clang::ast_matchers::MatchFinder *finder) override {
    finder->addMatcher(clang::ast_matchers::translationUnitDecl().bind("unit"), this);
  }

  void check(const clang::ast_matchers::MatchFinder::MatchResult &result) override {
    shared = findingsOf(*result.Context, settings);
    sources = result.SourceManager;
    for (const Problem &problem : shared->problems()) configurationDiag("%0") << textOf(problem);
    for (const Diagnostic &finding : evaluateRules(shared->program(), {selected}))
      if (shared->concernsUnit(finding)) report(finding);
  }

  void onEndOfTranslationUnit() override { shared.reset(); }

private:
  /// Options as text and parsed here: g++ 12 gives clang-tidy's template for bool and numbers another name than the
  /// clang++ that Debian builds clang-tidy with (the St in is_integral_v), and the plugin would not load.
  OptionValue readOption(const Option &option) {
    llvm::StringRef given = Options.get(option.name, "");
    if (given.empty()) return option.fallback;
    if (std::holds_alternative<bool>(option.fallback)) {
      if (given == "true" || given == "1") return true;
      if (given == "false" || given == "0") return false;
      return refuse(option, given, "true or false");
    }
    if (std::holds_alternative<long>(option.fallback)) {
      long number = 0;
      return given.getAsInteger(10, number) ? refuse(option, given, "a whole number") : OptionValue(number);
    }
    if (std::holds_alternative<std::string>(option.fallback)) {
      if (llvm::is_contained(option.words, given)) return given.str();
      return refuse(option, given, "a word that it knows");
    }
    std::vector<std::string> list;
    for (llvm::StringRef item : tidy::utils::options::parseStringList(given)) list.push_back(item.str());
    return list;
  }

  OptionValue refuse(const Option &option, llvm::StringRef given, const char *wanted) {
    configurationDiag("option '%0' is '%1'; it must be %2") << option.name << given << wanted;
    return option.fallback;
  }

  static std::string text(const OptionValue &value) {
    if (auto *flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
    if (auto *number = std::get_if<long>(&value)) return std::to_string(*number);
    if (auto *word = std::get_if<std::string>(&value)) return *word;
    return llvm::join(std::get<std::vector<std::string>>(value), ";");
  }

  clang::SourceLocation locate(const Location &location) const {
    auto file = sources->getFileManager().getOptionalFileRef(location.file);
    if (!file) return {};
    clang::FileID id = sources->translateFile(*file);
    if (id.isInvalid()) id = sources->getOrCreateFileID(*file, clang::SrcMgr::C_User);
    return sources->translateLineCol(id, location.line, location.column);
  }

  /// A safe fix belongs to the warning: `clang-tidy -fix` applies it. Any other one is a note's, which -fix leaves alone
  /// (-fix-notes does not), while clangd offers both.
  void report(const Diagnostic &finding) {
    auto safe = llvm::find_if(finding.fixes, [](const Fix &fix) { return fix.isSafe; });
    {
      clang::DiagnosticBuilder warning = diag(locate(finding.location), "%0");
      warning << finding.message;
      if (safe != finding.fixes.end()) addEdits(warning, *safe);
    }
    for (const Note &note : finding.notes) diag(locate(note.location), "%0", clang::DiagnosticIDs::Note) << note.message;
    for (const Fix &fix : finding.fixes)
      if (!fix.isSafe && !fix.edits.empty())
        addEdits(diag(locate(fix.edits.front().begin), "%0", clang::DiagnosticIDs::Note) << fix.title, fix);
  }

  void addEdits(const clang::DiagnosticBuilder &to, const Fix &fix) const {
    for (const Edit &edit : fix.edits)
      to << clang::FixItHint::CreateReplacement(
          clang::CharSourceRange::getCharRange(locate(edit.begin), locate(edit.end)), edit.text);
  }

  SelectedRule selected;
  UnitSettings settings;
  std::shared_ptr<UnitFindings> shared;
  clang::SourceManager *sources = nullptr;
};

class Module : public tidy::ClangTidyModule {
public:
  void addCheckFactories(tidy::ClangTidyCheckFactories &factories) override {
    for (const RegisteredRule &rule : allRules())
      factories.registerCheckFactory(std::string("coroguard-") + rule.rule.info.id,
                                     [&rule](llvm::StringRef name, tidy::ClangTidyContext *context) {
                                       return std::make_unique<RuleCheck>(rule, name, context);
                                     });
  }
};

const tidy::ClangTidyModuleRegistry::Add<Module> registration("coroguard-module", "finds the bugs of asynchronous C++");

} // namespace
} // namespace coroguard
