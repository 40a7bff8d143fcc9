#include "rules/table.h"
#include "tests/unit/tool/scratch_folder.h"
#include "tool/config/config.h"
#include <gmock/gmock.h>

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
  for (const char *text : {"", "# nothing\n", "{}", "rules:\nmodels:\nexclude:\n"}) {
    Config config = read(text);
    EXPECT_THAT(problems, IsEmpty()) << text;
    EXPECT_TRUE(config.rules.empty() && config.models.empty() && config.excluded.empty()) << text;
    EXPECT_EQ(config.file, folder.path(".coroguard.yaml"));
  }
}

TEST_F(ConfigTest, RulesOnAndOff) {
  for (const char *word : {"on", "true", "yes"})
    EXPECT_EQ(read(std::string("rules: {blocking-call: ") + word + "}").rules.at("blocking-call").enabled,
              true);
  for (const char *word : {"off", "false", "no"})
    EXPECT_EQ(read(std::string("rules: {blocking-call: ") + word + "}").rules.at("blocking-call").enabled,
              false);
  EXPECT_THAT(problems, IsEmpty());
}

TEST_F(ConfigTest, Severities) {
  RuleConfig rule = read("rules:\n  blocking-call:\n    severity: error\n").rules.at("blocking-call");
  EXPECT_EQ(rule.severity, Severity::Error);
  EXPECT_EQ(rule.enabled, true); // configured is wanted
  EXPECT_EQ(read("rules: {blocking-call: {severity: info}}").rules.at("blocking-call").severity,
            Severity::Info);
}

TEST_F(ConfigTest, UnknownSeverity) {
  EXPECT_EQ(problemIn("rules: {blocking-call: {severity: eror}}"),
            "1:35: unknown severity 'eror'; did you mean 'error'?");
  EXPECT_THAT(problemIn("rules: {blocking-call: {severity: 3}}"),
              HasSubstr("known are: info, warning, error"));
}

TEST_F(ConfigTest, PathsAreRelativeToTheFile) {
  Config config = read("models: [my.yaml, sub/../other.yaml, /abs/x.yaml]\nexclude: [third_party/, ./gen]\n");
  EXPECT_THAT(config.models, ElementsAre(folder.path("my.yaml"), folder.path("other.yaml"), "/abs/x.yaml"));
  EXPECT_THAT(config.excluded, ElementsAre(folder.path("third_party"), folder.path("gen")));
}

TEST_F(ConfigTest, PathsOfAFileNamedRelatively) {
  folder.write("c.yaml", "exclude: [gen]\n");
  CurrentFolder current(folder.path());
  EXPECT_THAT(readConfig("c.yaml", problems).excluded, ElementsAre(folder.path("gen")));
}

TEST_F(ConfigTest, UnknownKeysHaveAPlaceAndASuggestion) {
  EXPECT_EQ(problemIn("rules: {}\nmodel: [a]\n"), "2:1: unknown key 'model'; did you mean 'models'?");
  EXPECT_EQ(problemIn("zzz: 1\n"), "1:1: unknown key 'zzz'; known are: rules, models, exclude");
  EXPECT_EQ(problemIn("rules:\n  blocking-cal: off\n"),
            "2:3: unknown rule 'blocking-cal'; did you mean 'blocking-call'?");
  EXPECT_EQ(problemIn("rules:\n  blocking-call:\n    sverity: error\n"),
            "3:5: unknown key 'sverity' of rule 'blocking-call'; did you mean 'severity'?");
}

TEST_F(ConfigTest, WrongShapes) {
  EXPECT_THAT(problemIn("- a\n"), HasSubstr("must be a mapping"));
  EXPECT_THAT(problemIn("rules: [a]\n"), HasSubstr("1:8: 'rules' must be a mapping"));
  EXPECT_THAT(problemIn("rules: {blocking-call: maybe}\n"), HasSubstr("must be on, off or a mapping"));
  EXPECT_THAT(problemIn("rules: {blocking-call: }\n"), HasSubstr("must be on, off or a mapping"));
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

TEST_F(ConfigTest, UnreadableFile) {
  readConfig(folder.path("gone.yaml"), problems);
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_THAT(problems[0].message, HasSubstr("cannot be read"));
}

TEST_F(ConfigTest, EveryProblemIsReportedAndTheRestIsRead) {
  Config config = read("rules:\n  nonsense: on\n  blocking-call: off\nfoo: 1\nexclude: [gen]\n");
  EXPECT_EQ(problems.size(), 2u);
  EXPECT_EQ(config.rules.at("blocking-call").enabled, false);
  EXPECT_THAT(config.excluded, ElementsAre(folder.path("gen")));
}

TEST_F(ConfigTest, UnknownOption) {
  EXPECT_THAT(problemIn("rules: {blocking-call: {options: {no-such-thing: 1}}}"),
              HasSubstr("has no option 'no-such-thing'"));
}

TEST_F(ConfigTest, OptionsOfEveryType) {
  if (auto [rule, option] = ruleWithOption<bool>(); rule) {
    EXPECT_TRUE(read(optionFile(*rule, *option, "true")).rules.at(rule->info.id).options.get<bool>(*option));
    EXPECT_THAT(problemIn(optionFile(*rule, *option, "7")), HasSubstr("must be true or false"));
  }
  if (auto [rule, option] = ruleWithOption<long>(); rule) {
    EXPECT_EQ(read(optionFile(*rule, *option, "42")).rules.at(rule->info.id).options.get<long>(*option), 42);
    EXPECT_THAT(problemIn(optionFile(*rule, *option, "many")), HasSubstr("must be a whole number"));
  }
  if (auto [rule, option] = ruleWithOption<std::vector<std::string>>(); rule) {
    Config config = read(optionFile(*rule, *option, "[a, b]"));
    EXPECT_THAT(config.rules.at(rule->info.id).options.get<std::vector<std::string>>(*option),
                ElementsAre("a", "b"));
    EXPECT_THAT(problemIn(optionFile(*rule, *option, "a")), HasSubstr("must be a list of words"));
  }
  if (auto [rule, option] = ruleWithOption<std::string>(); rule) {
    const std::string &word = option->words.back();
    EXPECT_EQ(read(optionFile(*rule, *option, word.c_str())).rules.at(rule->info.id).options.get<std::string>(*option), word);
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
