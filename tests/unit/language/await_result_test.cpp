#include "language/await_result.h"
#include "snippet.h"

using namespace clang;

namespace coroguard::test {
namespace {

std::string resultOf(const std::string &code) {
  Snippet snippet(prelude + code);
  QualType result = awaitResult(snippet.type("x"), snippet.context());
  return result.isNull() ? "" : result.getAsString();
}

TEST(AwaitResult, IsWhatTheAwaiterResumesWith) {
  EXPECT_EQ(resultOf("extern Awaiter x;"), "int");
  EXPECT_EQ(resultOf("extern std::suspend_always x;"), "void");
  EXPECT_EQ(resultOf("struct X { Awaiter operator co_await(); } x;"), "int");
}

TEST(AwaitResult, ElseTheFirstTypeArgument) {
  EXPECT_EQ(resultOf("template <class T> struct X {}; template <class T> Awaiter operator co_await(X<T>); X<long> x;"), "long");
}

TEST(AwaitResult, IsNotKnownOfOtherTypes) {
  EXPECT_EQ(resultOf("int x;"), "");
  EXPECT_EQ(resultOf("extern Guard x;"), "");
}

} // namespace
} // namespace coroguard::test
