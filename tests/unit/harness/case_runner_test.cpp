// The harness itself: a difference is seen in either direction, and the order of units does not matter.
#include "harness/case_runner.h"
#include <algorithm>
#include <filesystem>
#include <gmock/gmock.h>

namespace coroguard::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CaseRunner : public ::testing::Test {
protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "coroguard-runner-XXXXXX").string();
    folder = std::filesystem::canonical(mkdtemp(pattern.data())).string();
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  std::vector<std::string> differences(const std::string &text) {
    return compare(parseCase(text), runCase(splitProgram(text, "case.cpp"), {"-std=c++20"}, "", folder));
  }

  std::string folder;
};

const std::string head = "#include <task.h>\nmock::lazy_task<> f();\n"; // two lines

TEST_F(CaseRunner, WhatIsExpectedAndFoundIsNoDifference) {
  EXPECT_THAT(differences(head + "void g() { f(); } // warn: unawaited-coroutine \"'f()'\"\n"), IsEmpty());
  EXPECT_THAT(differences(head + "void g() { f(); } // false alarm: unawaited-coroutine\n"), IsEmpty());
  EXPECT_THAT(differences(head + "void g() {} // missed alarm: unawaited-coroutine\n"), IsEmpty());
  EXPECT_THAT(differences(head + "void g() { f(); } // warn: unawaited-coroutine \"f\" // fact: drop f statement lazy\n"), IsEmpty());
}

TEST_F(CaseRunner, EveryDifferenceIsSaid) {
  EXPECT_THAT(differences(head + "void g() { f(); }\n"), ElementsAre(HasSubstr("3: unexpected unawaited-coroutine")));
  EXPECT_THAT(differences(head + "void g() {} // warn: unawaited-coroutine \"f\"\n"), ElementsAre(HasSubstr("3: expected")));
  EXPECT_THAT(differences(head + "void g() {} // false alarm: unawaited-coroutine\n"), ElementsAre(HasSubstr("remove the marker")));
  EXPECT_THAT(differences(head + "void g() { f(); } // missed alarm: unawaited-coroutine\n"), ElementsAre(HasSubstr("no longer missed")));
  EXPECT_THAT(differences(head + "void g() {} // note: \"x\"\n"), ElementsAre(HasSubstr("expected a note")));
  EXPECT_THAT(differences(head + "void g() {} // fact: drop f\n"), ElementsAre(HasSubstr("expected a fact")));
  EXPECT_THAT(differences("int g( {\n"), ::testing::Contains(HasSubstr("1: problem:")));
}

TEST_F(CaseRunner, AWrongFragmentIsTwoDifferences) {
  EXPECT_THAT(differences(head + "void g() { f(); } // warn: unawaited-coroutine \"other\"\n"),
              ElementsAre(HasSubstr("expected"), HasSubstr("unexpected")));
}

TEST_F(CaseRunner, TwoFindingsOnALineNeedTwoMarkers) {
  EXPECT_THAT(differences(head + "void g() { f(), f(); } // warn: unawaited-coroutine \"f\"\n"), ElementsAre(HasSubstr("unexpected")));
  EXPECT_THAT(differences(head + "void g() { f(), f(); } // warn: unawaited-coroutine \"f\" // warn: unawaited-coroutine \"f\"\n"),
              IsEmpty());
}

TEST_F(CaseRunner, FactsAndFindingsAreTheSameInEveryOrderOfUnits) {
  std::vector<Part> parts = splitProgram("//--- a.h\n"
                                         "#pragma once\n#include <task.h>\n#include <unistd.h>\n"
                                         "inline void nap() { sleep(1); }\nvoid far();\nmock::lazy_task<> task();\n"
                                         "template <class T> void any(T) { task(); }\n"
                                         "//--- 1.cpp\n#include \"a.h\"\nstatic void local() { nap(); }\nvoid far() { local(); }\n"
                                         "//--- 2.cpp\n#include \"a.h\"\nmock::lazy_task<> task() { far(); nap(); co_return; }\n"
                                         "//--- 3.cpp\n#include \"a.h\"\nstatic void local() {}\nvoid use() { local(), any(1), task(); }\n",
                                         "case.cpp");
  auto outcome = [&] {
    CaseRun run = runCase(parts, {"-std=c++20"}, "", folder);
    EXPECT_THAT(run.problems, IsEmpty());
    std::string text = run.facts;
    for (const Diagnostic &d : run.diagnostics) {
      text += std::to_string(d.location.line) + " " + d.message + "\n";
      for (const Note &note : d.notes) text += "  " + std::to_string(note.location.line) + " " + note.message + "\n";
    }
    return text;
  };
  std::string expected = outcome();
  EXPECT_THAT(expected, HasSubstr("'far' ends in 'sleep'"));
  auto byName = [](const Part &a, const Part &b) { return a.name < b.name; };
  std::sort(parts.begin() + 1, parts.end(), byName); // the header stays in front: it must be there to be included
  while (std::next_permutation(parts.begin() + 1, parts.end(), byName)) EXPECT_EQ(outcome(), expected);
}

} // namespace
} // namespace coroguard::testing
