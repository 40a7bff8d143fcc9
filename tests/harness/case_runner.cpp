#include "harness/case_runner.h"
#include "facts/store.h"
#include "frameworks/load.h"
#include "rules/evaluate.h"
#include "tool/run/analyse.h"
#include <filesystem>
#include <fstream>
#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringRef.h>

namespace coroguard::testing {
namespace {

std::vector<std::string> commandLine(const std::string &file, const std::vector<std::string> &flags,
                                     const std::string &mock) {
  std::vector<std::string> arguments{"clang++"};
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  arguments.push_back("-isystem" COROGUARD_SOURCE_DIR "/tests/mock/shared");
  arguments.push_back("-isystem" COROGUARD_SOURCE_DIR "/runtime"); // the annotations
  if (!mock.empty()) arguments.push_back("-isystem" COROGUARD_SOURCE_DIR "/tests/mock/" + mock);
  arguments.push_back(file);
  return repairArguments(arguments, resourceDirectory());
}

/// Does a diagnostic or note that was found answer this expectation?
bool answers(const Diagnostic &found, const Expectation &expected) {
  return found.rule == expected.rule && found.location.line == expected.line &&
         found.message.find(expected.fragment) != std::string::npos;
}

bool hasNote(const CaseRun &run, const Expectation &expected) {
  for (const Diagnostic &diagnostic : run.diagnostics)
    for (const Note &note : diagnostic.notes)
      if (note.location.line == expected.line && note.message.find(expected.fragment) != std::string::npos) return true;
  return false;
}

bool hasFact(const CaseRun &run, const Expectation &expected) {
  for (llvm::StringRef line : llvm::split(run.facts, '\n'))
    if (line.contains(expected.fragment) && line.contains(":" + std::to_string(expected.line) + ":")) return true;
  return false;
}

class Comparison {
public:
  Comparison(const CaseText &text, const CaseRun &run) : text(text), run(run), explained(run.diagnostics.size()) {}

  std::vector<std::string> differences() {
    for (const std::string &error : text.errors) found.push_back("malformed marker: " + error);
    for (const Problem &problem : run.problems) say(problem.location.line, "problem: " + problem.message);
    for (const Expectation &expected : text.expectations) check(expected);
    for (size_t i = 0; i < explained.size(); ++i)
      if (!explained[i]) unexpected(run.diagnostics[i]);
    return std::move(found);
  }

private:
  using Kind = Expectation::Kind;

  void check(const Expectation &expected) {
    switch (expected.kind) {
    case Kind::Warn:
      if (!explain(expected)) say(expected.line, "expected " + expected.rule + " \"" + expected.fragment + "\"");
      break;
    case Kind::FalseAlarm:
      if (!explain(expected)) say(expected.line, "no false alarm of " + expected.rule + " any more: remove the marker");
      break;
    case Kind::MissedAlarm:
      if (explain(expected)) say(expected.line, expected.rule + " is no longer missed: make it a warn marker");
      break;
    case Kind::Note:
      if (!hasNote(run, expected)) say(expected.line, "expected a note \"" + expected.fragment + "\"");
      break;
    case Kind::Fact:
      if (!hasFact(run, expected)) say(expected.line, "expected a fact \"" + expected.fragment + "\"");
      break;
    }
  }

  bool explain(const Expectation &expected) {
    bool any = false;
    for (size_t i = 0; i < explained.size() && !any; ++i)
      if (!explained[i] && answers(run.diagnostics[i], expected)) any = explained[i] = true;
    return any;
  }

  void unexpected(const Diagnostic &diagnostic) {
    std::string text = "unexpected " + diagnostic.rule + ": " + diagnostic.message;
    for (const Note &note : diagnostic.notes) text += "\n      note " + std::to_string(note.location.line) + ": " + note.message;
    say(diagnostic.location.line, text);
  }

  void say(unsigned line, const std::string &what) { found.push_back(std::to_string(line) + ": " + what); }

  const CaseText &text;
  const CaseRun &run;
  std::vector<bool> explained;
  std::vector<std::string> found;
};

/// A rule that is off by default is on where the code speaks of it.
bool isNamedIn(const std::vector<Part> &parts, llvm::StringRef rule) {
  return llvm::any_of(parts, [&](const Part &part) { return llvm::StringRef(part.text).contains(rule); });
}

} // namespace

CaseRun runCase(const std::vector<Part> &parts, const std::vector<std::string> &flags, const std::string &mock,
                const std::string &folder, bool skipForeignBodies) {
  static const Models models = [] {
    std::vector<Problem> none;
    return loadModels({}, none);
  }();
  ProjectScope scope(folder);
  CaseRun run;
  std::vector<Facts> facts;
  for (const Part &part : parts) {
    std::string file = folder + "/" + part.name;
    std::ofstream(file) << part.text;
    if (!llvm::StringRef(part.name).ends_with(".cpp")) continue; // a header of the program
    Unit unit{file, folder, commandLine(file, flags, mock)};
    UnitResult result = analyse(unit, {&models, &scope, skipForeignBodies});
    run.problems.insert(run.problems.end(), result.problems.begin(), result.problems.end());
    facts.push_back(std::move(result.facts));
  }
  std::vector<const Facts *> pointers;
  for (const Facts &part : facts) pointers.push_back(&part);
  Program program(merge(pointers));
  std::vector<SelectedRule> rules;
  for (const RegisteredRule &rule : allRules())
    if (rule.rule.info.enabledByDefault || isNamedIn(parts, rule.rule.info.id)) rules.push_back(withDefaults(rule));
  run.diagnostics = evaluateRules(program, rules);
  run.facts = print(program.facts());
  return run;
}

std::vector<std::string> compare(const CaseText &text, const CaseRun &run) { return Comparison(text, run).differences(); }

} // namespace coroguard::testing
