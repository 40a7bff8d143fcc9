#include "tests/unit/tool/scratch_folder.h"
#include "tool/run/analyse.h"
#include "tool/run/workers.h"
#include <cstdlib>
#include <gmock/gmock.h>

namespace coroguard {
namespace {

using test::ScratchFolder;
using testing::HasSubstr;
using testing::IsEmpty;

/// Reads one file with a g++ style command line of a compile database.
class AnalyseTest : public testing::Test {
protected:
  AnalyseTest() : scope(folder.path()) {
    options.models = &models;
    options.scope = &scope;
  }

  Unit unitOf(const std::string &name, std::vector<std::string> flags) {
    std::vector<std::string> arguments = {"g++", "-std=c++20"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    arguments.insert(arguments.end(), {"-c", name});
    return {folder.path(name), folder.path(), repairArguments(std::move(arguments), resourceDirectory())};
  }
  UnitResult read(const std::string &text, std::vector<std::string> flags = {}) {
    folder.write("a.cpp", text);
    return analyse(unitOf("a.cpp", std::move(flags)), options);
  }

  ScratchFolder folder;
  Models models;
  ProjectScope scope;
  ExtractOptions options;
};

TEST_F(AnalyseTest, ReadsAUnit) {
  UnitResult result = read("#include <vector>\nint f() { return std::vector<int>{1}[0]; }\n");
  EXPECT_THAT(result.problems, IsEmpty());
  EXPECT_FALSE(result.facts.functions.empty());
}

TEST_F(AnalyseTest, WorksInTheUnitsFolderAndStaysInItsOwn) {
  auto before = std::filesystem::current_path();
  folder.write("inc/x.h", "#define X 1\n");
  EXPECT_THAT(read("#include \"x.h\"\nint f() { return X; }\n", {"-Iinc"}).problems, IsEmpty());
  EXPECT_EQ(std::filesystem::current_path(), before);
}

TEST_F(AnalyseTest, ErrorsHaveTheirPlaceAndOthersAreKept) {
  UnitResult result = read("int f() { return nothing; }\nint g() { return 1; }\n");
  ASSERT_EQ(result.problems.size(), 1u);
  EXPECT_EQ(result.problems[0].location, (Location{folder.path("a.cpp"), 1, 18}));
  EXPECT_THAT(result.problems[0].message, HasSubstr("undeclared identifier 'nothing'"));
  EXPECT_FALSE(result.facts.functions.empty());
}

TEST_F(AnalyseTest, ManyErrorsAreCounted) {
  std::string text;
  for (int i = 0; i < 40; ++i) text += "int v" + std::to_string(i) + " = nothing;\n";
  UnitResult result = read(text);
  ASSERT_EQ(result.problems.size(), 4u);
  EXPECT_EQ(result.problems[3].message, "and 37 more errors");
}

TEST_F(AnalyseTest, MissingHeaderHasARemedy) {
  UnitResult result = read("#include \"gone.h\"\nint f() { return 1; }\n");
  ASSERT_EQ(result.problems.size(), 1u);
  EXPECT_EQ(result.problems[0].location.line, 1u);
  EXPECT_THAT(result.problems[0].message, HasSubstr("'gone.h' file not found"));
  EXPECT_THAT(result.problems[0].remedy, HasSubstr("include paths"));
}

TEST_F(AnalyseTest, ErrorOfTheCommandLineIsAtTheUnit) {
  UnitResult result = read("int f() { return 1; }\n", {"-include", "gone.h"});
  ASSERT_EQ(result.problems.size(), 1u);
  EXPECT_EQ(result.problems[0].location, (Location{folder.path("a.cpp"), 0, 0}));
  EXPECT_THAT(result.problems[0].message, HasSubstr("'gone.h' file not found"));
}

TEST_F(AnalyseTest, ErrorInAHeaderIsAtTheHeader) {
  folder.write("inc/x.h", "int x = nothing;\n");
  UnitResult result = read("#include \"inc/../inc/x.h\"\n");
  ASSERT_EQ(result.problems.size(), 1u);
  EXPECT_EQ(result.problems[0].location.file, folder.path("inc/x.h"));
}

TEST_F(AnalyseTest, WarningsAndUnknownOptionsAreNoProblems) {
  UnitResult result =
      read("int f() {}\n", {"-Wall", "-Werror", "-fno-such-thing", "-mno-such-thing", "-Wno-such-warning"});
  EXPECT_THAT(result.problems, IsEmpty()) << result.problems[0].message;
  EXPECT_FALSE(result.facts.functions.empty());
}

TEST_F(AnalyseTest, MissingUnit) {
  UnitResult result = analyse(unitOf("gone.cpp", {}), options);
  ASSERT_FALSE(result.problems.empty());
  EXPECT_THAT(result.problems[0].message, HasSubstr("no such file or directory"));
  EXPECT_EQ(result.problems[0].location.file, folder.path("gone.cpp"));
}

TEST_F(AnalyseTest, MissingFolder) {
  Unit unit = unitOf("a.cpp", {});
  unit.directory = folder.path("gone");
  UnitResult result = analyse(unit, options);
  ASSERT_EQ(result.problems.size(), 1u);
  EXPECT_THAT(result.problems[0].message, HasSubstr("cannot be used"));
}

TEST_F(AnalyseTest, PrecompiledHeadersOfOtherCompilersAreNotRead) {
  folder.write("pch.h", "#define FROM_HEADER 1\n");
  folder.write("pch.h.gch", "not a precompiled header");
  folder.write("pch.h.pch", "CPCH not of this version");
  EXPECT_THAT(
      read("int f() { return FROM_HEADER; }\n", {"-Winvalid-pch", "-include", folder.path("pch.h")}).problems,
      IsEmpty());
}

TEST_F(AnalyseTest, ProfileDataIsNeitherReadNorWritten) {
  UnitResult result =
      read("int f() { return 1; }\n", {"-fprofile-use=gone.profdata", "-fprofile-sample-use=gone.afdo",
                                       "-fcoverage-mapping", "--coverage"});
  EXPECT_THAT(result.problems, IsEmpty()) << result.problems[0].message;
}

TEST_F(AnalyseTest, NothingIsPrinted) {
  testing::internal::CaptureStderr();
  testing::internal::CaptureStdout();
  read("int x = nothing;\n#warning w\n", {"-v", "-fno-such-thing"});
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
}

TEST_F(AnalyseTest, UnitsCanBeMadeToCrashForTests) {
  setenv("COROGUARD_TEST_ABORT_UNIT", "a.cpp", 1);
  auto outcomes = runInWorkers(1, {}, [&](size_t) {
    read("");
    return "";
  });
  unsetenv("COROGUARD_TEST_ABORT_UNIT");
  EXPECT_EQ(outcomes[0].crash, "signal 6 (Aborted)");
  setenv("COROGUARD_TEST_HANG_UNIT", "a.cpp", 1);
  outcomes = runInWorkers(1, {.timeLimit = std::chrono::milliseconds(100)}, [&](size_t) {
    read("");
    return "";
  });
  unsetenv("COROGUARD_TEST_HANG_UNIT");
  EXPECT_EQ(outcomes[0].end, WorkerOutcome::End::TimedOut);
}

} // namespace
} // namespace coroguard
