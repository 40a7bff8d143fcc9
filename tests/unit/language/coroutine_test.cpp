#include "language/coroutine.h"
#include "snippet.h"
#include <clang/AST/StmtCXX.h>

using namespace clang;

namespace coroguard::test {
namespace {

std::size_t pointsIn(const std::string &code, const std::string &function = "f") {
  Snippet snippet(prelude + code);
  auto view = CoroutineView::of(snippet.function(function));
  EXPECT_TRUE(view.has_value());
  return view ? view->suspensions().size() : 0;
}

// Measured: a coawaitExpr matcher finds 36 nodes here, with the implicit code filtered out still 33.
constexpr const char *tenAwaits = R"(
Task one() {
  co_await wait();
  int x = co_await wait();
  if (co_await wait()) co_return;
  x += co_await waitFor(co_await wait());
}
Task two() {
  for (int i = co_await wait(); i < 3; ++i) {}
  while (co_await wait()) after();
  waitFor(co_await wait());
  Guard guard(co_await wait());
}
Task three() {
  co_await wait();
}
)";

TEST(CoroutineView, HasExactlyTheTenAwaitsThatAreWritten) {
  Snippet snippet(std::string(prelude) + tenAwaits);
  std::size_t points = 0;
  for (const char *name : {"one", "two", "three"})
    points += CoroutineView::of(snippet.function(name))->suspensions().size();
  EXPECT_EQ(points, 10u);
}

TEST(CoroutineView, FunctionContainingOnlyACoroutineLambdaIsNoCoroutine) {
  Snippet snippet(std::string(prelude) + "void f() { auto l = []() -> Task { co_await wait(); }; }");
  EXPECT_FALSE(CoroutineView::of(snippet.function("f")));
  auto lambda = CoroutineView::of(snippet.function("lambda in f"));
  ASSERT_TRUE(lambda);
  EXPECT_EQ(lambda->suspensions().size(), 1u);
}

TEST(CoroutineView, LeavesOutTheAwaitsOfNestedLambdasAndLocalClasses) {
  EXPECT_EQ(pointsIn(R"(Task f() {
    auto l = []() -> Task { co_await wait(); };
    struct Local { Task g() { co_await wait(); } };
    co_await wait();
  })"),
            1u);
}

TEST(CoroutineView, CountsAnAwaitInALambdasCapture) {
  EXPECT_EQ(pointsIn("Task f() { auto l = [x = co_await wait()] { return x; }; }"), 1u);
}

TEST(CoroutineView, IsNothingForAPlainFunctionOrADeclaration) {
  Snippet snippet(std::string(prelude) + "Task declared(); void plain() {}");
  EXPECT_FALSE(CoroutineView::of(snippet.function("declared")));
  EXPECT_FALSE(CoroutineView::of(snippet.function("plain")));
}

TEST(CoroutineView, FindsTheDefinitionFromADeclaration) {
  Snippet snippet(std::string(prelude) + "Task f(); Task f() { co_return; }");
  auto view = CoroutineView::of(*snippet.functions("f").front());
  ASSERT_TRUE(view);
  EXPECT_TRUE(view->function().isThisDeclarationADefinition());
  EXPECT_EQ(view->promise()->getName(), "promise_type");
  EXPECT_TRUE(view->suspensions().empty());
}

TEST(CoroutineView, WrittenBodyIsWhatStandsBetweenTheBraces) {
  Snippet snippet(std::string(prelude) + "Task f() { co_return; }");
  auto view = CoroutineView::of(snippet.function("f"));
  EXPECT_TRUE(isa<CompoundStmt>(view->writtenBody()));
}

TEST(CoroutineView, YieldHasTheYieldedExpressionAsOperand) {
  Snippet snippet(std::string(prelude) + "Task f() { co_yield 42; }");
  auto view = CoroutineView::of(snippet.function("f"));
  ASSERT_EQ(view->suspensions().size(), 1u);
  EXPECT_EQ(view->suspensions()[0].kind, SuspensionKind::Yield);
  EXPECT_TRUE(isa<IntegerLiteral>(view->suspensions()[0].operand));
}

TEST(CoroutineView, AwaitHasTheWrittenOperandEvenThroughAwaitTransform) {
  Snippet snippet(std::string(prelude) + R"(
    struct Other { struct promise_type : Task::promise_type {
      Other get_return_object(); Awaiter await_transform(int); }; };
    Other f() { co_await 7; })");
  auto view = CoroutineView::of(snippet.function("f"));
  ASSERT_EQ(view->suspensions().size(), 1u);
  EXPECT_TRUE(isa<IntegerLiteral>(view->suspensions()[0].operand));
}

TEST(CoroutineView, ListsPointsInSourceOrder) {
  Snippet snippet(std::string(prelude) + "Task f() { co_await waitFor(co_await wait()); co_yield 1; }");
  auto view = CoroutineView::of(snippet.function("f"));
  ASSERT_EQ(view->suspensions().size(), 3u);
  EXPECT_TRUE(view->suspensions()[0].expression->getBeginLoc() <
              view->suspensions()[1].expression->getBeginLoc());
  EXPECT_EQ(view->suspensions()[2].kind, SuspensionKind::Yield);
}

TEST(CoroutineView, CountsAnAwaitInAnInitialiserListOnce) {
  EXPECT_EQ(
      pointsIn(
          "struct Pair { int a, b; }; Task f() { Pair p{co_await wait(), 2}; int q[] = {co_await wait()}; }"),
      2u);
}

