#include "rules/table.h"
#include "tests/unit/tool/scratch_folder.h"
#include "tool/config/folder_settings.h"
#include "tool/config/print.h"
#include "tool/config/profiles.h"
#include "tool/config/template.h"
#include "tool/config/value.h"
#include <gmock/gmock.h>
#include <regex>

namespace coroguard {
namespace {

using test::CurrentFolder;
using test::ScratchFolder;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ConfigTest : public testing::Test {
protected:
  Config read(const std::string &text) {
    problems.clear();
    return readConfig(folder.write(".coroguard.yaml", text), problems);
  }
  /// "line:column: message; remedy" of the only problem.
  std::string problemIn(const std::string &text) {
    read(text);
    if (problems.size() != 1) return std::to_string(problems.size()) + " problems";
    const Problem &p = problems[0];
    EXPECT_EQ(p.location.file, folder.path(".coroguard.yaml"));
    return std::to_string(p.location.line) + ":" + std::to_string(p.location.column) + ": " + p.message +
           "; " + p.remedy;
  }

  /// What holds for a file below the folder, or where no override matches.
  Settings settings(const std::string &text, const std::string &file = {}) {
    return settingsFor(read(text), file.empty() ? file : folder.path(file));
  }
  /// "off" or the severity of blocking-call.
  std::string blocking(const std::string &text, const std::string &file = {}) { return wordOfBlocking(settings(text, file)); }
  static std::string wordOfBlocking(const Settings &settings) {
    const Level &level = settings.find("blocking-call")->level;
    return level.enabled ? wordOf(level.severity) : "off";
  }
  static std::string originOfBlocking(const Settings &settings) { return textOf(settings.find("blocking-call")->level.origin); }
  static std::vector<std::string> paths(const std::vector<ConfiguredPath> &entries) {
    std::vector<std::string> result;
    for (const ConfiguredPath &entry : entries) result.push_back(entry.path);
    return result;
  }
  /// The values of all rules, without their origins.
  static std::string valuesOf(const Settings &settings) {
    std::string text;
    llvm::raw_string_ostream out(text);
    printYaml({}, settings, {}, out);
    return std::regex_replace(text, std::regex(" *#[^\n]*"), "");
  }

  /// A rule of this build with an option of this type, or null.
  template <class T> static std::pair<const Rule *, const Option *> ruleWithOption() {
    for (const RegisteredRule &registered : allRules())
      for (const Option &option : registered.rule.options)
        if (std::holds_alternative<T>(option.fallback)) return {&registered.rule, &option};
    return {nullptr, nullptr};
  }
  std::string optionFile(const Rule &rule, const Option &option, const std::string &value) {
    return std::string("rules:\n  ") + rule.info.id + ":\n    options:\n      " + option.name + ": " + value +
           "\n";
  }

  ScratchFolder folder;
  std::vector<Problem> problems;
};

TEST_F(ConfigTest, EmptyFileIsTheDefaults) {
  for (const char *text : {"", "# nothing\n", "{}", "rules:\nmodels:\nexclude:\noverrides:\nsuppressions:\n", "\xEF\xBB\xBFrules:\n"}) {
    Config config = read(text);
    EXPECT_THAT(problems, IsEmpty()) << text;
    EXPECT_TRUE(config.models.empty() && config.excluded.empty()) << text;
    EXPECT_EQ(valuesOf(settingsFor(config, "")), valuesOf(settingsFor(Config{}, ""))) << text;
    EXPECT_EQ(config.file, folder.path(".coroguard.yaml"));
  }
}

TEST_F(ConfigTest, RulesOnAndOff) {
  for (const char *word : {"on", "true", "yes", "warning", "{severity: on}"})
    EXPECT_EQ(blocking(std::string("rules: {blocking-call: ") + word + "}"), "warning") << word;
  for (const char *word : {"off", "false", "no", "\"off\"", "{severity: off}"})
    EXPECT_EQ(blocking(std::string("rules: {blocking-call: ") + word + "}"), "off") << word;
  EXPECT_THAT(problems, IsEmpty());
  EXPECT_EQ(problemIn("rules: {blocking-call: \"true\"}"),
            "1:24: the value of rule 'blocking-call' must be on, off, a severity or a mapping with severity and options; ");
}

TEST_F(ConfigTest, Severities) {
  EXPECT_EQ(blocking("rules:\n  blocking-call:\n    severity: error\n"), "error");
  EXPECT_EQ(blocking("rules: {blocking-call: info}"), "info");
  EXPECT_EQ(originOfBlocking(settings("rules:\n  blocking-call:\n    severity: error\n")), folder.path(".coroguard.yaml:3"));
  EXPECT_EQ(originOfBlocking(settings("")), "default");
}

TEST_F(ConfigTest, OptionsAloneTurnARuleOn) {
  std::string options = "{options: {allow: [a]}}";
  folder.write("base.yaml", "rules: {blocking-call: off}");
  EXPECT_EQ(blocking("extends: base.yaml\nrules: {blocking-call: " + options + "}"), "warning");
  folder.write("base.yaml", "rules: {blocking-call: error}"); // and leave a severity alone
  EXPECT_EQ(blocking("extends: base.yaml\nrules: {blocking-call: " + options + "}"), "error");
  EXPECT_EQ(blocking("extends: base.yaml\nrules: {blocking-call: on}"), "warning"); // its own
}

TEST_F(ConfigTest, UnknownSeverity) {
  EXPECT_EQ(problemIn("rules: {blocking-call: {severity: eror}}"),
            "1:35: unknown severity 'eror'; did you mean 'error'?");
  EXPECT_THAT(problemIn("rules: {blocking-call: {severity: 3}}"), HasSubstr("known are: off, on, info, warning, error"));
  EXPECT_THAT(problemIn("rules: {blocking-call: eror}"), HasSubstr("did you mean 'error'?"));
}

TEST_F(ConfigTest, PathsAreRelativeToTheFile) {
  Config config = read("models: [my.yaml, sub/../other.yaml, /abs/x.yaml]\nexclude: [third_party/, ./gen]\n");
  EXPECT_THAT(paths(config.models), ElementsAre(folder.path("my.yaml"), folder.path("other.yaml"), "/abs/x.yaml"));
  EXPECT_THAT(paths(config.excluded), ElementsAre(folder.path("third_party"), folder.path("gen")));
}

TEST_F(ConfigTest, PathsOfAFileNamedRelatively) {
  folder.write("c.yaml", "exclude: [gen]\n");
  CurrentFolder current(folder.path());
  EXPECT_THAT(paths(readConfig("c.yaml", problems).excluded), ElementsAre(folder.path("gen")));
}

TEST_F(ConfigTest, UnknownKeysHaveAPlaceAndASuggestion) {
  EXPECT_EQ(problemIn("rules: {}\nmodel: [a]\n"), "2:1: unknown key 'model'; did you mean 'models'?");
  EXPECT_EQ(problemIn("zzz: 1\n"), "1:1: unknown key 'zzz'; known are: extends, profile, rules, suppressions, overrides, models, exclude");
  EXPECT_EQ(problemIn("rules:\n  blocking-cal: off\n"),
            "2:3: unknown rule 'blocking-cal'; did you mean 'blocking-call'?");
  EXPECT_EQ(problemIn("rules:\n  blocking-call:\n    sverity: error\n"),
            "3:5: unknown key 'sverity' of rule 'blocking-call'; did you mean 'severity'?");
}

TEST_F(ConfigTest, WrongShapes) {
  EXPECT_THAT(problemIn("- a\n"), HasSubstr("must be a mapping"));
  EXPECT_THAT(problemIn("rules: [a]\n"), HasSubstr("1:8: 'rules' must be a mapping"));
  EXPECT_THAT(problemIn("rules: {blocking-call: maybe}\n"), HasSubstr("must be on, off, a severity or a mapping"));
  EXPECT_THAT(problemIn("rules: {blocking-call: }\n"), HasSubstr("must be on, off, a severity or a mapping"));
  EXPECT_THAT(problemIn("exclude: third_party\n"), HasSubstr("'exclude' must be a list of paths"));
  EXPECT_THAT(problemIn("models: [{a: b}]\n"), HasSubstr("'models' must be a list of paths"));
  EXPECT_THAT(problemIn("rules: {blocking-call: {options: 3}}\n"), HasSubstr("'options' must be a mapping"));
  EXPECT_THAT(problemIn("[1, 2]: x\n"), HasSubstr("unknown key ''"));
}

TEST_F(ConfigTest, RepeatedKeys) {
  EXPECT_EQ(problemIn("exclude: [a]\nexclude: [b]\n"), "2:1: 'exclude' stands here twice; keep one of them");
  EXPECT_THAT(problemIn("rules:\n  blocking-call: on\n  blocking-call: off\n"), HasSubstr("3:3:"));
}

TEST_F(ConfigTest, BrokenYaml) {
  EXPECT_THAT(problemIn("rules: {\n"), HasSubstr("not valid YAML"));
  EXPECT_THAT(problemIn("a: b: c\n"), HasSubstr("1:5: not valid YAML"));
}

TEST_F(ConfigTest, UnreadableFiles) {
  auto problemOf = [&](const std::string &file) {
    problems.clear();
    readConfig(file, problems);
    return problems.size() == 1 ? problems[0].message : std::to_string(problems.size()) + " problems";
  };
  EXPECT_EQ(problemOf(folder.path("gone.yaml")), "the configuration cannot be read: No such file or directory");
  EXPECT_EQ(problemOf(folder.path()), "the configuration cannot be read: Is a directory");
  EXPECT_EQ(problemOf(folder.write("huge.yaml", "#" + std::string(2 << 20, 'x'))), "the configuration is larger than 1 MB");
  EXPECT_EQ(problemOf(folder.write("binary.yaml", std::string_view("\x7f" "ELF\0\1", 6))), "not a text file");
}

TEST_F(ConfigTest, OddYaml) {
  EXPECT_EQ(problemIn("rules: {}\n---\nrules: {}\n"), "3:1: a second YAML document; keep one in a file");
  EXPECT_THAT(problemIn("rules:\n\tblocking-call: off\n"), HasSubstr("a tab in the indentation"));
  EXPECT_THAT(problemIn(std::string(100000, '[')), HasSubstr("not valid YAML"));
  EXPECT_THAT(problemIn("x: &a [*a]\n"), HasSubstr("x")); // an anchor that holds itself
  EXPECT_THAT(problemIn("rules:\n  <<: {}\n"), HasSubstr("2:3: unknown rule '<<'"));
  EXPECT_EQ(blocking("rules: {busy-wait: &level error, blocking-call: *level}"), "error");
  std::string bomb = "a: &a [x]\n"; // 9^20 words, were they looked at
  for (char c = 'b'; c < 'v'; ++c) bomb += std::string(1, c) + ": &" + c + " [" + [&] {
    std::string list; for (int i = 0; i < 9; ++i) list += std::string("*") + char(c - 1) + ","; return list; }() + "]\n";
  read(bomb + "exclude: *u\n");
  EXPECT_EQ(problems.size(), 21u + 9u);
}

TEST_F(ConfigTest, TextIsNoNumberOrTruth) {
  EXPECT_EQ(problemIn("exclude: [3]"), "1:11: 'exclude' must be a list of paths; put a number or a word like true into quotes");
  EXPECT_THAT(paths(read("exclude: ['3']").excluded), ElementsAre(folder.path("3")));
}

TEST_F(ConfigTest, EveryProblemIsReportedAndTheRestIsRead) {
  Config config = read("rules:\n  nonsense: on\n  blocking-call: off\nfoo: 1\nexclude: [gen]\n");
  EXPECT_EQ(problems.size(), 2u);
  EXPECT_EQ(wordOfBlocking(settingsFor(config, "")), "off");
  EXPECT_THAT(paths(config.excluded), ElementsAre(folder.path("gen")));
}

TEST_F(ConfigTest, ExtendsTheNearerWins) {
  folder.write("shared/base.yaml", "rules: {blocking-call: error, busy-wait: off}\nmodels: [base.model]\nexclude: [gen]\n");
  folder.write("second.yaml", "rules: {blocking-call: info}\n");
  EXPECT_EQ(blocking("extends: shared/base.yaml\n"), "error");
  EXPECT_EQ(blocking("extends: [shared/base.yaml, second.yaml]\n"), "info");
  EXPECT_EQ(blocking("extends: [second.yaml, shared/base.yaml]\n"), "error");
  Config config = read("rules: {blocking-call: off}\nmodels: [own.model]\nextends: shared/base.yaml\n");
  Settings settings = settingsFor(config, "");
  EXPECT_EQ(wordOfBlocking(settings), "off");
  EXPECT_EQ(originOfBlocking(settings), folder.path(".coroguard.yaml:1"));
  EXPECT_EQ(textOf(settings.find("busy-wait")->level.origin), folder.path("shared/base.yaml:1"));
  EXPECT_THAT(paths(config.models), ElementsAre(folder.path("own.model"), folder.path("shared/base.model")));
  EXPECT_THAT(paths(config.excluded), ElementsAre(folder.path("gen"))); // of the project, not of shared/
  EXPECT_THAT(problems, IsEmpty());
}

TEST_F(ConfigTest, ExtendsWhatIsNotThere) {
  EXPECT_EQ(problemIn("rules:\nextends: [gone.yaml]\n"),
            "2:11: 'gone.yaml' cannot be read: No such file or directory; paths are relative to this file");
  EXPECT_THAT(problemIn("extends: {a: b}\n"), HasSubstr("1:10: 'extends' must be a path or a list of paths"));
}

TEST_F(ConfigTest, ExtendsInACircle) {
  folder.write("a.yaml", "extends: b.yaml\n");
  folder.write("b.yaml", "extends: ./a.yaml\n");
  read("extends: a.yaml\n");
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].location, (Location{folder.path("b.yaml"), 1, 10}));
  EXPECT_EQ(problems[0].message, "the configuration extends itself: a.yaml -> b.yaml -> a.yaml");
  EXPECT_THAT(problemIn("extends: .coroguard.yaml\n"), HasSubstr("extends itself"));
  for (int i = 0; i < 40; ++i) // twice the next one, 40 deep
    folder.write(std::to_string(i), "extends: ['" + std::to_string(i + 1) + "', '" + std::to_string(i + 1) + "']\n");
  folder.write("40", "");
  read("extends: '0'\n");
  EXPECT_THAT(problems.front().message, HasSubstr("more than 64 files"));
}

