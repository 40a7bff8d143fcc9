#include "tests/unit/tool/report/small_report.h"
#include <llvm/Support/JSON.h>

namespace coroguard {
namespace {

using test::written;

TEST(JsonReport, Golden) { test::expectGolden("json"); }

TEST(JsonReport, IsJsonWhateverTheBytes) {
  Report report = test::smallReport();
  report.diagnostics[0].message = "bad \xff byte \"quoted\"\n";
  report.problems[0].location.file = "/p/\xfe.cpp";
  for (const char *format : {"json", "sarif"}) {
    auto parsed = llvm::json::parse(written(format, report));
    EXPECT_TRUE(bool(parsed)) << format;
    if (!parsed) llvm::consumeError(parsed.takeError());
  }
}

TEST(JsonReport, EmptyReportHasEveryKey) {
  auto parsed = llvm::json::parse(written("json", {}));
  ASSERT_TRUE(bool(parsed));
  for (const char *key : {"version", "findings", "problems", "summary"})
    EXPECT_NE(parsed->getAsObject()->get(key), nullptr) << key;
}

} // namespace
} // namespace coroguard
