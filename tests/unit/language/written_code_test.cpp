#include "language/written_code.h"
#include "snippet.h"

using namespace clang;

namespace coroguard::test {
namespace {

/// The functions that are called in the body of `f`, in the order of the visits.
std::string callsIn(const std::string &code) {
  Snippet snippet(prelude + code);
  std::string names;
  forEachWritten(snippet.function("f").getBody(), [&](const Stmt &stmt) {
    const auto *call = dyn_cast<CallExpr>(&stmt);
    const FunctionDecl *callee = call ? call->getDirectCallee() : nullptr;
    if (callee && callee->getIdentifier()) names += callee->getNameAsString() + " ";
    return true;
  });
  return names;
}

TEST(WrittenCode, VisitsStatementsInOrder) {
  EXPECT_EQ(callsIn("void f() { before(); if (condition()) inside(); else handle(); after(); }"),
            "before condition inside handle after ");
  EXPECT_EQ(callsIn("void f() { bool b = condition(); for (; condition();) inside(); }"), "condition condition inside ");
}

TEST(WrittenCode, LeavesTheMachineryOfCoroutinesOut) {
  EXPECT_EQ(callsIn("Task f() { before(); co_await wait(); after(); }"), "before wait after ");
}

TEST(WrittenCode, OtherFunctionsAreNotInside) {
  EXPECT_EQ(callsIn("void f() { auto l = [b = condition()] { inside(); }; }"), "condition ");
  EXPECT_EQ(callsIn("void f() { struct L { void m() { inside(); } }; before(); }"), "before ");
}

TEST(WrittenCode, WhatIsNotEvaluatedIsLeftOut) {
  EXPECT_EQ(callsIn("void f() { (void)sizeof(condition()); (void)noexcept(before()); }"), "");
  EXPECT_EQ(callsIn("void f() { if constexpr (sizeof(int) > 100) before(); else after(); }"), "after ");
  EXPECT_EQ(callsIn("void f() { if constexpr (sizeof(int) < 100) before(); else after(); }"), "before ");
}

} // namespace
} // namespace coroguard::test