TEST_F(ConfigTest, ProblemsOfAnExtendedFileNameThatFile) {
  folder.write("base.yaml", "rules:\n  nonsense: on\n");
  read("extends: base.yaml\n");
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].location, (Location{folder.path("base.yaml"), 2, 3}));
}

TEST_F(ConfigTest, Overrides) {
  std::string text = "rules: {blocking-call: error}\noverrides:\n  - paths: [tests/**]\n    rules: {blocking-call: info}\n"
                     "  - {paths: [tests/slow, '*.gen.cpp'], rules: {blocking-call: off}}\n";
  EXPECT_EQ(blocking(text, "src/a.cpp"), "error");
  EXPECT_EQ(blocking(text, "tests/a.cpp"), "info");
  EXPECT_EQ(blocking(text, "tests/slow/a.cpp"), "off");
  EXPECT_EQ(blocking(text, "src/deep/a.gen.cpp"), "off");
  EXPECT_EQ(blocking(text, "src/tests/a.cpp"), "error");
  EXPECT_EQ(blocking(text), "error");
  EXPECT_EQ(originOfBlocking(settings(text, "tests/a.cpp")), folder.path(".coroguard.yaml:4"));
  EXPECT_THAT(problems, IsEmpty());
}

TEST_F(ConfigTest, BadOverrides) {
  EXPECT_EQ(problemIn("overrides:\n  - rules: {}\n"), "2:5: 'paths' is missing here; add it");
  EXPECT_THAT(problemIn("overrides: {paths: [a]}"), HasSubstr("1:12: 'overrides' must be a list"));
  EXPECT_THAT(problemIn("overrides: [{paths: ['!a']}]"), HasSubstr("1:22: a pattern cannot begin with '!'"));
  EXPECT_THAT(problemIn("overrides: [{paths: ['a/[b']}]"), HasSubstr("1:22: not a pattern"));
  EXPECT_THAT(problemIn("overrides: [{paths: []}]"), HasSubstr("'paths' is empty"));
  EXPECT_THAT(problemIn("overrides: [{paths: [a], models: [b]}]"), HasSubstr("write it at the top"));
}

