#include "tests/unit/tool/scratch_folder.h"
#include "tool/intake/units.h"
#include <gmock/gmock.h>
#include <unistd.h>

namespace coroguard {
namespace {

using test::CurrentFolder;
using test::ScratchFolder;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string entry(const std::string &directory, const std::string &file, const std::string &flags = "-DX") {
  return R"({"directory": ")" + directory + R"(", "file": ")" + file + R"(", "command": "g++ )" + flags +
         " -o " + file + ".o -c " + file + "\"}";
}

std::vector<std::string> filesOf(const Intake &intake) {
  std::vector<std::string> files;
  for (const Unit &unit : intake.units) files.push_back(unit.file);
  return files;
}

/// All problems, one per line: "file:line: message; remedy".
std::string textOf(const Intake &intake) {
  std::string text;
  for (const Problem &problem : intake.problems) {
    text += problem.location.file + ":" + std::to_string(problem.location.line) + ": " + problem.message +
            "; " + problem.remedy + "\n";
    EXPECT_FALSE(problem.remedy.empty()) << problem.message;
    EXPECT_EQ(problem.message.find('\n'), std::string::npos) << problem.message;
  }
  return text;
}

/// A project with two sources, a header and a database in build/.
class IntakeTest : public testing::Test {
protected:
  IntakeTest() {
    a = folder.write("src/a.cpp", "int a;\n");
    b = folder.write("src/deep/b.cpp", "int b;\n");
    header = folder.write("src/a.h", "");
    database("[" + entry(folder.path(), "src/deep/b.cpp") + "," + entry(folder.path(), "src/a.cpp") + "]");
  }
  void database(const std::string &text) { folder.write("build/compile_commands.json", text); }
  Intake take(std::vector<std::string> paths = {}) {
    options.paths = std::move(paths);
    return takeIn(options);
  }
  Intake takeFromBuild(std::vector<std::string> paths = {}) {
    options.buildDirectory = folder.path("build");
    return take(std::move(paths));
  }

  ScratchFolder folder;
  std::string a, b, header;
  IntakeOptions options;
};

TEST_F(IntakeTest, TakesAWholeDatabaseSortedByFile) {
  Intake intake = takeFromBuild();
  EXPECT_THAT(filesOf(intake), ElementsAre(a, b));
  EXPECT_THAT(intake.problems, IsEmpty());
  EXPECT_EQ(intake.units[0].directory, folder.path());
  EXPECT_THAT(intake.units[0].arguments, Contains("-DX"));
  EXPECT_THAT(intake.units[0].arguments, Not(Contains("-o")));
}

TEST_F(IntakeTest, KnowsWhetherUnitsWereLeftOut) {
  EXPECT_FALSE(takeFromBuild().isPartial);
  EXPECT_TRUE(takeFromBuild({a}).isPartial);
  EXPECT_EQ(takeFromBuild({a}).others.at(0).file, b);
  EXPECT_FALSE(takeFromBuild({folder.path("src")}).isPartial);
  options.excluded = {folder.path("src/deep")};
  EXPECT_FALSE(takeFromBuild({a}).isPartial) << "an excluded unit is not missed";
  EXPECT_THAT(takeFromBuild({a}).others, IsEmpty());
}

TEST_F(IntakeTest, SaysWhatWasAskedForAndIsExcluded) {
  options.excluded = {folder.path("src/deep")};
  EXPECT_THAT(textOf(takeFromBuild({b})), HasSubstr("this file is excluded by the configuration; take it out of 'exclude'"));
  EXPECT_THAT(textOf(takeFromBuild({folder.path("src/deep")})), HasSubstr("all translation units in this folder are excluded"));
  EXPECT_THAT(takeFromBuild({folder.path("src")}).problems, IsEmpty()) << "a folder that is left out in part is no mistake";
  options.skipsUnlisted = true;
  Intake skipping = takeFromBuild({b});
  EXPECT_THAT(skipping.problems, IsEmpty());
  EXPECT_THAT(skipping.skipped, ElementsAre(b + " is excluded by the configuration"));
}

TEST_F(IntakeTest, FindsTheDatabaseFromAPathUpwards) {
  EXPECT_THAT(filesOf(take({b})), ElementsAre(b));
  EXPECT_THAT(filesOf(take({folder.path("src/deep")})), ElementsAre(b));
  EXPECT_THAT(filesOf(take({folder.path("src/deep/..")})), ElementsAre(a, b));
}

TEST_F(IntakeTest, FindsTheDatabaseFromTheCurrentFolderUpwards) {
  CurrentFolder current(folder.path("src"));
  EXPECT_THAT(filesOf(take()), ElementsAre(a, b));
  EXPECT_THAT(filesOf(take({"a.cpp"})), ElementsAre(a));
}

TEST_F(IntakeTest, TakesAPathOnlyOnce) {
  EXPECT_THAT(filesOf(take({a, folder.path("src"), a})), ElementsAre(a, b));
}

TEST_F(IntakeTest, AcceptsTheDatabaseFileItselfAsBuildDirectory) {
  options.buildDirectory = folder.path("build/compile_commands.json");
  EXPECT_THAT(filesOf(take()), ElementsAre(a, b));
}

TEST_F(IntakeTest, KeepsDistinctCommandsOfAFileAndNoRepeats) {
  std::string sameButOutput = R"({"directory": ")" + folder.path() +
                              R"(", "file": "src/a.cpp", "command": "g++ -DX -o x.o -c src/a.cpp"})";
  database("[" + entry(folder.path(), "src/a.cpp") + "," + sameButOutput + "," +
           entry(folder.path(), "src/a.cpp", "-DY") + "]");
  EXPECT_THAT(filesOf(takeFromBuild()), ElementsAre(a, a));
}

