// coroguard: chooses the subcommand and turns a wrong command line into one clear line.
#include "tool/commands/command.h"
#include "tool/run/problems.h"
#include <algorithm>
#include <csignal>
#include <exception>
#include <fcntl.h>
#include <llvm/Support/ErrorHandling.h>
#include <llvm/Support/raw_ostream.h>
#include <optional>
#include <sstream>
#include <unistd.h>

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

/// Mostly a variable of a script that is not set. CLI11 would take such a value as if the option were not there, and what
/// follows "--diff=" as its value.
std::optional<Problem> emptyArgument(const std::vector<std::string> &arguments) {
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string &word = arguments[i];
    bool endsEmpty = word.starts_with("--") && word.ends_with('=') && word.find('=') == word.size() - 1;
    if (!word.empty() && !endsEmpty) continue;
    bool isValue = endsEmpty || (i > 0 && arguments[i - 1].starts_with('-'));
    std::string option = endsEmpty ? word.substr(0, word.size() - 1) : i > 0 ? arguments[i - 1] : "";
    return Problem{{}, isValue ? option + " has an empty value" : "an empty argument",
                   "is a variable not set? Give it a value, or leave the argument out"};
  }
  return std::nullopt;
}

int runCommand(CLI::App &app, std::vector<std::string> arguments) {
  TrailingFlags trailing = takeTrailingFlags(arguments);
  if (std::string word = unknownCommand(arguments); !word.empty()) {
    printProblems({{{}, "unknown command '" + word + "'", "'coroguard --help' lists them"}});
    return NotAnalysed;
  }
  if (std::optional<Problem> empty = emptyArgument(arguments)) {
    printProblems({*empty});
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
    std::ostringstream text; // help, the version
    int code = app.exit(success, text, text);
    llvm::outs() << text.str();
    return code;
  } catch (const CLI::ParseError &error) {
    printProblems({{{}, oneLine(error.what()), "'coroguard --help' and 'coroguard COMMAND --help' list what there is"}});
    return NotAnalysed;
  }
  for (auto &[subcommand, run] : commands)
    if (subcommand->parsed()) return run();
  return InternalError;
}

/// A stream that the caller has closed: else the next file that is opened gets its number, and the report.
void occupyStandardStreams() {
  for (int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (fcntl(stream, F_GETFD) < 0) (void)!open("/dev/null", stream == STDERR_FILENO ? O_WRONLY : O_RDONLY); // no report gets lost
}

/// LLVM would exit with 1, which means findings.
void onFatalError(void *, const char *reason, bool) {
  printProblems({{{}, std::string("internal error: ") + reason, "please report it with the command line"}});
  _exit(InternalError);
}

/// What was to be read must have been written, whatever the command.
int withOutput(int code) {
  bool isWritten = flushOutput();
  llvm::errs().clear_error(); // nobody is left to tell
  return isWritten || code == InternalError ? code : NotAnalysed;
}

} // namespace

int main(int argc, char **argv) {
  occupyStandardStreams();
  llvm::install_fatal_error_handler(onFatalError);
  signal(SIGXFSZ, SIG_IGN); // a limit on the size of files is an error of a write
  CLI::App app("Finds the bugs that asynchronous C++ code makes when nothing else notices.", "coroguard");
  app.set_version_flag("--version", "coroguard " COROGUARD_VERSION " (LLVM " + std::to_string(COROGUARD_LLVM) + ")");
  try {
    return withOutput(runCommand(app, {argv + 1, argv + argc}));
  } catch (const std::exception &error) {
    printProblems({{{}, std::string("internal error: ") + error.what(), "please report it with the command line"}});
    return InternalError;
  }
}
