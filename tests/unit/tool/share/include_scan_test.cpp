#include "tool/share/include_scan.h"
#include "unit/tool/scratch_folder.h"
#include <gmock/gmock.h>

namespace coroguard {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct IncludeScanTest : testing::Test {
  test::ScratchFolder scratch;
  ProjectScope scope{scratch.path("project")};
  IncludeScan scan{scope, {{scratch.path("project"), scratch.path("foreign")}, 1}};

  IncludeScanTest() {
    for (const char *name : {"a", "b", "c"}) scratch.write(std::string("foreign/") + name, "#pragma once\n");
    scratch.write("foreign/open", "int x;\n");
  }
  std::vector<std::string> directives(std::string_view text) {
    std::vector<std::string> found;
    for (const ForeignInclude &one : scan.foreignIncludes(scratch.write("project/unit.cpp", text))) found.push_back(one.directive);
    return found;
  }
};

TEST_F(IncludeScanTest, LooksThroughHeadersOfTheProject) {
  scratch.write("project/own.h", "#pragma once\n#include <b>\n#include \"own.h\"\n");
  EXPECT_THAT(directives("#include <a>\n#include \"own.h\"\n#include \"c\"\n#include <b>\n"), ElementsAre("<a>", "<b>", "\"c\""));
}

TEST_F(IncludeScanTest, EndsWhereAHeaderOfTheProjectCannotBeRead) {
  scratch.write("project/own.h", "#include <a>\n#include MACRO\n");
  EXPECT_THAT(directives("#include \"own.h\"\n#include <b>\n"), ElementsAre("<a>"));
}

TEST_F(IncludeScanTest, EndsAtAHeaderThatIsNotThere) {
  EXPECT_THAT(directives("#include <a>\n#include <gone>\n#include <b>\n"), ElementsAre("<a>"));
}

TEST_F(IncludeScanTest, LeavesOutWhatMayBeIncludedTwice) {
  EXPECT_THAT(directives("#include <a>\n#include <open>\n#include <b>\n"), ElementsAre("<a>", "<b>"));
}

TEST_F(IncludeScanTest, LooksForAngledNamesInAngledFoldersOnly) {
  scratch.write("project/a", "#pragma once\n#include <c>\n");
  EXPECT_THAT(directives("#include <a>\n"), ElementsAre("<a>"));
}

TEST_F(IncludeScanTest, WeighsEachFileOnce) {
  scratch.write("foreign/d", "#include <e>\n#if X\n#include <f>\n#endif\n");
  scratch.write("foreign/e", "#include <f>\n");
  scratch.write("foreign/f", std::string(1000, ' '));
  EXPECT_EQ(scan.weight({scratch.path("foreign/d")}), 39u + 13u + 1000u);
  EXPECT_EQ(scan.weight({scratch.path("foreign/d"), scratch.path("foreign/e")}), 39u + 13u + 1000u);
}

} // namespace
} // namespace coroguard
