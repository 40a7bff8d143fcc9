// coroguard docs: writes the generated pages. docs/rules/ in our repository is their committed copy.
#include "rules/page.h"
#include "tool/commands/command.h"
#include "tool/run/problems.h"
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/raw_ostream.h>
#include <memory>

namespace coroguard {
namespace {

bool writePage(const std::string &file, const std::string &text) {
  std::error_code error;
  llvm::raw_fd_ostream out(file, error);
  if (!error) out << text;
  else printProblems({{{file}, "cannot be written: " + error.message(), "choose another folder"}});
  return !error;
}

int run(const std::string &folder) {
  if (std::error_code error = llvm::sys::fs::create_directories(folder)) {
    printProblems({{{folder}, "cannot be made: " + error.message(), "choose another folder"}});
    return NotAnalysed;
  }
  bool written = writePage(folder + "/README.md", renderIndex());
  for (const RegisteredRule &rule : allRules())
    written &= writePage(folder + "/" + rule.rule.info.id + ".md", renderPage(rule));
  return written ? Clean : NotAnalysed;
}

std::function<int()> declare(CLI::App &app, const TrailingFlags &) {
  auto folder = std::make_shared<std::string>("docs/rules");
  app.add_option("folder", *folder, "Where to write the pages");
  return [folder] { return run(*folder); };
}

} // namespace

Command docsCommand() { return {"docs", "Write the rule pages", declare}; }

} // namespace coroguard
