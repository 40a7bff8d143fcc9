#include "tests/unit/tool/scratch_folder.h"
#include "tool/diff/changes.h"
#include "tool/diff/files_before.h"
#include "tool/diff/git.h"
#include <gmock/gmock.h>

namespace coroguard {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

TEST(ChangedLines, AreThoseOfTheNewFile) {
  Changes changes;
  changes.root = "/r";
  addChangedLines("diff --git a/a.cpp b/a.cpp\n--- a/a.cpp\n+++ b/a.cpp\n@@ -3 +3,2 @@ int f()\n-+++ b/no.cpp\n"
                  "+x\n+++ b/neither.cpp\n@@ -9,2 +10,0 @@\n-a\n-b\n@@ -20,0 +20 @@\n+y\n"
                  "diff --git \"a/\\303\\274 \\\"b\\\".h\" \"b/\\303\\274 \\\"b\\\".h\"\n--- /dev/null\n"
                  "+++ \"b/\\303\\274 \\\"b\\\".h\"\n@@ -0,0 +1 @@\n+z\n"
                  "diff --git a/gone.cpp b/gone.cpp\n--- a/gone.cpp\n+++ /dev/null\n@@ -1 +0,0 @@\n-z\n",
                  changes);
  EXPECT_THAT(changes.lines, ElementsAre(Pair("/r/a.cpp", ElementsAre(Pair(3, 4), Pair(20, 20))),
                                         Pair("/r/ü \"b\".h", ElementsAre(Pair(1, 1)))));
  EXPECT_TRUE(changes.touches({"/r/a.cpp", 4, 1}));
  EXPECT_FALSE(changes.touches({"/r/a.cpp", 5, 1}));
  EXPECT_FALSE(changes.touches({"/r/b.cpp", 4, 1}));
}

class Repository : public testing::Test {
protected:
  void SetUp() override {
    git({"init", "-q", "-b", "main"});
    folder.write("changed.h", "one\ntwo\nthree\n");
    folder.write("old name.cpp", "1\n2\n3\n4\n5\n");
    folder.write("gone.h", "gone\n");
    commit("base");
  }
  std::string git(std::vector<std::string> words) {
    words.insert(words.begin(), {"-c", "user.name=n", "-c", "user.email=e", "-c", "commit.gpgsign=false"});
    GitAnswer answer = askGit(folder.path(), words);
    EXPECT_TRUE(answer.isGood) << answer.error;
    return answer.output;
  }
  void commit(const std::string &message) {
    git({"add", "-A"});
    git({"commit", "-q", "-m", message});
  }
  Changes since(const std::string &revision) {
    std::vector<Problem> problems;
    auto changes = changesSince(revision, folder.path(), problems);
    EXPECT_TRUE(changes.has_value()) << (problems.empty() ? "" : problems[0].message);
    return changes.value_or(Changes{});
  }
  test::ScratchFolder folder;
};

TEST_F(Repository, CommittedStagedUnstagedAndUntrackedChangesCount) {
  folder.write("committed.cpp", "c\n");
  commit("more");
  folder.write("staged.cpp", "s\n");
  git({"add", "staged.cpp"});
  folder.write("changed.h", "one\nTWO\nthree\n");
  folder.write("unknown ü.cpp", "u\n");
  Changes changes = since("HEAD~1");
  for (const char *file : {"committed.cpp", "staged.cpp", "unknown ü.cpp"}) {
    EXPECT_TRUE(changes.touches({folder.path(file), 1, 1})) << file;
    EXPECT_EQ(changes.contentBefore(folder.path(file)), std::nullopt) << file;
  }
  EXPECT_TRUE(changes.touches({folder.path("changed.h"), 2, 1}));
  EXPECT_FALSE(changes.touches({folder.path("changed.h"), 3, 1}));
  EXPECT_EQ(changes.contentBefore(folder.path("changed.h")), "one\ntwo\nthree\n");
  EXPECT_FALSE(since("HEAD").touches({folder.path("committed.cpp"), 1, 1}));
}

TEST_F(Repository, WhatTheOtherBranchDidSinceIsNoChange) {
  git({"checkout", "-q", "-b", "feature"});
  git({"checkout", "-q", "main"});
  folder.write("changed.h", "main's\n");
  commit("on main");
  git({"checkout", "-q", "feature"});
  EXPECT_TRUE(since("main").lines.empty());
}

TEST_F(Repository, RenamesAndDeletions) {
  git({"mv", "old name.cpp", "new.cpp"});
  git({"rm", "-q", "gone.h"});
  folder.write("new.cpp", "1\n2\nthree\n4\n5\n");
  Changes changes = since("HEAD");
  EXPECT_THAT(changes.renamed, ElementsAre(Pair(folder.path("old name.cpp"), folder.path("new.cpp"))));
  EXPECT_EQ(changes.contentBefore(folder.path("new.cpp")), "1\n2\n3\n4\n5\n");
  EXPECT_TRUE(changes.touches({folder.path("new.cpp"), 3, 1}));
  EXPECT_FALSE(changes.touches({folder.path("new.cpp"), 4, 1}));
  EXPECT_EQ(changes.contentBefore(folder.path("gone.h")), "gone\n");
}

TEST_F(Repository, TheFileSystemIsAsItWas) {
  folder.write("changed.h", "new\n");
  folder.write("added.h", "new\n");
  folder.write("same/other.h", "same\n");
  git({"rm", "-q", "gone.h"});
  Changes changes = since("HEAD");
  changes.before.erase(folder.path("same/other.h"));
  FilesBefore files(changes, llvm::vfs::createPhysicalFileSystem());
  auto text = [&](const std::string &name) {
    auto buffer = files.getBufferForFile(folder.path(name));
    return buffer ? (*buffer)->getBuffer().str() : "none: " + buffer.getError().message();
  };
  EXPECT_EQ(text("same/other.h"), "same\n");
  EXPECT_FALSE(files.wasAsked());
  EXPECT_EQ(text("same/../changed.h"), "one\ntwo\nthree\n");
  EXPECT_TRUE(files.wasAsked());
  EXPECT_EQ(text("gone.h"), "gone\n");
  EXPECT_THAT(text("added.h"), HasSubstr("No such file"));
  EXPECT_FALSE(files.exists(folder.path("added.h")));
  EXPECT_EQ(files.status(folder.path("changed.h"))->getSize(), 14u);
}

TEST_F(Repository, WhatCannotBeComparedIsOneProblemWithARemedy) {
  auto problem = [&](const std::string &revision, const std::string &where) {
    std::vector<Problem> problems;
    EXPECT_FALSE(changesSince(revision, where, problems));
    EXPECT_EQ(problems.size(), 1u);
    return problems.empty() ? Problem{} : problems[0];
  };
  EXPECT_EQ(problem("nope", folder.path()).message, "--diff: git knows no revision 'nope'");
  EXPECT_EQ(problem("--all", folder.path()).message, "--diff: git knows no revision '--all'");
  test::ScratchFolder plain;
  EXPECT_THAT(problem("HEAD", plain.path()).message, HasSubstr("needs a git repository"));
  git({"checkout", "-q", "--orphan", "other"});
  commit("another root");
  EXPECT_EQ(problem("main", folder.path()).message, "--diff: 'main' and HEAD have no common commit");
  for (const std::string &revision : {std::string("nope"), std::string("main")})
    EXPECT_NE(problem(revision, folder.path()).remedy, "");
}

} // namespace
} // namespace coroguard