TEST(CoroutineView, CountsAnAwaitInARangeForOnce) {
  EXPECT_EQ(pointsIn(R"(struct Range { int *begin(); int *end(); };
    Range with(int);
    Task f() { for (int x : with(co_await wait())) co_await waitFor(x); })"),
            2u);
}

TEST(CoroutineView, WorksOnAnInstantiatedTemplate) {
  EXPECT_EQ(
      pointsIn("template <class T> Task f(T t) { co_await waitFor(t); co_await wait(); } void g() { f(1); }"),
      2u);
}

TEST(CoroutineView, SeesDependentAwaitsOfATemplateNobodyInstantiates) {
  EXPECT_EQ(pointsIn("template <class T> Task f(T t) { co_await t; co_await wait(); }"), 2u);
}

TEST(PromiseOf, IsTheMemberPromiseType) {
  Snippet snippet(std::string(prelude) + "extern Task t; extern int i;");
  EXPECT_EQ(promiseOf(snippet.type("t"), snippet.context())->getName(), "promise_type");
  EXPECT_EQ(promiseOf(snippet.type("i"), snippet.context()), nullptr);
}

TEST(PromiseOf, LooksThroughAliasesAndBases) {
  Snippet snippet(std::string(prelude) + R"(
    struct Promise : Task::promise_type {}; struct Base { using promise_type = Promise; };
    struct Derived : Base {}; using Alias = const Derived; extern Alias t;)");
  EXPECT_EQ(promiseOf(snippet.type("t"), snippet.context())->getName(), "Promise");
}

TEST(PromiseOf, FindsASpecialisationOfCoroutineTraits) {
  Snippet snippet(std::string(prelude) + R"(
    struct Future {}; struct Promise {};
    template <class... A> struct std::coroutine_traits<Future, A...> { using promise_type = Promise; };
    extern Future f;)");
  EXPECT_EQ(promiseOf(snippet.type("f"), snippet.context())->getName(), "Promise");
}

TEST(PromiseOf, FindsAPartialSpecialisationForATemplate) {
  Snippet snippet(std::string(prelude) + R"(
    template <class T> struct Future {}; template <class T> struct Promise {};
    template <class T, class... A> struct std::coroutine_traits<Future<T>, A...> { using promise_type = Promise<T>; };
    extern Future<int> f;)");
  EXPECT_EQ(promiseOf(snippet.type("f"), snippet.context())->getName(), "Promise");
}

TEST(PromiseOf, ExplicitSpecialisationForVoidDoesNotMakeEveryTypeACoroutineType) {
  Snippet snippet(std::string(prelude) + R"(struct Promise {};
    template <> struct std::coroutine_traits<void, int> { using promise_type = Promise; };
    void f(int); void *p; int i;)");
  EXPECT_TRUE(isCoroutineType(snippet.function("f").getReturnType(), snippet.context()));
  EXPECT_FALSE(isCoroutineType(snippet.type("i"), snippet.context()));
  EXPECT_FALSE(isCoroutineType(snippet.type("p"), snippet.context()));
}

TEST(PromiseOf, UsesThePatternOfATemplateThatIsNotInstantiated) {
  Snippet snippet(std::string(prelude) + R"(
    template <class T> struct Lazy { struct promise_type { std::suspend_always initial_suspend(); }; };
    Lazy<int> f();)");
  QualType type = snippet.function("f").getReturnType();
  EXPECT_TRUE(isCoroutineType(type, snippet.context()));
  EXPECT_NE(promiseOf(type, snippet.context()), nullptr);
  EXPECT_EQ(startOf(type, snippet.context()), Start::Lazy);
}

TEST(PromiseOf, SurvivesATemplateThatIsItsOwnBase) {
  Snippet snippet(std::string(prelude) + "template <int N> struct A : A<N - 1> {}; A<3> f();");
  EXPECT_FALSE(isCoroutineType(snippet.function("f").getReturnType(), snippet.context()));
}

Start startWith(const std::string &initialSuspend) {
  Snippet snippet("#include <coroutine>\nstruct T { struct promise_type { " + initialSuspend +
                  " }; }; extern T t;");
  return startOf(snippet.type("t"), snippet.context());
}

TEST(StartOf, FollowsInitialSuspend) {
  EXPECT_EQ(startWith("std::suspend_always initial_suspend();"), Start::Lazy);
  EXPECT_EQ(startWith("std::suspend_never initial_suspend();"), Start::Eager);
  EXPECT_EQ(startWith("struct X {}; X initial_suspend();"), Start::Unknown);
  EXPECT_EQ(startWith(""), Start::Unknown);
}

TEST(StartOf, IsUnknownForAnUndeducedAutoAndKnownForADeducedOne) {
  EXPECT_EQ(startWith("auto initial_suspend();"), Start::Unknown);
  EXPECT_EQ(startWith("auto initial_suspend() { return std::suspend_never{}; }"), Start::Eager);
}

TEST(StartOf, ReadsTheBodyOfAnAutoMemberInATemplate) {
  Snippet snippet(R"(#include <coroutine>
    template <class T> struct Lazy {
      struct promise_type { auto initial_suspend() { return std::suspend_always{}; } };
    };
    extern Lazy<int> t; void f() { (void)sizeof(t); })");
  EXPECT_EQ(startOf(snippet.type("t"), snippet.context()), Start::Lazy);
}

TEST(StartOf, LooksIntoThePromisesBases) {
  Snippet snippet(std::string(prelude) +
                  "struct T { struct promise_type : Task::promise_type {}; }; extern T t;");
  EXPECT_EQ(startOf(snippet.type("t"), snippet.context()), Start::Lazy);
}

} // namespace
} // namespace coroguard::test
