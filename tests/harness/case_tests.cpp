// A test per file of tests/cases and tests/programs and per library it is replayed with; and the same findings with
// and without parsing foreign function bodies.
#include "harness/case_runner.h"
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

namespace coroguard::testing {
namespace {

namespace fs = std::filesystem;

std::string readFile(const fs::path &file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

/// A folder of its own for every run, removed at the end.
class ScratchFolder {
public:
  ScratchFolder() {
    std::string pattern = (fs::temp_directory_path() / "coroguard-case-XXXXXX").string();
    folder = fs::canonical(mkdtemp(pattern.data()));
  }
  ~ScratchFolder() { fs::remove_all(folder); }
  std::string path() const { return folder.string(); }

private:
  fs::path folder;
};

std::string describe(const CaseRun &run) {
  std::string text;
  for (const Diagnostic &d : run.diagnostics)
    text += std::to_string(d.location.line) + ":" + std::to_string(d.location.column) + " " + d.rule + " " + d.message + "\n";
  return text;
}

class CaseTest : public ::testing::Test {
public:
  CaseTest(fs::path file, std::string mock) : file(std::move(file)), mock(std::move(mock)) {}

  void TestBody() override {
    std::string text = readFile(file);
    CaseText expected = parseCase(text);
    std::vector<Part> parts = splitProgram(text, file.filename());
    ScratchFolder folder;
    CaseRun run = runCase(parts, expected.flags, mock, folder.path());
    for (const std::string &difference : compare(expected, run)) ADD_FAILURE() << file.string() << ":" << difference;
    CaseRun complete = runCase(parts, expected.flags, mock, folder.path(), /*skipForeignBodies=*/false);
    EXPECT_EQ(describe(run), describe(complete)) << "skipping foreign bodies changes findings of " << file;
    for (const std::string &standard : expected.standards) {
      std::vector<std::string> flags = expected.flags;
      std::erase_if(flags, [](const std::string &flag) { return flag.starts_with("-std="); });
      flags.push_back(standard);
      for (const std::string &difference : compare(expected, runCase(parts, flags, mock, folder.path())))
        ADD_FAILURE() << file.string() << " with " << standard << ":" << difference;
    }
  }

private:
  fs::path file;
  std::string mock;
};

void registerCase(const fs::path &file, const std::string &root) {
  std::vector<std::string> mocks = parseCase(readFile(file)).mocks;
  if (mocks.empty()) mocks.push_back("");
  for (const std::string &mock : mocks) {
    std::string name = fs::relative(file, root).string() + (mock.empty() ? "" : " for " + mock);
    ::testing::RegisterTest("Cases", name.c_str(), nullptr, nullptr, __FILE__, __LINE__,
                            [file, mock]() -> ::testing::Test * { return new CaseTest(file, mock); });
  }
}

void registerFolder(const std::string &folder) {
  std::vector<fs::path> files;
  for (const auto &entry : fs::recursive_directory_iterator(folder))
    if (entry.path().extension() == ".cpp") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  for (const fs::path &file : files) registerCase(file, COROGUARD_SOURCE_DIR "/tests");
}

} // namespace
} // namespace coroguard::testing

int main(int argc, char **argv) {
  ::testing::InitGoogleTest(&argc, argv);
  coroguard::testing::registerFolder(COROGUARD_SOURCE_DIR "/tests/cases");
  coroguard::testing::registerFolder(COROGUARD_SOURCE_DIR "/tests/programs");
  return RUN_ALL_TESTS();
}