TEST_F(ConfigTest, PathsOfAnExtendedFile) {
  std::string base = "overrides: [{paths: [tests/**], rules: {blocking-call: off}}]\n";
  folder.write("shared/base.yaml", base); // beside: its patterns are about who extends it
  EXPECT_EQ(blocking("extends: shared/base.yaml\n", "tests/a.cpp"), "off");
  folder.write(".coroguard.yaml", base); // above: they stay where they are
  Config nested = readConfig(folder.write("tests/.coroguard.yaml", "extends: ../.coroguard.yaml\n"), problems);
  EXPECT_EQ(wordOfBlocking(settingsFor(nested, folder.path("tests/a.cpp"))), "off");
}

TEST_F(ConfigTest, ProfilesAreBelowTheFileThatNamesThem) {
  EXPECT_EQ(blocking("profile: tests\n"), "info");
  EXPECT_EQ(originOfBlocking(settings("\nprofile: tests\n")), "profile tests (" + folder.path(".coroguard.yaml:2") + ")");
  EXPECT_EQ(blocking("rules: {blocking-call: error}\nprofile: tests\n"), "error");
  EXPECT_EQ(blocking("rules: {blocking-call: error}\noverrides: [{paths: [t], profile: tests}]\n", "t/a.cpp"), "info");
  EXPECT_EQ(problemIn("profile: test\n"), "1:10: unknown profile 'test'; did you mean 'tests'?");
}

