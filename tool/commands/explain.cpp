// coroguard explain: the page of a rule.
#include "rules/page.h"
#include "tool/commands/command.h"
#include "tool/run/problems.h"
#include <llvm/Support/raw_ostream.h>
#include <memory>

namespace coroguard {
namespace {

int run(llvm::StringRef id) {
  id.consume_front("coroguard-"); // as clang-tidy prints it
  const RegisteredRule *rule = findRule(std::string_view(id));
  if (!rule) {
    printProblems({{{}, "there is no rule '" + id.str() + "'", "'coroguard rules' lists them"}});
    return NotAnalysed;
  }
  llvm::outs() << renderPage(*rule);
  return Clean;
}

std::function<int()> declare(CLI::App &app, const TrailingFlags &) {
  auto id = std::make_shared<std::string>();
  app.add_option("rule", *id, "Rule id, with or without 'coroguard-'")->required();
  return [id] { return run(*id); };
}

} // namespace

Command explainCommand() { return {"explain", "Print the page of a rule", declare}; }

} // namespace coroguard