TEST_F(IntakeTest, LeavesOutExcludedFolders) {
  options.excluded = {folder.path("src/deep")};
  EXPECT_THAT(filesOf(takeFromBuild()), ElementsAre(a));
  options.excluded = {folder.path("src/dee")}; // a prefix of the name, not of the path
  EXPECT_THAT(filesOf(takeFromBuild()), ElementsAre(a, b));
}

TEST_F(IntakeTest, ReadsArgumentArrays) {
  database(R"([{"directory": ")" + folder.path() +
           R"(", "file": "src/a.cpp", "arguments": ["clang++", "-DNAME=a b", "-c", "src/a.cpp"]}])");
  EXPECT_THAT(takeFromBuild().units.at(0).arguments, Contains("-DNAME=a b"));
}

TEST_F(IntakeTest, ExpandsResponseFiles) {
  folder.write("flags.rsp", "-DFROM_RESPONSE -o x.o");
  database("[" + entry(folder.path(), "src/a.cpp", "@flags.rsp") + "]");
  Intake intake = takeFromBuild();
  EXPECT_THAT(intake.units.at(0).arguments, Contains("-DFROM_RESPONSE"));
  EXPECT_THAT(intake.units.at(0).arguments, Not(Contains("x.o")));
}

TEST_F(IntakeTest, FollowsSymbolicLinks) {
  ASSERT_EQ(symlink(folder.path("src").c_str(), folder.path("link").c_str()), 0);
  EXPECT_THAT(filesOf(take({folder.path("link/a.cpp")})), ElementsAre(a));
}

TEST_F(IntakeTest, SkipsTheStubOfPrecompiledHeaders) {
  folder.write("build/CMakeFiles/x.dir/cmake_pch.hxx.cxx", "");
  database("[" + entry(folder.path("build"), "CMakeFiles/x.dir/cmake_pch.hxx.cxx") + "," +
           entry(folder.path(), "src/a.cpp") + "]");
  EXPECT_THAT(filesOf(takeFromBuild()), ElementsAre(a));
}

TEST_F(IntakeTest, MissingDatabaseSaysWhereItLooked) {
  ScratchFolder other;
  std::string file = other.write("x.cpp", "");
  std::string text = textOf(take({file}));
  EXPECT_THAT(text, HasSubstr("no compile_commands.json found; looked in '" + other.path() + "'"));
  EXPECT_THAT(text, HasSubstr("-DCMAKE_EXPORT_COMPILE_COMMANDS=ON"));
  EXPECT_THAT(text, HasSubstr("`--`"));
}

TEST_F(IntakeTest, MissingDatabaseIsReportedOncePerFolder) {
  ScratchFolder other;
  EXPECT_EQ(take({other.write("x.cpp", ""), other.write("y.cpp", "")}).problems.size(), 1u);
}

TEST_F(IntakeTest, MissingDatabaseInTheBuildFolder) {
  options.buildDirectory = folder.path("nowhere");
  EXPECT_THAT(textOf(take()),
              HasSubstr(folder.path("nowhere/compile_commands.json") + ":0: no such compile database"));
}

TEST_F(IntakeTest, MalformedJsonHasAPosition) {
  database("[\n  {\"directory\": \"/x\",\n   oops }\n]");
  Intake intake = takeFromBuild();
  EXPECT_THAT(textOf(intake), HasSubstr("compile_commands.json:3: malformed compile database: "));
  EXPECT_THAT(intake.units, IsEmpty());
}

TEST_F(IntakeTest, WrongShapesAreProblems) {
  for (const char *text : {"{}", "[1]", "[{\"file\": \"a.cpp\"}]", "\"x\"",
                           "[{\"directory\": 1, \"file\": \"a\", \"command\": \"\"}]", "", "nonsense"}) {
    database(text);
    EXPECT_EQ(takeFromBuild().problems.size(), 1u) << text;
  }
}

