#include "tool/files/write.h"
#include "unit/tool/scratch_folder.h"
#include <csignal>
#include <gtest/gtest.h>
#include <sstream>
#include <sys/resource.h>
#include <sys/stat.h>

namespace coroguard {
namespace {

namespace fs = std::filesystem;
using test::ScratchFolder;

std::string read(const std::string &file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

size_t filesIn(const std::string &folder) {
  return size_t(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

/// A disk on which a file may have so many bytes.
class SmallDisk {
public:
  explicit SmallDisk(rlim_t bytes) {
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    rlimit less{bytes, before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &less);
  }
  ~SmallDisk() { setrlimit(RLIMIT_FSIZE, &before); }

private:
  rlimit before{};
};

TEST(Write, ReplacesAndKeepsTheMode) {
  ScratchFolder folder;
  std::string file = folder.write("a", "old");
  chmod(file.c_str(), 0741);
  EXPECT_FALSE(replaceContent(file, "new"));
  EXPECT_EQ(read(file), "new");
  struct stat status {};
  stat(file.c_str(), &status);
  EXPECT_EQ(status.st_mode & 07777, 0741u);
  EXPECT_EQ(replaceContent(folder.path("none"), "new"), std::errc::no_such_file_or_directory);
}

TEST(Write, AFullDiskLeavesTheFileAsItWas) {
  ScratchFolder folder;
  std::string file = folder.write("a", "old");
  {
    SmallDisk disk(1024);
    EXPECT_EQ(replaceContent(file, std::string(5000, 'x')), std::errc::file_too_large);
    EXPECT_EQ(writeFile(file, std::string(5000, 'x')), std::errc::file_too_large);
    EXPECT_EQ(writeFile(folder.path("b"), std::string(5000, 'x')), std::errc::file_too_large);
  }
  EXPECT_EQ(read(file), "old");
  EXPECT_EQ(filesIn(folder.path()), 1u) << "something half written is left";
}

TEST(Write, ThroughLinks) {
  ScratchFolder folder;
  std::string file = folder.write("real/a", "old");
  fs::create_symlink("real/a", folder.path("link"));
  fs::create_symlink("real/b", folder.path("new"));
  EXPECT_FALSE(writeFile(folder.path("link"), "new"));
  EXPECT_FALSE(writeFile(folder.path("new"), "made"));
  EXPECT_TRUE(fs::is_symlink(folder.path("link")) && fs::is_symlink(folder.path("new")));
  EXPECT_EQ(read(file), "new");
  EXPECT_EQ(read(folder.path("real/b")), "made");
}

TEST(Write, APipeStaysOne) {
  ScratchFolder folder;
  std::string pipe = folder.path("pipe");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  std::fstream reader(pipe, std::ios::in | std::ios::out); // both: opening does not wait
  EXPECT_FALSE(writeFile(pipe, "text\n"));
  std::string line;
  std::getline(reader, line);
  EXPECT_EQ(line, "text");
  EXPECT_TRUE(fs::is_fifo(pipe));
}

TEST(Write, MakesAFileWithTheUsersMask) {
  ScratchFolder folder;
  mode_t before = umask(027);
  EXPECT_FALSE(writeFile(folder.path("a"), "text"));
  umask(before);
  struct stat status {};
  stat(folder.path("a").c_str(), &status);
  EXPECT_EQ(status.st_mode & 07777, 0640u);
  EXPECT_EQ(writeFile(folder.path("no/a"), "text"), std::errc::no_such_file_or_directory);
}

} // namespace
} // namespace coroguard