TEST_F(ConfigTest, AProfileReplacesAnother) {
  for (const Profile &first : allProfiles())
    for (const Profile &second : allProfiles()) {
      folder.write("base.yaml", std::string("profile: ") + first.name);
      std::string both = valuesOf(settings(std::string("extends: base.yaml\nprofile: ") + second.name));
      EXPECT_EQ(both, valuesOf(settings(std::string("profile: ") + second.name))) << first.name;
      EXPECT_THAT(problems, IsEmpty());
    }
  EXPECT_EQ(valuesOf(settings("profile: application")), valuesOf(settings("")));
  EXPECT_NE(valuesOf(settings("profile: library")), valuesOf(settings("")));
}

TEST_F(ConfigTest, Suppressions) {
  EXPECT_FALSE(settings("").requireReason.enabled);
  EXPECT_TRUE(settings("").unusedSuppressions.enabled);
  Settings strict = settings("suppressions: {require-reason: true, unused: error}");
  EXPECT_TRUE(strict.requireReason.enabled);
  EXPECT_EQ(strict.unusedSuppressions.severity, Severity::Error);
  EXPECT_FALSE(settings("overrides: [{paths: [t], suppressions: {unused: off}}]", "t/a.cpp").unusedSuppressions.enabled);
  EXPECT_EQ(problemIn("rules: {unused-suppression: off}"),
            "1:9: unknown rule 'unused-suppression'; set it with 'unused' under 'suppressions'");
}

