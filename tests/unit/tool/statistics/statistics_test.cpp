#include "tool/statistics/profile.h"
#include "tool/statistics/statistics.h"
#include <gmock/gmock.h>
#include <llvm/Support/JSON.h>

namespace coroguard {
namespace {

using testing::HasSubstr;

TEST(Statistics, CountsByRuleFolderAndSeverity) {
  std::vector<Diagnostic> findings{{"a-rule", Severity::Error, {"/p/src/net/a.cpp", 1, 1}, "m", {}},
                                   {"b-rule", Severity::Warning, {"/p/src/net/a.cpp", 2, 1}, "m", {}},
                                   {"b-rule", Severity::Warning, {"/p/main.cpp", 3, 1}, "m", {}}};
  Statistics statistics = count(findings, "/p");
  EXPECT_EQ(statistics.byRule, (std::map<std::string, size_t>{{"a-rule", 1}, {"b-rule", 2}}));
  EXPECT_EQ(statistics.byFolder, (std::map<std::string, size_t>{{"src/net", 2}, {".", 1}}));
  std::string text;
  llvm::raw_string_ostream out(text);
  print(statistics, 1.5, out);
  EXPECT_EQ(text, "findings by rule:\n      2  b-rule\n      1  a-rule\nfindings by folder:\n      2  src/net\n      1  .\n"
                  "findings by severity:\n      1  error\n      2  warning\n      0  info\ntime: 1.50 s\n");
}

TEST(Profile, PhasesAddUpAndRulesAreSortedByTime) {
  Profile profile;
  profile.phase("one");
  profile.phase("two");
  profile.stop();
  profile.stop();
  profile.rule("cheap", 0.25, 1);
  profile.rule("dear", 0.75, 2);
  ASSERT_EQ(profile.phases().size(), 2u);
  EXPECT_DOUBLE_EQ(profile.total(), profile.phases()[0].seconds + profile.phases()[1].seconds);
  std::string table, json;
  llvm::raw_string_ostream tableOut(table), jsonOut(json);
  profile.print(tableOut);
  EXPECT_THAT(table, HasSubstr("    0.750 s  75.0 %  dear\n    0.250 s  25.0 %  cheap\n"));
  profile.writeJson(jsonOut);
  auto parsed = llvm::json::parse(json);
  ASSERT_TRUE(bool(parsed));
  EXPECT_EQ(parsed->getAsObject()->getArray("rules")->size(), 2u);
}

} // namespace
} // namespace coroguard
