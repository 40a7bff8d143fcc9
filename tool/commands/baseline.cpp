// coroguard baseline: writes the file of findings that `check --baseline` does not report.
#include "tool/commands/check.h"

namespace coroguard {
namespace {

std::function<int()> declare(CLI::App &app, const TrailingFlags &trailing) {
  CLI::App *update = app.add_subcommand("update", "Write today's findings: adds new ones, removes those that are gone");
  CLI::App *prune = app.add_subcommand("prune", "Remove the entries whose findings are gone, add none");
  app.require_subcommand(1);
  auto runUpdate = declareCheck(*update, trailing, BaselineUse::Update);
  auto runPrune = declareCheck(*prune, trailing, BaselineUse::Prune);
  return [=] { return update->parsed() ? runUpdate() : runPrune(); };
}

} // namespace

Command baselineCommand() { return {"baseline", "Accept today's findings, to report new ones only", declare}; }

} // namespace coroguard
