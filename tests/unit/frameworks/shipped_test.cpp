#include "frameworks/shipped.h"
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>

namespace coroguard {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char *acme = "library: acme\nroots: [acme]\nloop_bound:\n  - name: widget\n    why: it says so\n";

class Shipped : public ::testing::Test {
protected:
  Shipped() {
    std::string name = (fs::temp_directory_path() / "coroguard-shipped.XXXXXX").string();
    folder = fs::canonical(mkdtemp(name.data()));
  }
  ~Shipped() override { fs::remove_all(folder); }

  std::string write(const std::string &name, const std::string &text) {
    fs::path file = folder / name;
    fs::create_directories(file.parent_path());
    std::ofstream(file) << text;
    return file.string();
  }
  std::string include(const std::string &name) {
    fs::create_directories(folder / name);
    return (folder / name).string();
  }

  fs::path folder;
  std::vector<Problem> problems;
};

TEST_F(Shipped, FilesOfThePrefixByName) {
  std::string b = write("usr/share/coroguard/models/b.yaml", acme), a = write("usr/share/coroguard/models/a.yaml", acme);
  write("usr/share/coroguard/models/README.md", "");
  EXPECT_THAT(shippedModelFiles({include("usr/include")}), ElementsAre(a, b));
}

TEST_F(Shipped, FoldersInsideAndLinksAndRepetitions) {
  std::string file = write("usr/share/coroguard/models/a.yaml", acme);
  std::string inner = include("usr/include/x86_64-linux-gnu/sub");
  fs::create_directory_symlink(folder / "usr/include", folder / "headers");
  EXPECT_THAT(shippedModelFiles({inner}), ElementsAre(file));
  EXPECT_THAT(shippedModelFiles({(folder / "headers").string()}), ElementsAre(file));
  EXPECT_THAT(shippedModelFiles({inner, include("usr/include"), (folder / "headers").string()}), ElementsAre(file));
}

TEST_F(Shipped, NothingWithoutAnIncludeFolder) {
  write("src/share/coroguard/models/a.yaml", acme);
  EXPECT_THAT(shippedModelFiles({include("src"), include("src/inc"), "/", "include", ""}), IsEmpty());
}

TEST_F(Shipped, StandsBehindTheUsersAndBeforeTheEmbedded) {
  std::string users = write("mine.yaml", acme), shipped = write("usr/share/coroguard/models/a.yaml", acme);
  Models models = withShipped(loadModels({users}, problems), {shipped}, problems);
  EXPECT_THAT(problems, IsEmpty());
  ASSERT_EQ(models.libraries.size(), embeddedModels().size() + 2);
  EXPECT_EQ(models.libraries[0].file, users);
  EXPECT_EQ(models.libraries[1].file, shipped);
}

TEST_F(Shipped, WhatTheUserGivesTooIsReadOnce) {
  std::string shipped = write("usr/share/coroguard/models/a.yaml", acme);
  Models models = withShipped(loadModels({shipped}, problems), {shipped}, problems);
  EXPECT_EQ(models.libraries.size(), embeddedModels().size() + 1);
}

TEST_F(Shipped, AMistakeIsAProblemAndTheModelIsLeftOut) {
  std::string shipped = write("usr/share/coroguard/models/a.yaml", "library: acme\nrots: [acme]\n");
  Models models = withShipped(loadModels({}, problems), {shipped}, problems);
  EXPECT_EQ(models.libraries.size(), embeddedModels().size());
  ASSERT_FALSE(problems.empty());
  EXPECT_EQ(problems[0].location.file, shipped);
}

TEST_F(Shipped, TheCacheReadsOncePerListOfFiles) {
  write("usr/share/coroguard/models/a.yaml", acme);
  ModelCache cache;
  auto first = cache.get({}, {include("usr/include")});
  EXPECT_EQ(first, cache.get({}, {include("usr/include"), include("other/include")}));
  auto other = cache.get({}, {include("other/include")});
  EXPECT_NE(first, other);
  EXPECT_EQ(other->models.libraries.size() + 1, first->models.libraries.size());
}

} // namespace
} // namespace coroguard
