#include "language/awaitable.h"
#include "language/coroutine.h"
#include "snippet.h"

using namespace clang;

namespace coroguard::test {
namespace {

/// The kind of the global variable `x`.
AwaitableKind kindOf(const std::string &code) {
  Snippet snippet(prelude + code);
  return awaitableKind(snippet.type("x"), snippet.context());
}

AwaitableKind kindIn(const std::string &promiseMembers, const std::string &code) {
  Snippet snippet(prelude + code + "\nstruct Coro { struct promise_type { " + promiseMembers +
                  " }; }; extern Coro coro;");
  return awaitableKind(snippet.type("x"), snippet.context(),
                       promiseOf(snippet.type("coro"), snippet.context()));
}

TEST(Awaitable, TypeWithTheThreeMembersIsAnAwaiter) {
  EXPECT_EQ(kindOf("extern Awaiter x;"), AwaitableKind::Awaiter);
  EXPECT_EQ(kindOf("extern std::suspend_always x;"), AwaitableKind::Awaiter);
}

TEST(Awaitable, TwoOfTheThreeMembersAreNotEnough) {
  EXPECT_EQ(kindOf("struct X { bool await_ready(); int await_resume(); } x;"), AwaitableKind::None);
}

TEST(Awaitable, OrdinaryTypesAreNone) {
  EXPECT_EQ(kindOf("int x;"), AwaitableKind::None);
  EXPECT_EQ(kindOf("int *x;"), AwaitableKind::None);
  EXPECT_EQ(kindOf("extern Guard x;"), AwaitableKind::None);
  EXPECT_FALSE(isAwaitable(AwaitableKind::None));
}

TEST(Awaitable, PointerToAnAwaiterIsNone) { EXPECT_EQ(kindOf("Awaiter *x;"), AwaitableKind::None); }

TEST(Awaitable, ReferencesAreLookedThrough) {
  EXPECT_EQ(kindOf("extern Awaiter &x;"), AwaitableKind::Awaiter);
  EXPECT_EQ(kindOf("extern const Awaiter &&x;"), AwaitableKind::Awaiter);
}

TEST(Awaitable, MembersMayComeFromDifferentBases) {
  EXPECT_EQ(kindOf(R"(struct A { bool await_ready(); }; struct B { int await_resume(); };
    struct X : A, B { void await_suspend(std::coroutine_handle<>); } x;)"),
            AwaitableKind::Awaiter);
}

TEST(Awaitable, MemberOperatorIsFound) {
  EXPECT_EQ(kindOf("struct X { Awaiter operator co_await(); } x;"), AwaitableKind::MemberCoAwait);
  EXPECT_EQ(kindOf("struct B { Awaiter operator co_await() &&; }; struct X : B {} x;"),
            AwaitableKind::MemberCoAwait);
}

TEST(Awaitable, FreeOperatorIsFoundInTheTypesNamespace) {
  EXPECT_EQ(kindOf("namespace n { struct X {}; Awaiter operator co_await(X); } n::X x;"),
            AwaitableKind::FreeCoAwait);
}

TEST(Awaitable, FreeOperatorForAnotherTypeDoesNotCount) {
  EXPECT_EQ(kindOf("namespace n { struct X {}; struct Y {}; Awaiter operator co_await(Y); } n::X x;"),
            AwaitableKind::None);
}

TEST(Awaitable, FreeOperatorIsFoundAroundAnInlineNamespace) {
  EXPECT_EQ(
      kindOf("namespace n { inline namespace v1 { struct X {}; } Awaiter operator co_await(X &&); } n::X x;"),
      AwaitableKind::FreeCoAwait);
}

TEST(Awaitable, FreeOperatorTemplateMatchesItsClassTemplate) {
  const std::string templates =
      R"(namespace n { template <class T> struct X {}; template <class T> struct Y {};
    template <class T> Awaiter operator co_await(X<T> &&); })";
  EXPECT_EQ(kindOf(templates + "n::X<int> x;"), AwaitableKind::FreeCoAwait);
  EXPECT_EQ(kindOf(templates + "n::Y<int> x;"), AwaitableKind::None);
}

TEST(Awaitable, FreeOperatorIsFoundInTheNamespaceOfATemplateArgument) {
  EXPECT_EQ(kindOf(R"(namespace lib { template <class T> struct Box {}; }
    namespace n { struct X {}; Awaiter operator co_await(lib::Box<X>); } lib::Box<n::X> x;)"),
            AwaitableKind::FreeCoAwait);
}

TEST(Awaitable, FreeOperatorForABaseIsFound) {
  EXPECT_EQ(kindOf(R"(namespace n { struct Base {}; Awaiter operator co_await(const Base &); }
    struct X : n::Base {} x;)"),
            AwaitableKind::FreeCoAwait);
}

TEST(Awaitable, FreeOperatorForAnyTypeCountsUnlessItIsConstrained) {
  EXPECT_EQ(
      kindOf("namespace n { struct X {}; template <class T> Awaiter operator co_await(T &&); } n::X x;"),
      AwaitableKind::FreeCoAwait);
  EXPECT_EQ(kindOf(R"(namespace n { struct X {}; template <class T> requires (sizeof(T) > 64)
    Awaiter operator co_await(T &&); } n::X x;)"),
            AwaitableKind::None);
}

TEST(Awaitable, HiddenFriendIsFound) {
  EXPECT_EQ(kindOf("struct X { friend Awaiter operator co_await(X) { return {}; } } x;"),
            AwaitableKind::FreeCoAwait);
}

TEST(Awaitable, AwaitTransformMakesATypeAwaitableInItsCoroutinesOnly) {
  EXPECT_EQ(kindIn("Awaiter await_transform(Guard);", "extern Guard x;"), AwaitableKind::Transformed);
  EXPECT_EQ(kindIn("Awaiter await_transform(Guard);", "extern Task x;"), AwaitableKind::None);
  EXPECT_EQ(kindIn("Awaiter await_transform(int);", "extern int x;"), AwaitableKind::Transformed);
  EXPECT_EQ(kindOf("extern Guard x;"), AwaitableKind::None);
}

TEST(Awaitable, AwaitTransformForAnyTypeHandsThroughAndMakesNothingAwaitable) {
  EXPECT_EQ(kindIn("template <class T> T &&await_transform(T &&);", "extern Guard x;"), AwaitableKind::None);
  EXPECT_EQ(kindIn("template <class T> T &&await_transform(T &&);", "extern Awaiter x;"),
            AwaitableKind::Awaiter);
}

TEST(Awaitable, DeletedAwaitTransformMakesNothingAwaitable) {
  EXPECT_EQ(kindIn("Awaiter await_transform(Guard) = delete;", "extern Guard x;"), AwaitableKind::None);
}

TEST(Awaitable, TemplateThatIsNotInstantiatedIsJudgedByItsPattern) {
  Snippet snippet(std::string(prelude) +
                  "template <class T> struct X { Awaiter operator co_await(); }; X<int> f();");
  EXPECT_EQ(awaitableKind(snippet.function("f").getReturnType(), snippet.context()),
            AwaitableKind::MemberCoAwait);
}

} // namespace
} // namespace coroguard::test
