// coroguard explain: the page of a rule, of the analyser and of debug mode (an offence has one name), or of a finding about
// suppressions.
#include "rules/page.h"
#include "tool/commands/command.h"
#include "tool/inspect/embedded_pages.h"
#include "tool/run/problems.h"
#include <llvm/Support/raw_ostream.h>
#include <memory>
#include <optional>
#include <string>

namespace coroguard {
namespace {

int run(llvm::StringRef id) {
  id.consume_front("coroguard-"); // as clang-tidy prints it
  const RegisteredRule *rule = findRule(std::string_view(id));
  const std::optional<std::string> atRunTime = sectionAbout(debugModePage(), std::string_view(id));
  const std::optional<std::string> aboutComments = sectionAbout(suppressionsPage(), std::string_view(id));
  if (!rule && !atRunTime && !aboutComments) {
    printProblems({{{}, "there is no rule '" + id.str() + "'", "'coroguard rules' lists them"}});
    return NotAnalysed;
  }
  if (rule)
    llvm::outs() << renderPage(*rule);
  if (atRunTime)
    llvm::outs() << (rule ? "\n## While the program runs\n\n" : "") << *atRunTime;
  if (aboutComments)
    llvm::outs() << *aboutComments;
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
