#include "language/await_result.h"
#include "snippet.h"

namespace coroguard::test {
namespace {

std::string resultOf(const std::string &code) {
  Snippet snippet(prelude + code);
  clang::QualType result = awaitResult(snippet.type("x"), snippet.context());
  return result.isNull() ? "" : result.getCanonicalType().getAsString();
}

TEST(AwaitResult, IsWhatAwaitResumeGives) {
  EXPECT_EQ(resultOf("extern Awaiter x;"), "int");
  EXPECT_EQ(resultOf("struct X { Awaiter operator co_await() &&; }; extern X x;"), "int");
  EXPECT_EQ(resultOf("template <class T> struct A { bool await_ready(); void await_suspend(std::coroutine_handle<>);"
                     " T *await_resume(); }; extern A<char> x; int n = sizeof(x);"),
            "char *");
}

TEST(AwaitResult, OrTheFirstArgumentOfTheTemplate) {
  EXPECT_EQ(resultOf("template <class T> struct F {}; template <class T> Awaiter operator co_await(F<T>); extern F<char> x;"
                     " int n = sizeof(x);"),
            "char");
  EXPECT_EQ(resultOf("extern Guard x;"), "");
  EXPECT_EQ(resultOf("int x;"), "");
}

TEST(AwaitResult, RvaluesOnly) {
  auto only = [](const std::string &code) {
    Snippet snippet(prelude + code);
    return awaitsRvalueOnly(snippet.type("x"), snippet.context());
  };
  EXPECT_TRUE(only("struct X { Awaiter operator co_await() &&; }; extern X x;"));
  EXPECT_FALSE(only("struct X { Awaiter operator co_await() &&; Awaiter operator co_await() &; }; extern X x;"));
  EXPECT_FALSE(only("struct X { Awaiter operator co_await(); }; extern X x;"));
  EXPECT_FALSE(only("extern Awaiter x;"));
}

TEST(AwaitResult, NamesOfGuards) {
  auto isGuard = [](const std::string &name, const std::string &members) {
    Snippet snippet(prelude + ("struct " + name + " { " + members + " }; extern " + name + " x;"));
    return isNamedLikeGuard(snippet.type("x"));
  };
  for (const char *name : {"lock", "unique_lock", "UniqueLock", "lock_t", "semaphore_units", "ScopedGuard", "permit", "holder"})
    EXPECT_TRUE(isGuard(name, "~" + std::string(name) + "();")) << name;
  for (const char *name : {"block", "wallclock", "Flock", "lock_service", "Lockable", "shareholder"})
    EXPECT_FALSE(isGuard(name, "~" + std::string(name) + "();")) << name;
  EXPECT_FALSE(isGuard("lock", "int number;"));
}

} // namespace
} // namespace coroguard::test
