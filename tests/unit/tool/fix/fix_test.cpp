#include "tests/unit/tool/scratch_folder.h"
#include "tool/fix/fix.h"
#include <filesystem>
#include <gtest/gtest.h>
#include <llvm/ADT/StringRef.h>
#include <sys/stat.h>

namespace coroguard {
namespace {

namespace fs = std::filesystem;
using test::ScratchFolder;

std::string textOf(const std::string &file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// A check that knows one offence: a "bad" in the file, whose fix is "ok".
Report findBad(const std::string &file) {
  Report report;
  size_t at = textOf(file).find("bad");
  if (at == std::string::npos) return report;
  auto column = static_cast<unsigned>(at + 1);
  Fix fix{"say ok", true, {{{file, 1, column}, {file, 1, column + 3}, "ok"}}};
  report.diagnostics.push_back({.rule = "bad", .location = {file, 1, column}, .message = "bad", .fixes = {fix}});
  return report;
}

class FixTest : public testing::Test {
protected:
  Report fix(const std::string &file) {
    return checkAndFix({.apply = true}, [&] { return findBad(file); });
  }
  ScratchFolder folder;
};

TEST_F(FixTest, ChecksAgainUntilNothingIsLeft) {
  std::string file = folder.write("a.cpp", "bad bad bad");
  Report report = fix(file);
  EXPECT_EQ(textOf(file), "ok ok ok");
  EXPECT_EQ(report.fixed, 3u);
  EXPECT_TRUE(report.diagnostics.empty() && report.problems.empty());
}

TEST_F(FixTest, EndsWhenAFixMakesTheSameAgain) {
  std::string file = folder.write("a.cpp", "bad");
  int checks = 0;
  checkAndFix({.apply = true}, [&] {
    ++checks;
    Report report = findBad(file);
    report.diagnostics[0].fixes[0].edits[0].text = "bad";
    return report;
  });
  EXPECT_LE(checks, 11);
}

TEST_F(FixTest, KeepsTheModeAndTheLink) {
  std::string file = folder.write("a.cpp", "bad"), link = folder.path("link.cpp");
  fs::create_symlink(file, link);
  chmod(file.c_str(), 0750);
  fix(link);
  EXPECT_EQ(textOf(file), "ok");
  EXPECT_TRUE(fs::is_symlink(link));
  struct stat status;
  stat(file.c_str(), &status);
  EXPECT_EQ(status.st_mode & 07777, 0750u);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), {}), 2) << "a temporary file is left";
}

TEST_F(FixTest, AReadOnlyFileIsAProblemAndStays) {
  std::string file = folder.write("a.cpp", "bad");
  chmod(file.c_str(), 0444);
  Report report = fix(file);
  EXPECT_EQ(textOf(file), "bad");
  ASSERT_EQ(report.problems.size(), 1u);
  EXPECT_EQ(report.problems[0].message, "is read-only and is not fixed");
  EXPECT_EQ(report.diagnostics.size(), 1u);
}

TEST_F(FixTest, AFileThatChangedSinceTheAnalysisIsAProblemAndStays) {
  std::string file = folder.write("a.cpp", "bad");
  Report report = checkAndFix({.apply = true}, [&] {
    Report found = findBad(file);
    struct timespec tick {0, 20'000'000}; // the clock of some file systems has steps
    nanosleep(&tick, nullptr);
    folder.write("a.cpp", "a bad day");
    return found;
  });
  EXPECT_EQ(textOf(file), "a bad day");
  ASSERT_EQ(report.problems.size(), 1u);
  EXPECT_EQ(report.problems[0].message, "has changed since it was analysed and is not fixed");
}

TEST_F(FixTest, WhatCannotBeAnalysedAnyMoreIsTakenBack) {
  std::string file = folder.write("a.cpp", "bad");
  Report report = checkAndFix({.apply = true}, [&] {
    Report found = findBad(file);
    if (found.diagnostics.empty()) found.problems.push_back({{file, 1, 1}, "no", ""});
    return found;
  });
  EXPECT_EQ(textOf(file), "bad");
  EXPECT_EQ(report.fixed, 0u);
  EXPECT_EQ(report.diagnostics.size(), 1u);
  ASSERT_EQ(report.problems.size(), 1u);
  EXPECT_TRUE(llvm::StringRef(report.problems[0].message).starts_with("'say ok' was taken back"));
}

/// Offences are "bad" and "odd"; without an "odd", what needs it cannot be analysed any more.
TEST_F(FixTest, OnlyWhatBreaksIsTakenBack) {
  std::string file = folder.write("a.cpp", "bad bad odd bad bad"), other = folder.write("b.cpp", "bad");
  for (const std::string &broken : {file, folder.path("includes_it.cpp")}) {
    Report report = checkAndFix({.apply = true}, [&] {
      Report found;
      for (const std::string &each : {file, other}) {
        std::string text = textOf(each);
        for (size_t at = 0; at < text.size(); at = text.find_first_of(' ', at), at += at < text.size()) {
          if (text.compare(at, 2, "ok") == 0) continue;
          auto column = static_cast<unsigned>(at + 1);
          Fix fix{"say ok", true, {{{each, 1, column}, {each, 1, column + 3}, "ok"}}};
          found.diagnostics.push_back({.rule = "bad", .location = {each, 1, column}, .message = "bad", .fixes = {fix}});
        }
      }
      if (textOf(file).find("odd") == std::string::npos) found.problems.push_back({{broken, 1, 1}, "no odd", ""});
      return found;
    });
    EXPECT_EQ(textOf(file), "ok ok odd ok ok");
    EXPECT_EQ(textOf(other), "ok");
    EXPECT_EQ(report.diagnostics.size(), 1u);
    ASSERT_EQ(report.problems.size(), 1u);
    EXPECT_EQ(report.problems[0].location.line, 1u);
    EXPECT_EQ(report.problems[0].message, "'say ok' was taken back: with it " + broken + ":1: no odd");
    folder.write("a.cpp", "bad bad odd bad bad"), folder.write("b.cpp", "bad");
  }
}

TEST_F(FixTest, ShowingChangesNothing) {
  std::string file = folder.write("a.cpp", "bad\n"), out;
  llvm::raw_string_ostream stream(out);
  Report report;
  EXPECT_EQ(showFixes({.onlyShow = true}, [&] { return findBad(file); }, report, stream), 1u);
  EXPECT_EQ(textOf(file), "bad\n");
  EXPECT_NE(out.find("-bad\n+ok\n"), std::string::npos) << out;
}

} // namespace
} // namespace coroguard
