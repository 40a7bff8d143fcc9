// coroguard: chooses the subcommand and turns a wrong command line into one clear line.
#include "tool/commands/command.h"
#include "tool/run/problems.h"
#include <algorithm>
#include <cstdio>
#include <exception>
#include <iostream>

namespace {

using namespace coroguard;

/// Cuts "-- FLAGS" off the command line.
TrailingFlags takeTrailingFlags(std::vector<std::string> &arguments) {
  auto dashes = std::find(arguments.begin(), arguments.end(), "--");
  if (dashes == arguments.end()) return {};
  TrailingFlags trailing{true, {dashes + 1, arguments.end()}};
  arguments.erase(dashes, arguments.end());
  return trailing;
}

std::string oneLine(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

/// The first word that is no option, if it names no command. CLI11 would only say that a command is missing.
std::string unknownCommand(const std::vector<std::string> &arguments) {
  auto word = std::find_if(arguments.begin(), arguments.end(), [](auto &text) { return !text.starts_with('-'); });
  if (word == arguments.end()) return {};
  auto isNamed = [&](const Command &command) { return *word == command.name; };
  return std::any_of(allCommands().begin(), allCommands().end(), isNamed) ? "" : *word;
}

int runCommand(CLI::App &app, std::vector<std::string> arguments) {
  TrailingFlags trailing = takeTrailingFlags(arguments);
  if (std::string word = unknownCommand(arguments); !word.empty()) {
    printProblems({{{}, "unknown command '" + word + "'", "'coroguard --help' lists them"}});
    return NotAnalysed;
  }
  std::vector<std::pair<CLI::App *, std::function<int()>>> commands;
  for (const Command &command : allCommands()) {
    CLI::App *subcommand = app.add_subcommand(command.name, command.summary);
    commands.emplace_back(subcommand, command.declare(*subcommand, trailing));
  }
  app.require_subcommand(1);
  std::reverse(arguments.begin(), arguments.end()); // CLI11 takes its vector from the back
  try {
    app.parse(arguments);
  } catch (const CLI::Success &success) {
    return app.exit(success);
  } catch (const CLI::ParseError &error) {
    printProblems({{{}, oneLine(error.what()), "'coroguard --help' and 'coroguard COMMAND --help' list what there is"}});
    return NotAnalysed;
  }
  for (auto &[subcommand, run] : commands)
    if (subcommand->parsed()) return run();
  return InternalError;
}

} // namespace

int main(int argc, char **argv) {
  CLI::App app("Finds the bugs that asynchronous C++ code makes when nothing else notices.", "coroguard");
  app.set_version_flag("--version", "coroguard " COROGUARD_VERSION " (LLVM " + std::to_string(COROGUARD_LLVM) + ")");
  try {
    return runCommand(app, {argv + 1, argv + argc});
  } catch (const std::exception &error) {
    printProblems({{{}, std::string("internal error: ") + error.what(), "please report it with the command line"}});
    return InternalError;
  }
}
