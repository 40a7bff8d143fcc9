// Every rule as a clang-tidy check named coroguard-<rule-id>, with the rule's own options and these for all checks:
//   CoroguardIndex   the project index (default: .coroguard/index.facts of the project, as written by the command)
//   CoroguardModels  model files, separated by ';'
// What none of them says is taken from the project's .coroguard.yaml.
#include "clang_tidy/option_text.h"
#include "clang_tidy/project_settings.h"
#include "clang_tidy/unit_findings.h"
#include "language/compat.h"
#include "language/include_path.h"
#include "rules/evaluate.h"
#include <clang-tidy/ClangTidyCheck.h>
#include <clang-tidy/ClangTidyModule.h>
#include COROGUARD_TIDY_REGISTRY_HEADER
#include <clang/ASTMatchers/ASTMatchFinder.h>

namespace coroguard {
namespace {

namespace tidy = clang::tidy;

/// The findings of the unit that is being checked, computed by the first check that asks and shared by all. clang-tidy
/// runs the checks of a unit one after the other and on one thread.
std::shared_ptr<UnitFindings> findingsOf(clang::ASTContext &context, UnitSettings settings,
                                         const ProjectSettings &project) {
  static thread_local std::weak_ptr<UnitFindings> current;
  static thread_local const clang::ASTContext *of = nullptr;
  std::shared_ptr<UnitFindings> findings = of == &context ? current.lock() : nullptr;
  if (findings) return findings;
  settings.models.insert(settings.models.end(), project.models.begin(), project.models.end());
  settings.excluded = project.excluded;
  settings.problems = project.problems;
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
      : ClangTidyCheck(name, context), context(context), selected(withDefaults(rule)) {
    settings.index = Options.getLocalOrGlobal("CoroguardIndex", "").str();
    llvm::StringRef models = Options.getLocalOrGlobal("CoroguardModels", "");
    for (llvm::StringRef file : llvm::split(models, ';'))
      if (!file.empty()) settings.models.push_back(file.str());
    for (const Option &option : rule.rule.options)
      if (auto value = readOption(option)) given.emplace_back(option.name, std::move(*value));
    for (const auto &[option, value] : given) selected.options.set(option, value);
  }

  void storeOptions(tidy::ClangTidyOptions::OptionMap &map) override {
    for (const Option &option : selected.registered->rule.options)
      Options.store(map, option.name, optionText(selected.options.get(option)));
  }

  void registerPPCallbacks(const clang::SourceManager &, clang::Preprocessor *preprocessor,
                           clang::Preprocessor *) override {
    settings.includeFolders = includeFolders(*preprocessor);
  }

  void registerMatchers(clang::ast_matchers::MatchFinder *finder) override {
    finder->addMatcher(clang::ast_matchers::translationUnitDecl().bind("unit"), this);
  }

  void check(const clang::ast_matchers::MatchFinder::MatchResult &result) override {
    sources = result.SourceManager;
    std::shared_ptr<const ProjectSettings> project = projectSettingsOf(mainFilePath(*sources));
    RuleSettings configured = project->of(selected.registered->rule.info.id);
    if (configured.enabled == false) return;
    SelectedRule rule = selected;
    rule.severity = configured.severity.value_or(rule.severity);
    rule.options = configured.options;
    for (const auto &[option, value] : given) rule.options.set(option, value);
    shared = findingsOf(*result.Context, settings, *project);
    for (const Problem &problem : shared->problems()) say(problem);
    for (const Diagnostic &finding : evaluateRules(shared->program(), {rule}))
      if (shared->concernsUnit(finding)) report(finding);
  }

  void onEndOfTranslationUnit() override { shared.reset(); }

private:
  std::optional<OptionValue> readOption(const Option &option) {
    llvm::StringRef given = Options.get(option.name, "");
    if (given.empty()) return std::nullopt;
    std::string wanted;
    std::optional<OptionValue> value = parseOption(option, given, wanted);
    if (!value)
      configurationDiag("option '%0' of check 'coroguard-%1' is '%2'; it must be %3")
          << option.name << selected.registered->rule.info.id << given << wanted;
    return value;
  }

  /// An editor shows only what has a place in the file; clang-tidy prints what belongs to no file of the unit as such.
  void say(const Problem &problem) {
    if (areDiagsSelfContained())
      context->diag("coroguard-configuration", sources->getLocForStartOfFile(sources->getMainFileID()), "%0") << textOf(problem);
    else
      configurationDiag("%0") << textOf(problem);
  }

  clang::SourceLocation locate(const Location &location) const {
    auto file = sources->getFileManager().getOptionalFileRef(location.file);
    if (!file) return {};
    clang::FileID id = sources->translateFile(*file);
    if (id.isInvalid()) id = sources->getOrCreateFileID(*file, clang::SrcMgr::C_User);
    return sources->translateLineCol(id, location.line, location.column);
  }

  /// clang-tidy takes an error for one of the compiler, and no NOLINT for it; clangd drops remarks, and has severities
  /// of its own (tool/clangd/sent_diagnostics.cpp).
  clang::DiagnosticIDs::Level levelOf(Severity severity) const {
    bool isRemark = severity == Severity::Info && !areDiagsSelfContained();
    return isRemark ? clang::DiagnosticIDs::Remark : clang::DiagnosticIDs::Warning;
  }

  /// A safe fix belongs to the warning: `clang-tidy -fix` applies it. Any other one is a note's, which -fix leaves alone
  /// (-fix-notes does not), while clangd offers both.
  void report(const Diagnostic &finding) {
    auto safe = llvm::find_if(finding.fixes, [](const Fix &fix) { return fix.isSafe; });
    {
      clang::DiagnosticBuilder warning = diag(locate(finding.location), "%0", levelOf(finding.severity));
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

  tidy::ClangTidyContext *context;
  SelectedRule selected;
  std::vector<std::pair<const char *, OptionValue>> given; // options in clang-tidy's own configuration
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
