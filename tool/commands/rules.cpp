// coroguard rules: one line per rule.
#include "rules/table.h"
#include "tool/commands/command.h"
#include <llvm/Support/Format.h>
#include <llvm/Support/raw_ostream.h>

namespace coroguard {
namespace {

int run() {
  for (const RegisteredRule &registered : allRules()) {
    const RuleInfo &info = registered.rule.info;
    llvm::outs() << llvm::format("%-28s %-9s %-3s ", info.id, registered.group, info.enabledByDefault ? "on" : "off")
                 << info.summary << '\n';
  }
  return Clean;
}

std::function<int()> declare(CLI::App &, const TrailingFlags &) { return run; }

} // namespace

Command rulesCommand() { return {"rules", "List the rules", declare}; }

} // namespace coroguard
