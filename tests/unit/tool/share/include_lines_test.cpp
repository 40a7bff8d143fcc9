#include "tool/share/include_lines.h"
#include <gmock/gmock.h>

namespace coroguard {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> surely(llvm::StringRef text) {
  std::vector<std::string> names;
  for (const IncludeLine &line : surelyObeyed(text).lines) names.push_back(line.isAngled ? "<" + line.name + ">" : line.name);
  return names;
}

TEST(SurelyObeyed, AreTheIncludesInTheirOrder) {
  EXPECT_THAT(surely("// first\n#include <a>\n /* x */ # include \"b.h\" // why\nint x;\n#include <c/d.h>\n"),
              ElementsAre("<a>", "b.h", "<c/d.h>"));
}

TEST(SurelyObeyed, AreNotThoseInTextOrComments) {
  EXPECT_THAT(surely("/*\n#include <a>\n*/\nauto x = R\"(\n#include <b>\n)\"; // \\\n#include <c>\n"), IsEmpty());
}

TEST(SurelyObeyed, AreThoseWithinTheGuard) {
  EXPECT_THAT(surely("// c\n#ifndef A_H\n#define A_H\n#include <a>\n#endif\n"), ElementsAre("<a>"));
  EXPECT_THAT(surely("#if !defined(A_H)\n#define A_H 1\n#include <a>\n#endif\n"), ElementsAre("<a>"));
  EXPECT_THAT(surely("#pragma once\n#include <a>\n"), ElementsAre("<a>"));
}

TEST(SurelyObeyed, AreNotThoseInOtherConditionals) {
  EXPECT_THAT(surely("#ifdef A\n#include <a>\n#else\n#include <b>\n#endif\n#include <c>\n"), ElementsAre("<c>"));
  EXPECT_THAT(surely("#ifndef A\n#include <a>\n#define A\n#endif\n"), IsEmpty());
  EXPECT_THAT(surely("#if !defined(A) && B\n#define A\n#include <a>\n#endif\n"), IsEmpty());
  EXPECT_THAT(surely("#ifndef A\n#define A\n#else\n#include <a>\n#endif\n"), IsEmpty());
}

TEST(SurelyObeyed, AreThoseOfEveryCppSince11) {
  EXPECT_THAT(surely("#if __cplusplus < 201103L\n#include <a>\n#else\n#include <b>\n#endif\n"), ElementsAre("<b>"));
  EXPECT_THAT(surely("#ifdef __cplusplus\n#include <a>\n#else\n#include <b>\n#endif\n"), ElementsAre("<a>"));
  EXPECT_THAT(surely("#if __cplusplus >= 201103L\n#include <a>\n#elif X\n#include <b>\n#else\n#include <c>\n#endif\n"), ElementsAre("<a>"));
  EXPECT_THAT(surely("#if __cplusplus >= 202002L\n#include <a>\n#else\n#include <b>\n#endif\n"), IsEmpty());
}

TEST(SurelyObeyed, AreNotThoseWithinBraces) {
  EXPECT_THAT(surely("extern \"C\" {\n#include <a>\n}\n#include <b>\n"), ElementsAre("<b>"));
  EXPECT_THAT(surely("#ifdef A\nnamespace a {\n#else\nnamespace b {\n#endif\n}\n#include <b>\n"), ElementsAre("<b>"));
}

TEST(SurelyObeyed, EndBeforeWhatCannotBeRead) {
  for (const char *odd : {"#include MACRO\n", "#include_next <x>\n", "#import <x>\n", "import std;\n", "module;\n", "#include <x> y\n"}) {
    IncludeLines found = surelyObeyed(std::string("#include <a>\n") + odd + "#include <b>\n");
    EXPECT_THAT(found.lines, ElementsAre(IncludeLine{"a", true})) << odd;
    EXPECT_FALSE(found.isWhole) << odd;
  }
  EXPECT_TRUE(surelyObeyed("#include <a>\n").isWhole);
}

TEST(SurelyObeyed, KnowsWhetherASecondInclusionAddsAnything) {
  EXPECT_TRUE(surelyObeyed("#pragma once\nint x;").isGuarded);
  EXPECT_TRUE(surelyObeyed("// text\n#ifndef A\n#define A\nint x;\n#endif // A\n").isGuarded);
  EXPECT_TRUE(surelyObeyed("#if !defined A\n# define A\n# if B\n# endif\n#endif").isGuarded);
  EXPECT_FALSE(surelyObeyed("#ifndef A\n#define A\n#endif\nint x;\n").isGuarded);
  EXPECT_FALSE(surelyObeyed("int x;\n#ifndef A\n#define A\n#endif\n").isGuarded);
  EXPECT_FALSE(surelyObeyed("#ifndef A\n#define B\n#endif\n").isGuarded);
  EXPECT_FALSE(surelyObeyed("#undef A\n#include <a>\n").isGuarded);
  EXPECT_FALSE(surelyObeyed("").isGuarded);
}

TEST(AllWritten, AreThoseInConditionalsToo) {
  EXPECT_THAT(allWritten("#if A\n#include <a>\n#else\n # include \"b\"\n#endif\n#include C\n"),
              ElementsAre(IncludeLine{"a", true}, IncludeLine{"b", false}));
}

} // namespace
} // namespace coroguard