TEST_F(ConfigTest, WhatIsPrintedSaysTheSameAgain) {
  Settings first = settings("profile: library\nrules: {blocking-call: {options: {allow: ['a: \"b\"', '#c']}}, busy-wait: off}\n"
                            "suppressions: {unused: info}\nmodels: [\"it's.yaml\"]\n");
  std::string text;
  llvm::raw_string_ostream out(text);
  Config config = read("models: [\"it's.yaml\"]");
  printYaml(config, first, {}, out);
  Config again = read(text);
  EXPECT_THAT(problems, IsEmpty()) << text;
  EXPECT_EQ(valuesOf(settingsFor(again, "")), valuesOf(first));
  EXPECT_EQ(paths(again.models), paths(config.models));
}

TEST_F(ConfigTest, TheStartSaysTheDefaults) {
  std::string text = startOf({.schema = "s.json", .extends = {}, .libraries = {}});
  EXPECT_EQ(valuesOf(settings(text)), valuesOf(settings("")));
  EXPECT_THAT(problems, IsEmpty());
  std::istringstream lines(text);
  std::string shown, line; // what it shows is what there is
  bool isKept = true;
  while (std::getline(lines, line)) {
    if (line.empty() || line.starts_with("# overrides:")) isKept = line.empty(); // an example, and not the default
    bool isSetting = std::regex_match(line, std::regex("#   .*|# (profile|rules|suppressions|models|exclude):.*"));
    if (isKept) shown += (isSetting ? line.substr(2) : line) + "\n";
  }
  text = shown;
  EXPECT_EQ(valuesOf(settings(text)), valuesOf(settings(""))) << text;
  EXPECT_THAT(problems, IsEmpty()) << text;
  EXPECT_EQ(textOf(settings(text).find("busy-wait")->level.origin).substr(0, 1), "/");
}

