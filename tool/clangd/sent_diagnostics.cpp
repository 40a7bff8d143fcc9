// What clangd is about to tell the editor of our findings, mended: the link behind a rule's id, which clangd makes to
// clang.llvm.org of every check's name, and the severity, which clang-tidy's checks cannot choose. (--wrap, as in
// default_checks.cpp.)
#include "clang_tidy/project_settings.h"
#include "rules/table.h"
#include "tool/clangd/file_url.h"
#include "tool/clangd/rule_page.h"
#include <llvm/Support/JSON.h>

namespace coroguard {
namespace {

namespace json = llvm::json;

// As LSP counts them.
enum SentSeverity : int { SentError = 1, SentWarning = 2, SentInformation = 3 };

/// Of a warning. An error is one because somebody said so in clang-tidy's configuration.
int severityOf(const RuleInfo &rule, const ProjectSettings &settings) {
  Severity severity = settings.of(rule.id).severity.value_or(rule.severity);
  if (severity == Severity::Error) return SentError;
  return severity == Severity::Info ? SentInformation : SentWarning;
}

void mend(json::Object &diagnostic, const RuleInfo &rule, const ProjectSettings &settings) {
  diagnostic["source"] = "coroguard";
  if (diagnostic.getInteger("severity") == SentWarning) diagnostic["severity"] = severityOf(rule, settings);
  std::string link = linkToPage(rule.id);
  if (link.empty())
    diagnostic.erase("codeDescription"); // better none than a dead one
  else
    diagnostic["codeDescription"] = json::Object{{"href", link}};
}

void mendAll(json::Array &diagnostics, const std::string &file) {
  std::shared_ptr<const ProjectSettings> settings;
  for (json::Value &entry : diagnostics) {
    json::Object *diagnostic = entry.getAsObject();
    llvm::StringRef code = diagnostic ? diagnostic->getString("code").value_or("") : "";
    if (code == "coroguard-configuration") { // about no rule, and so without a page
      (*diagnostic)["source"] = "coroguard";
      diagnostic->erase("codeDescription");
      continue;
    }
    const RegisteredRule *rule = code.consume_front("coroguard-") ? findRule(code.str()) : nullptr;
    if (!rule) continue;
    if (!settings) settings = projectSettingsOf(file);
    mend(*diagnostic, rule->rule.info, *settings);
  }
}

} // namespace

#define PUBLISH_TO_JSON "_ZN5clang6clangd6toJSONERKNS0_24PublishDiagnosticsParamsE"

json::Value clangdsMessage(const void *parameters) __asm__("__real_" PUBLISH_TO_JSON);
json::Value mendedMessage(const void *parameters) __asm__("__wrap_" PUBLISH_TO_JSON);
json::Value mendedMessage(const void *parameters) {
  json::Value message = clangdsMessage(parameters);
  json::Object *object = message.getAsObject();
  json::Array *diagnostics = object ? object->getArray("diagnostics") : nullptr;
  if (diagnostics) mendAll(*diagnostics, pathOfUrl(object->getString("uri").value_or("")));
  return message;
}

} // namespace coroguard
