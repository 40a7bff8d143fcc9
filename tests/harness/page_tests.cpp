// The code in every rule's page: what stands under "Example" must be reported by that rule, what stands under "Instead"
// must be silent in this and all rules that are on by default.
#include "harness/case_runner.h"
#include "rules/table.h"
#include <filesystem>
#include <gtest/gtest.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringRef.h>

namespace coroguard::testing {
namespace {

using llvm::StringRef;

/// The first C++ block under a heading of a rule's page, behind what the pages take for granted.
std::string codeUnder(StringRef rule, StringRef page, StringRef heading) {
  StringRef section = page.split(("\n## " + heading + "\n").str()).second.split("\n## ").first;
  StringRef code = section.split("```cpp\n").second.split("\n```").first;
  return code.empty() ? "" : ("// " + rule + "\n#include <page_prelude.h>\n" + code).str() + "\n";
}

CaseRun runCode(const std::string &code) {
  std::string folder = ::testing::TempDir() + "coroguard-page-" + std::to_string(getpid());
  std::filesystem::create_directories(folder);
  CaseRun run = runCase({{"page.cpp", code}}, {"-std=c++20"}, "", std::filesystem::canonical(folder));
  std::filesystem::remove_all(folder);
  return run;
}

TEST(Pages, ExamplesWarnAndInsteadsAreSilent) {
  for (const RegisteredRule &registered : allRules()) {
    const RuleInfo &info = registered.rule.info;
    SCOPED_TRACE(info.id);
    std::string example = codeUnder(info.id, info.page, "Example"), instead = codeUnder(info.id, info.page, "Instead");
    ASSERT_FALSE(example.empty()) << "no code under Example";
    ASSERT_FALSE(instead.empty()) << "no code under Instead";
    CaseRun bad = runCode(example), good = runCode(instead);
    for (const CaseRun *run : {&bad, &good})
      for (const Problem &problem : run->problems) ADD_FAILURE() << problem.location.line << ": " << problem.message;
    EXPECT_FALSE(bad.diagnostics.empty()) << "the Example is silent";
    for (const Diagnostic &diagnostic : bad.diagnostics) EXPECT_EQ(diagnostic.rule, info.id);
    for (const Diagnostic &diagnostic : good.diagnostics) ADD_FAILURE() << "the Instead is reported: " << diagnostic.message;
  }
}

} // namespace
} // namespace coroguard::testing
