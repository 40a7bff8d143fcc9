// The link behind a rule's id in the editor. clangd makes one to clang.llvm.org of every check's name, where ours are not;
// the messages it is about to send are mended here (--wrap, as in default_checks.cpp).
#include "tool/clangd/rule_page.h"
#include <llvm/Support/JSON.h>

namespace coroguard {
namespace {

void mendLink(llvm::json::Object &diagnostic) {
  auto code = diagnostic.getString("code");
  if (!code) return;
  llvm::StringRef rule = *code;
  if (!rule.consume_front("coroguard-")) return;
  std::string link = linkToPage(rule.str());
  if (link.empty())
    diagnostic.erase("codeDescription"); // better none than a dead one
  else
    diagnostic["codeDescription"] = llvm::json::Object{{"href", link}};
}

} // namespace

#define PUBLISH_TO_JSON "_ZN5clang6clangd6toJSONERKNS0_24PublishDiagnosticsParamsE"

llvm::json::Value clangdsMessage(const void *parameters) __asm__("__real_" PUBLISH_TO_JSON);
llvm::json::Value mendedMessage(const void *parameters) __asm__("__wrap_" PUBLISH_TO_JSON);
llvm::json::Value mendedMessage(const void *parameters) {
  llvm::json::Value message = clangdsMessage(parameters);
  llvm::json::Object *object = message.getAsObject();
  llvm::json::Array *diagnostics = object ? object->getArray("diagnostics") : nullptr;
  if (!diagnostics) return message;
  for (llvm::json::Value &entry : *diagnostics)
    if (llvm::json::Object *diagnostic = entry.getAsObject()) mendLink(*diagnostic);
  return message;
}

} // namespace coroguard
