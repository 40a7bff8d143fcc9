#include "tool/cache/file_states.h"
#include "tool/cache/recording_file_system.h"
#include "unit/tool/scratch_folder.h"
#include <fcntl.h>
#include <gmock/gmock.h>
#include <llvm/Support/MemoryBuffer.h>
#include <sys/stat.h>

namespace coroguard {
namespace {

namespace vfs = llvm::vfs;

struct RecordingTest : testing::Test {
  test::ScratchFolder scratch;
  Recording recording;
  llvm::IntrusiveRefCntPtr<vfs::FileSystem> files = recordingFileSystem(vfs::createPhysicalFileSystem(), recording);

  void SetUp() override { ASSERT_FALSE(files->setCurrentWorkingDirectory(scratch.path())); }
  void read(const std::string &name) { ASSERT_TRUE(files->getBufferForFile(name)); }
  void list(const std::string &name) {
    std::error_code error;
    files->dir_begin(name, error);
  }
  /// Would a new run be told the same? Also through the bytes on the disk.
  bool holds() {
    auto dependencies = decodeDependencies(encode(recording.dependencies()));
    EXPECT_EQ(dependencies, recording.dependencies());
    FileStates now;
    return std::all_of(dependencies->begin(), dependencies->end(), [&](const Dependency &one) { return now.hold(one); });
  }
};

TEST_F(RecordingTest, AFileThatWasReadMustKeepItsBytes) {
  scratch.write("a.h", "one");
  read("a.h");
  EXPECT_TRUE(holds());
  scratch.write("a.h", "two");
  EXPECT_FALSE(holds());
  scratch.write("a.h", "one");
  EXPECT_TRUE(holds());
  std::filesystem::remove(scratch.path("a.h"));
  EXPECT_FALSE(holds());
}

TEST_F(RecordingTest, AFileThatWasOnlyLookedForMustStayThere) {
  scratch.write("a.h", "one");
  EXPECT_TRUE(files->status("a.h"));
  scratch.write("a.h", "two");
  EXPECT_TRUE(holds());
  std::filesystem::remove(scratch.path("a.h"));
  std::filesystem::create_directory(scratch.path("a.h"));
  EXPECT_FALSE(holds());
}

TEST_F(RecordingTest, WhatWasMissingMustStayAway) {
  EXPECT_FALSE(files->status("gone/a.h"));
  EXPECT_FALSE(files->exists("b.h"));
  EXPECT_TRUE(holds());
  std::filesystem::create_directory(scratch.path("gone"));
  EXPECT_TRUE(holds());
  scratch.write("gone/a.h", "");
  EXPECT_FALSE(holds());
}

TEST_F(RecordingTest, AFileMustKeepItsRealPath) {
  scratch.write("v1/a.h", "same");
  scratch.write("v2/a.h", "same");
  std::filesystem::create_directory_symlink("v1", scratch.path("current"));
  read("current/a.h");
  EXPECT_TRUE(holds());
  std::filesystem::remove(scratch.path("current"));
  std::filesystem::create_directory_symlink("v2", scratch.path("current"));
  EXPECT_FALSE(holds());
}

TEST_F(RecordingTest, AListedFolderMustKeepItsNames) {
  scratch.write("models/a.yaml", "");
  list("models");
  list("none");
  EXPECT_TRUE(holds());
  scratch.write("models/b.yaml", "");
  EXPECT_FALSE(holds());
  std::filesystem::remove(scratch.path("models/b.yaml"));
  EXPECT_TRUE(holds());
  std::filesystem::create_directory(scratch.path("none"));
  EXPECT_FALSE(holds());
}

TEST_F(RecordingTest, AFileThatChangesDuringTheRunMakesItUseless) {
  scratch.write("a.h", "one");
  read("a.h");
  EXPECT_TRUE(recording.isUseful());
  scratch.write("a.h", "two");
  read("a.h");
  EXPECT_FALSE(recording.isUseful());
}

TEST_F(RecordingTest, DamagedBytesAreNone) {
  scratch.write("a.h", "one");
  read("a.h");
  list(".");
  std::string bytes = encode(recording.dependencies());
  for (size_t size = 0; size < bytes.size(); ++size) EXPECT_FALSE(decodeDependencies(bytes.substr(0, size))) << size;
  EXPECT_FALSE(decodeDependencies(bytes + "x"));
}

struct FileStatesTest : RecordingTest {
  void setTime(const std::string &name, time_t seconds) {
    timespec times[2]{{seconds, 0}, {seconds, 0}};
    ASSERT_EQ(utimensat(AT_FDCWD, scratch.path(name).c_str(), times, 0), 0);
  }
};

TEST_F(FileStatesTest, AFileThatWasJustWrittenIsHashedAgain) {
  scratch.write("a.h", "one");
  read("a.h");
  FileStates now;
  EXPECT_TRUE(now.hold(recording.dependencies().back()));
  EXPECT_EQ(now.save(), "") << "a later write within the clock's granularity would go unnoticed";
}

TEST_F(FileStatesTest, ASettledFileIsKnownByItsStamp) {
  Dependency system{"/etc/passwd", FileKind::File, {}, {}, {}};
  ASSERT_TRUE(files->getBufferForFile(system.path));
  FileStates first, second;
  EXPECT_TRUE(first.hold(recording.dependencies().back()));
  std::string saved = first.save();
  ASSERT_NE(saved, "");
  second.restore(saved);
  EXPECT_TRUE(second.hold(recording.dependencies().back()));
  EXPECT_EQ(second.save(), "") << "it was read again";
  second.restore(saved.substr(1)); // damaged: it knows what it knew
  EXPECT_EQ(second.save(), "");
}

TEST_F(FileStatesTest, AnOldTimeDoesNotHideAnEdit) {
  scratch.write("a.h", "one");
  setTime("a.h", 1'000'000'000);
  read("a.h");
  EXPECT_TRUE(holds());
  scratch.write("a.h", "two");
  setTime("a.h", 1'000'000'000);
  EXPECT_FALSE(holds());
}

} // namespace
} // namespace coroguard
