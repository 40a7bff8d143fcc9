#include "tool/identity/fingerprint.h"
#include "tests/unit/tool/scratch_folder.h"
#include <gmock/gmock.h>

namespace coroguard {
namespace {

using testing::EndsWith;

class Fingerprint : public testing::Test {
protected:
  /// A function with a call at each of these lines, column 5.
  void addFunction(std::string name, std::string file, std::vector<unsigned> lines) {
    Function function;
    function.name = facts.strings.add(name);
    function.place = {facts.strings.add(file), lines.front(), 1};
    for (unsigned line : lines) {
      Call call;
      call.place = {function.place.file, line, 5};
      function.calls.push_back(call);
    }
    facts.functions.push_back(function);
  }
  static Diagnostic finding(std::string file, unsigned line, std::string message = "'f' blocks") {
    return {"blocking-call", Severity::Warning, {file, line, 5}, message, {}};
  }
  std::string of(Diagnostic diagnostic, const std::string &root = "/p") {
    std::vector<Diagnostic> list{std::move(diagnostic)};
    identify(list, facts, {root});
    return list[0].fingerprint;
  }
  Facts facts;
  test::ScratchFolder folder;
};

TEST_F(Fingerprint, DoesNotDependOnTheLineButOnTheFunction) {
  addFunction("app::poll", "/p/a.cpp", {3, 40});
  addFunction("app::other", "/p/a.cpp", {50});
  EXPECT_EQ(of(finding("/p/a.cpp", 3)), of(finding("/p/a.cpp", 40)));
  EXPECT_NE(of(finding("/p/a.cpp", 3)), of(finding("/p/a.cpp", 50)));
}

TEST_F(Fingerprint, DependsOnRuleMessageAndFile) {
  addFunction("f", "/p/a.cpp", {3});
  addFunction("f", "/p/b.cpp", {3});
  std::string one = of(finding("/p/a.cpp", 3));
  EXPECT_NE(one, of(finding("/p/b.cpp", 3)));
  EXPECT_NE(one, of(finding("/p/a.cpp", 3, "'g' blocks")));
  Diagnostic other = finding("/p/a.cpp", 3);
  other.rule = "unawaited-coroutine";
  EXPECT_NE(one, of(other));
}

TEST_F(Fingerprint, TheProjectMayLieAnywhere) {
  addFunction("f", "/p/src/a.cpp", {3});
  addFunction("f", "/home/me/copy/src/a.cpp", {3});
  EXPECT_EQ(of(finding("/p/src/a.cpp", 3), "/p"), of(finding("/home/me/copy/src/a.cpp", 3), "/home/me/copy"));
  EXPECT_EQ(nameInProject("/p/src/a.cpp", "/p"), "src/a.cpp");
  EXPECT_EQ(nameInProject("/part/a.cpp", "/p"), "/part/a.cpp");
  EXPECT_EQ(nameInProject("/part/a.cpp", "/"), "part/a.cpp");
}

TEST_F(Fingerprint, AlikeFindingsOfOneFunctionAreCounted) {
  addFunction("f", "/p/a.cpp", {3, 4});
  std::vector<Diagnostic> list{finding("/p/a.cpp", 3), finding("/p/a.cpp", 4), finding("/p/a.cpp", 4, "'g' blocks")};
  identify(list, facts, {"/p"});
  EXPECT_THAT(list[0].fingerprint, EndsWith(":1"));
  EXPECT_THAT(list[1].fingerprint, EndsWith(":2"));
  EXPECT_THAT(list[2].fingerprint, EndsWith(":1"));
  EXPECT_EQ(list[0].function, "f");
}

TEST_F(Fingerprint, PlacesOfWhatHasNoNameAreLeftOut) {
  addFunction("run<(lambda at /p/a.cpp:7:3)>", "/p/a.cpp", {3});
  addFunction("run<(lambda at /p/a.cpp:9:3)>", "/p/a.cpp", {5});
  EXPECT_EQ(of(finding("/p/a.cpp", 3, "'(unnamed struct at /p/a.cpp:1:2)' is lost")),
            of(finding("/p/a.cpp", 5, "'(unnamed struct at /p/a.cpp:11:12)' is lost")));
}

TEST_F(Fingerprint, OutsideOfFunctionsTheTextOfTheLineCounts) {
  std::string file = folder.write("a.cpp", "// NOLINT(x)\n\n   //  NOLINT(x)\n// NOLINT(y)\n");
  auto at = [&](unsigned line) { return of(finding(file, line), folder.path()); };
  EXPECT_EQ(at(1), at(3));
  EXPECT_NE(at(1), at(4));
}

TEST_F(Fingerprint, ALambdasPlaceBelongsToItsMakerWhateverTheOrder) {
  addFunction("lambda in f", "/p/a.cpp", {3});
  addFunction("f", "/p/a.cpp", {3});
  std::vector<Diagnostic> list{finding("/p/a.cpp", 3)};
  identify(list, facts, {"/p"});
  EXPECT_EQ(list[0].function, "f");
}

TEST_F(Fingerprint, Shape) {
  addFunction("f", "/p/a.cpp", {3});
  EXPECT_TRUE(isFingerprint(of(finding("/p/a.cpp", 3))));
  for (const char *bad : {"", "abc:1", "00112233445566778899aabbccddeeff", "00112233445566778899aabbccddeeff:0",
                          "00112233445566778899aabbccddeefF:1", "00112233445566778899aabbccddeeff:x"})
    EXPECT_FALSE(isFingerprint(bad)) << bad;
}

} // namespace
} // namespace coroguard