TEST_F(IntakeTest, EmptyDatabase) {
  database("[]");
  EXPECT_THAT(textOf(takeFromBuild({a})), HasSubstr("the compile database is empty"));
}

TEST_F(IntakeTest, PathThatDoesNotExist) {
  Intake intake = takeFromBuild({folder.path("src/typo.cpp"), a});
  EXPECT_THAT(textOf(intake), HasSubstr("typo.cpp:0: no such file or folder"));
  EXPECT_THAT(filesOf(intake), ElementsAre(a));
}

TEST_F(IntakeTest, AMistypedPathDoesNotMeanEverything) {
  EXPECT_THAT(takeFromBuild({folder.path("typo")}).units, IsEmpty());
}

TEST_F(IntakeTest, FileThatIsNotInTheDatabase) {
  std::string extra = folder.write("src/extra.cpp", "");
  EXPECT_THAT(textOf(take({extra})), HasSubstr("extra.cpp:0: not in the compile database"));
}

TEST_F(IntakeTest, FolderWithoutUnits) {
  folder.write("docs/x.md", "");
  EXPECT_THAT(textOf(takeFromBuild({folder.path("docs")})), HasSubstr("no translation unit of"));
}

TEST_F(IntakeTest, HeaderIsNotAUnit) {
  EXPECT_THAT(textOf(take({header})), HasSubstr("a header is not a translation unit; name a source file"));
}

TEST_F(IntakeTest, LeavesOutAndNamesWhatIsNotListedWhenAsked) {
  options.skipsUnlisted = true;
  folder.write("docs/a.md", "");
  Intake intake = takeFromBuild({a, header, folder.path("docs")});
  EXPECT_THAT(filesOf(intake), ElementsAre(a));
  EXPECT_THAT(intake.skipped, ElementsAre(header + " is not in the compile database, and is not checked by itself"));
  EXPECT_THAT(textOf(intake), HasSubstr("no translation unit of")) << "a folder without units is a mistake all the same";
  EXPECT_THAT(textOf(takeFromBuild({folder.path("src/none.cpp")})), HasSubstr("no such file or folder"));
}

TEST_F(IntakeTest, StaleEntry) {
  database("[" + entry(folder.path(), "src/gone.cpp") + "," + entry(folder.path(), "src/a.cpp") + "]");
  Intake intake = takeFromBuild();
  EXPECT_THAT(textOf(intake), HasSubstr("gone.cpp:0: named in '"));
  EXPECT_THAT(filesOf(intake), ElementsAre(a));
}

TEST_F(IntakeTest, UnreadableFile) {
  std::filesystem::remove(a);
  std::filesystem::create_directory(a); // also root cannot read a folder as a file
  EXPECT_THAT(textOf(takeFromBuild()), HasSubstr("a.cpp:0: the file cannot be read"));
}

TEST_F(IntakeTest, CommandLinesOfClAreNotSupported) {
  database(R"([{"directory": ")" + folder.path() +
           R"(", "file": "src/a.cpp", "arguments": ["cl.exe", "/c", "src/a.cpp"]}])");
  EXPECT_THAT(textOf(takeFromBuild()), HasSubstr("command lines of cl are not supported"));
}

TEST_F(IntakeTest, FlagsReplaceTheDatabase) {
  options.hasFlags = true;
  options.flags = {"-DHERE"};
  Intake intake = take({a});
  ASSERT_THAT(filesOf(intake), ElementsAre(a));
  EXPECT_THAT(intake.units[0].arguments, Contains("-DHERE"));
  EXPECT_THAT(intake.units[0].arguments, Contains("-std=c++20"));
  EXPECT_THAT(intake.units[0].arguments, Contains(a));
}

TEST_F(IntakeTest, FlagsKeepTheirStandard) {
  options.hasFlags = true;
  options.flags = {"-std=c++23"};
  EXPECT_THAT(take({a}).units.at(0).arguments, Not(Contains("-std=c++20")));
}

TEST_F(IntakeTest, FlagsForAFolderTakeItsSources) {
  options.hasFlags = true;
  folder.write("src/.hidden/c.cpp", "");
  EXPECT_THAT(filesOf(take({folder.path("src")})), ElementsAre(a, b));
  EXPECT_THAT(textOf(take({folder.path("build")})), HasSubstr("no C++ source files"));
}

TEST_F(IntakeTest, FlagsNeedAPath) {
  options.hasFlags = true;
  EXPECT_THAT(textOf(take()), HasSubstr("compiler flags without a file"));
  EXPECT_THAT(textOf(take({header})), HasSubstr("a header is not a translation unit"));
}

} // namespace
} // namespace coroguard
