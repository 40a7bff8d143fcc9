#include "tool/intake/units.h"
#include <filesystem>
#include <gmock/gmock.h>
#include <llvm/ADT/SmallVector.h>
#include <llvm/ADT/StringRef.h>

namespace coroguard {
namespace {

/// The repaired words without the tail that every command line gets.
std::string repaired(llvm::StringRef line) {
  std::vector<std::string> words;
  llvm::SmallVector<llvm::StringRef> parts;
  line.split(parts, ' ', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef part : parts) words.push_back(part.str());
  std::string text;
  for (const std::string &word : repairArguments(words, "/res")) text += (text.empty() ? "" : " ") + word;
  const std::string tail = " -Qunused-arguments -fsyntax-only -w -ferror-limit=0 -resource-dir /res";
  size_t at = text.find(tail);
  return at == std::string::npos ? "tail is missing: " + text : text.erase(at, tail.size());
}

TEST(RepairArguments, KeepsWhatDecidesTheMeaning) {
  EXPECT_EQ(
      repaired(
          "g++ -std=c++20 -DX=1 -Iinc -isystem sys -pthread -O2 -g -fno-exceptions -fsanitize=address a.cpp"),
      "g++ -std=c++20 -DX=1 -Iinc -isystem sys -pthread -O2 -g -fno-exceptions -fsanitize=address a.cpp");
}

TEST(RepairArguments, DropsOutputs) {
  EXPECT_EQ(repaired("clang++ -o a.o -c a.cpp"), "clang++ a.cpp");
  EXPECT_EQ(repaired("clang++ -oa.o -S a.cpp"), "clang++ a.cpp");
  EXPECT_EQ(repaired("clang++ a.cpp -o"), "clang++ a.cpp");
  EXPECT_EQ(repaired("clang++ -save-temps=obj --serialize-diagnostics d.dia a.cpp"), "clang++ a.cpp");
}

TEST(RepairArguments, DropsDependencyFiles) {
  EXPECT_EQ(repaired("g++ -MD -MT a.o -MF a.d -MQ b -MP -MMD -Wp,-MD,x.d -MFjoined.d -MJ j.json a.cpp"),
            "g++ a.cpp");
  EXPECT_EQ(repaired("g++ -Wp,-D_FORTIFY_SOURCE=2 a.cpp"), "g++ -Wp,-D_FORTIFY_SOURCE=2 a.cpp");
}

TEST(RepairArguments, DropsErrorsFromWarningsAndColours) {
  EXPECT_EQ(repaired("g++ -Wall -Werror -Werror=shadow -pedantic-errors -fdiagnostics-color=always a.cpp"),
            "g++ -Wall a.cpp");
}

TEST(RepairArguments, DropsWhatOnlyGccKnows) {
  EXPECT_EQ(repaired("g++ -fcoroutines -fconcepts-diagnostics-depth=2 -fmodules-ts -fmodule-mapper=m "
                     "-fdeps-format=p1689r5 "
                     "-fno-gnu-unique -fno-canonical-system-headers -fipa-pta a.cpp"),
            "g++ a.cpp");
}

TEST(RepairArguments, TakesTheHeaderInsteadOfItsPrecompiledForm) {
  EXPECT_EQ(repaired("g++ -Winvalid-pch -include /b/cmake_pch.hxx a.cpp"),
            "g++ -Xclang -include -Xclang /b/cmake_pch.hxx a.cpp");
  EXPECT_EQ(repaired("clang++ -Xclang -include-pch -Xclang /b/cmake_pch.hxx.pch -Xclang -include -Xclang "
                     "/b/cmake_pch.hxx "
                     "-Xclang -fno-pch-timestamp a.cpp"),
            "clang++ -Xclang -include -Xclang /b/cmake_pch.hxx a.cpp");
  EXPECT_EQ(repaired("clang++ -include-pch x.pch -include y.h --include=z.h a.cpp"),
            "clang++ -Xclang -include -Xclang y.h -Xclang -include -Xclang z.h a.cpp");
}

TEST(RepairArguments, DropsPlugins) {
  EXPECT_EQ(
      repaired(
          "clang++ -fplugin=p.so -fplugin-arg-p-x=1 -Xclang -load -Xclang p.so -Xclang -add-plugin -Xclang p "
          "-Xclang -plugin-arg-p -Xclang x a.cpp"),
      "clang++ a.cpp");
  EXPECT_EQ(repaired("clang++ -Xclang -fallow-half-arguments-and-returns a.cpp"),
            "clang++ -Xclang -fallow-half-arguments-and-returns a.cpp");
}

TEST(RepairArguments, DropsProfileData) {
  EXPECT_EQ(
      repaired("g++ -fprofile-use -fprofile-use=/gone -fprofile-generate=d -fprofile-dir=d -fprofile-arcs "
               "-fauto-profile=x.afdo -fbranch-probabilities -ftest-coverage --coverage a.cpp"),
      "g++ a.cpp");
  EXPECT_EQ(repaired("clang++ -fprofile-instr-use=x.profdata -fprofile-instr-generate -fprofile-sample-use=x "
                     "-fcs-profile-generate -fcoverage-mapping -coverage -fmemory-profile-use=x "
                     "-Xclang -fprofile-instrument-use-path=x -Xclang -fprofile-instrument=clang a.cpp"),
            "clang++ a.cpp");
}

TEST(RepairArguments, DropsLaunchers) {
  EXPECT_EQ(repaired("ccache g++ a.cpp"), "g++ a.cpp");
  EXPECT_EQ(repaired("/usr/bin/sccache /usr/bin/clang++ a.cpp"), "/usr/bin/clang++ a.cpp");
  EXPECT_EQ(repaired("ccache compiler_check=content distcc g++ a.cpp"), "g++ a.cpp");
  EXPECT_EQ(repaired("/usr/bin/cmake -E env CCACHE_DIR=/c ccache c++ -DA=1 a.cpp"), "c++ -DA=1 a.cpp");
  EXPECT_EQ(repaired("env LANG=C g++ a.cpp"), "g++ a.cpp");
  EXPECT_EQ(repaired("/usr/lib/ccache/g++ a.cpp"), "/usr/lib/ccache/g++ a.cpp");
  EXPECT_EQ(repaired("ccache"), "ccache");
}

TEST(RepairArguments, StaysInFrontOfTheInputs) {
  std::vector<std::string> words = repairArguments({"clang++", "-c", "--", "-o.cpp"}, "/res");
  EXPECT_EQ(words[words.size() - 2], "--");
  EXPECT_EQ(words.back(), "-o.cpp");
  EXPECT_THAT(words, testing::Contains("-fsyntax-only"));
}

TEST(RepairArguments, OurResourceDirectoryWins) {
  EXPECT_EQ(repaired("clang++ -resource-dir /other -resource-dir=/another a.cpp"), "clang++ a.cpp");
}

TEST(RepairArguments, IsIdempotent) {
  std::vector<std::string> once = repairArguments({"g++", "-include", "x.h", "-c", "a.cpp"}, "/res");
  EXPECT_EQ(repairArguments(once, "/res"), once);
}

TEST(RepairArguments, SurvivesOptionsWithoutTheirValue) {
  for (const char *line :
       {"g++ -Xclang", "g++ -include", "g++ -MF", "g++ -Xclang -include-pch", "g++ -Xclang -load -Xclang"})
    EXPECT_EQ(repaired(line).rfind("g++", 0), 0u) << line;
  EXPECT_FALSE(repairArguments({}, "/res").empty());
}

TEST(ResourceDirectory, HoldsClangsHeaders) {
  EXPECT_TRUE(std::filesystem::exists(resourceDirectory() + "/include/stddef.h")) << resourceDirectory();
}

} // namespace
} // namespace coroguard