TEST_F(ConfigTest, FoldersHaveConfigurationsOfTheirOwn) {
  folder.write("tests/.coroguard.yaml", "rules: {blocking-call: off}\n");
  folder.write("tests/sub/x", "");
  FolderSettings all(read("rules: {blocking-call: error}"), folder.path(), true);
  all.visit({folder.path("tests/sub/a.cpp"), folder.path("src/b.cpp")}, problems);
  EXPECT_EQ(wordOfBlocking(all.of(folder.path("tests/sub/a.cpp"))), "off");
  EXPECT_EQ(wordOfBlocking(all.of(folder.path("tests/b.cpp"))), "off");
  EXPECT_EQ(wordOfBlocking(all.of(folder.path("src/b.cpp"))), "error");
  FolderSettings one(read("rules: {blocking-call: error}"), folder.path(), false);
  one.visit({folder.path("tests/sub/a.cpp")}, problems);
  EXPECT_EQ(wordOfBlocking(one.of(folder.path("tests/sub/a.cpp"))), "error");
  EXPECT_THAT(problems, IsEmpty());
}

TEST_F(ConfigTest, AFolderCannotSpeakForTheProject) {
  folder.write("tests/.coroguard.yaml", "models: [x]\n");
  FolderSettings all(read(""), folder.path(), true);
  all.visit({folder.path("tests/a.cpp"), folder.path("tests/b.cpp")}, problems);
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].message, "'models' holds for the whole project, and this file for one folder");
  EXPECT_EQ(problems[0].location.file, folder.path("tests/.coroguard.yaml"));
}

TEST_F(ConfigTest, UnknownOption) {
  EXPECT_THAT(problemIn("rules: {blocking-call: {options: {no-such-thing: 1}}}"),
              HasSubstr("has no option 'no-such-thing'"));
}

TEST_F(ConfigTest, OptionsOfEveryType) {
  if (auto [rule, option] = ruleWithOption<bool>(); rule) {
    EXPECT_TRUE(settings(optionFile(*rule, *option, "true")).find(rule->info.id)->options.get<bool>(*option));
    EXPECT_THAT(problemIn(optionFile(*rule, *option, "7")), HasSubstr("must be true or false"));
  }
  if (auto [rule, option] = ruleWithOption<long>(); rule) {
    EXPECT_EQ(settings(optionFile(*rule, *option, "42")).find(rule->info.id)->options.get<long>(*option), 42);
    EXPECT_THAT(problemIn(optionFile(*rule, *option, "many")), HasSubstr("must be a whole number"));
  }
  if (auto [rule, option] = ruleWithOption<std::vector<std::string>>(); rule) {
    EXPECT_THAT(settings(optionFile(*rule, *option, "[a, b]")).find(rule->info.id)->options.get<std::vector<std::string>>(*option),
                ElementsAre("a", "b"));
    EXPECT_THAT(problemIn(optionFile(*rule, *option, "a")), HasSubstr("must be a list of words"));
  }
  if (auto [rule, option] = ruleWithOption<std::string>(); rule) {
    const std::string &word = option->words.back();
    EXPECT_EQ(settings(optionFile(*rule, *option, word.c_str())).find(rule->info.id)->options.get<std::string>(*option), word);
    EXPECT_THAT(problemIn(optionFile(*rule, *option, "nonsense")), HasSubstr("must be one of "));
  }
}

TEST_F(ConfigTest, NearestFileUpwards) {
  std::string outer = folder.write(".coroguard.yaml", "");
  std::string inner = folder.write("a/b/.coroguard.yaml", "");
  folder.write("a/b/c/x", "");
  folder.write("d/.coroguard.yaml/x", ""); // a folder of that name
  EXPECT_EQ(findConfig(folder.path("a/b/c")), inner);
  EXPECT_EQ(findConfig(folder.path("a")), outer);
  EXPECT_EQ(findConfig(folder.path("d")), outer);
  EXPECT_EQ(findConfig(folder.path("a/b/..")), outer);
  CurrentFolder current(folder.path("a/b/c"));
  EXPECT_EQ(findConfig("."), inner);
}

} // namespace
} // namespace coroguard
