#include "facts/scope.h"
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

namespace coroguard {
namespace {

namespace fs = std::filesystem;

TEST(ProjectScope, ContainsFilesBelowItsRoot) {
  ProjectScope scope("/home/me/project");
  EXPECT_TRUE(scope.contains("/home/me/project/main.cpp"));
  EXPECT_TRUE(scope.contains("/home/me/project/a/b/c.h"));
  EXPECT_FALSE(scope.contains("/home/me/other/main.cpp"));
  EXPECT_FALSE(scope.contains("/usr/include/stdio.h"));
  EXPECT_FALSE(scope.contains(""));
}

TEST(ProjectScope, ANeighbourWithALongerNameIsNotInside) {
  EXPECT_FALSE(ProjectScope("/home/me/project").contains("/home/me/project2/main.cpp"));
  EXPECT_FALSE(ProjectScope("/home/me/project").contains("/home/me/project.cpp"));
}

TEST(ProjectScope, ARootMayEndInASlash) {
  EXPECT_TRUE(ProjectScope("/home/me/project/").contains("/home/me/project/main.cpp"));
  EXPECT_TRUE(ProjectScope("/").contains("/main.cpp"));
}

TEST(ProjectScope, ExcludedFoldersAndFilesAreOutside) {
  ProjectScope scope("/p", {"/p/third_party", "/p/src/generated.cpp"});
  EXPECT_FALSE(scope.contains("/p/third_party/lib.h"));
  EXPECT_FALSE(scope.contains("/p/src/generated.cpp"));
  EXPECT_TRUE(scope.contains("/p/third_party_notes.cpp"));
  EXPECT_TRUE(scope.contains("/p/src/written.cpp"));
}

TEST(ProjectScope, CMakesOwnFoldersAreOutside) {
  ProjectScope scope("/p");
  EXPECT_FALSE(scope.contains("/p/build/CMakeFiles/3.25/probe.cpp"));
  EXPECT_FALSE(scope.contains("/p/build/_deps/fmt-src/format.h"));
  EXPECT_TRUE(scope.contains("/p/build/generated.cpp"));
  EXPECT_TRUE(ProjectScope("/home/CMakeFiles/p").contains("/home/CMakeFiles/p/main.cpp"));
}

TEST(ProjectScope, TheIndexLiesInAFolderOfItsOwn) {
  EXPECT_EQ(ProjectScope("/p").indexFile(), "/p/.coroguard/index.facts");
}

class FindRoot : public ::testing::Test {
protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "coroguard-scope-XXXXXX").string();
    folder = fs::canonical(mkdtemp(pattern.data())).string();
    fs::create_directories(folder + "/project/src/deep");
    std::ofstream(folder + "/project/src/deep/main.cpp");
  }
  void TearDown() override { fs::remove_all(folder); }

  std::string folder;
};

TEST_F(FindRoot, WithoutAMarkerItIsTheFolderItself) {
  EXPECT_EQ(ProjectScope::findRoot(folder + "/project/src/deep"), folder + "/project/src/deep");
  EXPECT_EQ(ProjectScope::findRoot(folder + "/project/src/deep/main.cpp"), folder + "/project/src/deep");
}

TEST_F(FindRoot, IsTheNearestAncestorWithAMarker) {
  fs::create_directories(folder + "/project/.git");
  EXPECT_EQ(ProjectScope::findRoot(folder + "/project/src/deep/main.cpp"), folder + "/project");
  std::ofstream(folder + "/project/src/.coroguard.yaml");
  EXPECT_EQ(ProjectScope::findRoot(folder + "/project/src/deep/main.cpp"), folder + "/project/src");
  EXPECT_EQ(ProjectScope::findRoot(folder + "/project"), folder + "/project");
}

TEST_F(FindRoot, AConfigurationOfASubfolderMakesNoProject) {
  std::ofstream(folder + "/project/.coroguard.yaml");
  std::ofstream(folder + "/project/src/.coroguard.yaml");
  EXPECT_EQ(ProjectScope::findRoot(folder + "/project/src/deep/main.cpp"), folder + "/project");
  fs::create_directories(folder + "/project/src/.git"); // a repository of its own
  EXPECT_EQ(ProjectScope::findRoot(folder + "/project/src/deep/main.cpp"), folder + "/project/src");
}

TEST_F(FindRoot, AGitFileOfAWorktreeCountsAsWell) {
  std::ofstream(folder + "/project/.git") << "gitdir: elsewhere\n";
  EXPECT_EQ(ProjectScope::findRoot(folder + "/project/src"), folder + "/project");
}

} // namespace
} // namespace coroguard
