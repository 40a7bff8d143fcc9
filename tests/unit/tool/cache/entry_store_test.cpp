#include "tool/cache/entry_store.h"
#include "tool/cache/digest.h"
#include "unit/tool/scratch_folder.h"
#include <ctime>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

namespace coroguard {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;

const std::string bytes("some bytes\0with a zero\nand a line", 33);

struct EntryStoreTest : testing::Test {
  test::ScratchFolder scratch;
  EntryStore store{scratch.path("cache")};

  std::string text(const std::string &name) {
    std::ifstream file(scratch.path("cache/" + name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void writeOver(const std::string &name, std::string_view text) { scratch.write("cache/" + name, text); }
};

TEST_F(EntryStoreTest, GivesBackWhatWasPut) {
  EXPECT_EQ(store.get("units/a"), std::nullopt);
  EXPECT_EQ(store.put("units/a", bytes), "");
  EXPECT_EQ(store.get("units/a"), bytes);
  EXPECT_EQ(store.put("units/a", ""), "");
  EXPECT_EQ(store.get("units/a"), "");
}

TEST_F(EntryStoreTest, AnEntryCutOffAnywhereIsNone) {
  store.put("a", bytes);
  const std::string whole = text("a");
  for (size_t size = 0; size < whole.size(); ++size) {
    writeOver("a", std::string_view(whole).substr(0, size));
    EXPECT_EQ(store.get("a"), std::nullopt) << size;
  }
  writeOver("a", whole + "x");
  EXPECT_EQ(store.get("a"), std::nullopt);
}

TEST_F(EntryStoreTest, AnEntryWithAnyByteAlteredIsNone) {
  store.put("a", bytes);
  const std::string whole = text("a");
  for (size_t i = 0; i < whole.size(); ++i) {
    std::string altered = whole;
    altered[i] = static_cast<char>(altered[i] ^ 0x10);
    writeOver("a", altered);
    EXPECT_EQ(store.get("a"), std::nullopt) << i;
  }
  EXPECT_EQ(store.put("a", bytes), "");
  EXPECT_EQ(store.get("a"), bytes);
}

TEST_F(EntryStoreTest, AnEntryUnderAnotherNameIsNone) {
  store.put("a", bytes);
  writeOver("b", text("a"));
  EXPECT_EQ(store.get("b"), std::nullopt);
}

TEST_F(EntryStoreTest, AFolderInThePlaceOfAnEntryIsAFault) {
  std::filesystem::create_directories(scratch.path("cache/a/inner"));
  EXPECT_EQ(store.get("a"), std::nullopt);
  EXPECT_THAT(store.put("a", bytes), Not(IsEmpty()));
}

TEST_F(EntryStoreTest, WhatCannotBeWrittenIsSaidAndLeavesNothing) {
  scratch.write("plain", "");
  EXPECT_EQ(EntryStore(scratch.path("plain/cache")).put("a", bytes), "Not a directory");
}

struct PruneTest : EntryStoreTest {
  std::string name(std::string_view text) { return "units/" + digestOf(text).hex(); }
  bool exists(const std::string &name) { return std::filesystem::exists(scratch.path("cache/" + name)); }
  void setAge(const std::string &name, time_t seconds) {
    timespec times[2]{{time(nullptr) - seconds, 0}, {time(nullptr) - seconds, 0}};
    ASSERT_EQ(utimensat(AT_FDCWD, scratch.path("cache/" + name).c_str(), times, 0), 0);
  }
};

TEST_F(PruneTest, WhatWasNotUsedForLongestGoesFirst) {
  const std::string large(100'000, 'x');
  for (const char *which : {"old", "used", "new"}) store.put(name(which), large);
  setAge(name("old"), 200'000);
  setAge(name("used"), 300'000);
  setAge(name("new"), 100'000);
  store.get(name("used"));
  prune(store.path(), 250'000);
  EXPECT_FALSE(exists(name("old")));
  EXPECT_TRUE(exists(name("used")));
  EXPECT_TRUE(exists(name("new")));
}

TEST_F(PruneTest, OnlyEntriesAreDeleted) {
  writeOver("notes.txt", "mine");
  writeOver("units/photo.jpg", "mine");
  writeOver(name("left") + ".tmp-12345678", "half");
  writeOver(name("being written") + ".tmp-12345678", "half");
  setAge("units/photo.jpg", 1'000'000);
  setAge(name("left") + ".tmp-12345678", 10'000);
  prune(store.path(), 1'000'000);
  EXPECT_FALSE(exists(name("left") + ".tmp-12345678"));
  EXPECT_TRUE(exists(name("being written") + ".tmp-12345678"));
  prune(store.path(), 0);
  EXPECT_TRUE(exists("notes.txt"));
  EXPECT_TRUE(exists("units/photo.jpg"));
}

} // namespace
} // namespace coroguard
