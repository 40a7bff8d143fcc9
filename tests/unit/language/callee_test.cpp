#include "language/callee.h"
#include "snippet.h"
#include <set>

using namespace clang;

namespace coroguard::test {
namespace {

/// Calls, constructions and allocations of a function's body, outermost first.
struct CallFinder : RecursiveASTVisitor<CallFinder> {
  bool VisitExpr(Expr *expression) {
    if (isa<CallExpr, CXXNewExpr>(expression)) calls.push_back(expression);
    if (auto *construct = dyn_cast<CXXConstructExpr>(expression))
      if (!construct->getConstructor()->isTrivial()) calls.push_back(expression);
    return true;
  }
  std::vector<const Expr *> calls;
};

class Call {
public:
  /// The first call in the body of `f`.
  explicit Call(const std::string &code) : snippet(code) {
    CallFinder finder;
    finder.TraverseStmt(snippet.function("f").getBody());
    if (finder.calls.empty()) throw std::runtime_error("no call in f");
    callee = resolveCallee(*finder.calls.front());
  }

  std::string name() const { return callee.function ? qualifiedName(*callee.function) : "indirect"; }
  std::string object() const { return callee.functionObject ? qualifiedName(*callee.functionObject) : ""; }
  bool isVirtual() const { return callee.isVirtual; }

private:
  Snippet snippet;
  Callee callee;
};

TEST(ResolveCallee, FindsPlainMemberAndOperatorCalls) {
  EXPECT_EQ(Call("void g(); void f() { (g)(); }").name(), "g");
  EXPECT_EQ(Call("struct X { void m(); }; void f(X &x) { x.m(); }").name(), "X::m");
  EXPECT_EQ(Call("struct X { void operator()(int); }; void f(X &x) { x(1); }").name(), "X::operator()");
}

TEST(ResolveCallee, FindsConstructors) {
  EXPECT_EQ(Call("struct X { X(int); }; void f() { X x(1); }").name(), "X::X");
  EXPECT_EQ(Call("struct X { X(int); }; void f() { new X(1); }").name(), "X::X");
}

TEST(ResolveCallee, CallThroughAPointerIsIndirect) {
  EXPECT_EQ(Call("void f(void (*p)()) { p(); }").name(), "indirect");
  EXPECT_EQ(Call("void f(void (*p)()) { (*p)(); }").name(), "indirect");
  EXPECT_EQ(Call("struct X { void m(); }; void f(X &x, void (X::*p)()) { (x.*p)(); }").name(), "indirect");
}

TEST(ResolveCallee, CallThroughAStdFunctionIsIndirect) {
  const std::string function =
      "namespace std { inline namespace v1 { template <class> struct function; "
      "template <class R, class... A> struct function<R(A...)> { R operator()(A...); }; } }\n";
  EXPECT_EQ(Call(function + "void f(std::function<void()> g) { g(); }").name(), "indirect");
}

TEST(ResolveCallee, DependentCallAndCallOfAPatternAreIndirect) {
  EXPECT_EQ(Call("template <class T> void f(T t) { t.go(); }").name(), "indirect");
  EXPECT_EQ(
      Call("template <class T> struct X { void g(); void h() { g(); } }; void f(X<int> x) { x.h(); }").name(),
      "X::h");
}

TEST(ResolveCallee, VirtualCallIsMarked) {
  EXPECT_TRUE(Call("struct B { virtual void m(); }; void f(B &b) { b.m(); }").isVirtual());
  EXPECT_FALSE(Call("struct B { void m(); }; void f(B &b) { b.m(); }").isVirtual());
}

TEST(ResolveCallee, QualifiedOrFinalCallIsNotVirtual) {
  const std::string classes = "struct B { virtual void m(); }; struct D final : B { void m() override; };\n";
  EXPECT_FALSE(Call(classes + "void f(B &b) { b.B::m(); }").isVirtual());
  EXPECT_FALSE(Call(classes + "void f(D &d) { d.m(); }").isVirtual());
  EXPECT_EQ(Call(classes + "void f(D &d) { d.m(); }").name(), "D::m");
}

TEST(ResolveCallee, CallOnAnObjectOfKnownTypeIsNotVirtual) {
  Call call("struct B { virtual void m(); }; void f(B b) { b.m(); }");
  EXPECT_FALSE(call.isVirtual());
  EXPECT_EQ(call.name(), "B::m");
}

TEST(ResolveCallee, NamesTheFunctionObjectBehindACpo) {
  const std::string cpo =
      "namespace n { struct Fn { void operator()(int) const; }; inline constexpr Fn spawn{}; }\n";
  Call call(cpo + "void f() { n::spawn(1); }");
  EXPECT_EQ(call.object(), "n::spawn");
  EXPECT_EQ(call.name(), "n::Fn::operator()");
  EXPECT_EQ(Call(cpo + "void f() { n::Fn local; local(1); }").object(), "");
}

TEST(ResolveCallee, NamesANamespaceScopeLambda) {
  Call call("inline constexpr auto go = [](int) {}; void f() { go(1); }");
  EXPECT_EQ(call.object(), "go");
  EXPECT_EQ(call.name(), "lambda");
}

std::string nameOf(const std::string &code, const std::string &last) {
  Snippet snippet(code);
  struct Finder : RecursiveASTVisitor<Finder> {
    bool shouldVisitTemplateInstantiations() const { return true; }
    bool shouldVisitImplicitCode() const { return true; }
    bool VisitFunctionDecl(FunctionDecl *function) {
      if (function->getNameAsString() == last) name = qualifiedName(*function);
      return true;
    }
    std::string last, name;
  } finder;
  finder.last = last;
  finder.TraverseAST(snippet.context());
  return finder.name;
}

TEST(QualifiedName, LeavesOutInlineAndAnonymousNamespaces) {
  EXPECT_EQ(nameOf("namespace a { inline namespace v2 { namespace { void f(); } } }", "f"), "a::f");
  EXPECT_EQ(nameOf("extern \"C\" { namespace a { void f(); } }", "f"), "a::f");
}

TEST(QualifiedName, LeavesOutTemplateArguments) {
  EXPECT_EQ(nameOf("template <class T> struct X { void m() {} }; void g(X<int> x) { x.m(); }", "m"), "X::m");
  EXPECT_EQ(nameOf("namespace n { template <class T> void f(T) {} } void g() { n::f(1); }", "f"), "n::f");
}

TEST(QualifiedName, SpellsSpecialMembersAsUsersDo) {
  EXPECT_EQ(nameOf("namespace n { template <class T> struct X { ~X() {} }; } n::X<int> x;", "~X<T>"),
            "n::X::~X");
  EXPECT_EQ(nameOf("struct X { operator bool(); };", "operator bool"), "X::operator bool");
  EXPECT_EQ(nameOf("struct X { void operator[](int); };", "operator[]"), "X::operator[]");
  EXPECT_EQ(
      Snippet("struct X { void *operator new(decltype(sizeof(0))); };").functions("X::operator new").size(),
      1u);
}

TEST(QualifiedName, NamesTheFunctionAroundALambdaAndALocalClass) {
  Snippet snippet("namespace n { void f() { auto a = [] { auto b = [] {}; }; struct L { void m() {} }; } }");
  EXPECT_EQ(snippet.functions("lambda in n::f").size(), 2u);
  EXPECT_EQ(snippet.functions("n::f::L::m").size(), 1u);
}

std::vector<std::string> ids(const Snippet &snippet, const std::string &name) {
  std::vector<std::string> found;
  for (const FunctionDecl *function : snippet.functions(name)) found.push_back(entityId(*function));
  return found;
}

TEST(EntityId, IsTheUsrForAFunctionWithExternalLinkage) {
  EXPECT_EQ(ids(Snippet("void f();"), "f"), std::vector<std::string>{"c:@F@f#"});
}

TEST(EntityId, IsTheSameForDeclarationAndDefinition) {
  const char *code = "static void f(); static void f() {} inline void g(); inline void g() {}"
                     "struct X { void m(); }; void X::m() {}";
  Snippet snippet(code);
  for (const char *name : {"f", "g", "X::m"}) {
    std::vector<std::string> both = ids(snippet, name);
    ASSERT_EQ(both.size(), 2u);
    EXPECT_EQ(both[0], both[1]);
  }
}

TEST(EntityId, TellsApartStaticsOfEquallyNamedFiles) {
  std::string one = ids(Snippet("static void f() {}", "/a/util.cc"), "f").front();
  std::string other = ids(Snippet("static void f() {}", "/b/util.cc"), "f").front();
  EXPECT_NE(one, other);
  EXPECT_TRUE(llvm::StringRef(one).starts_with("/a/util.cc#"));
}

TEST(EntityId, TellsApartAnonymousNamespacesOfEquallyNamedFiles) {
  const char *code =
      "namespace { struct X { void m() {} }; void f() { auto l = [] {}; struct L { void m() {} }; } }";
  for (const char *name : {"X::m", "f", "lambda in f", "f::L::m"})
    EXPECT_NE(ids(Snippet(code, "/a/util.cc"), name), ids(Snippet(code, "/b/util.cc"), name)) << name;
}

TEST(EntityId, OfAnInlineFunctionAndWhatIsInsideIsTheSameInEveryUnit) {
  const char *code = "inline void f() { auto l = [] {}; } struct X { void m() {} };";
  for (const char *name : {"f", "lambda in f", "X::m"})
    EXPECT_EQ(ids(Snippet("#include \"h.h\"\n", "/a/a.cc", {{"/a/h.h", code}}), name),
              ids(Snippet("int x;\n#include \"h.h\"\n", "/a/b.cc", {{"/a/h.h", code}}), name))
        << name;
}

TEST(EntityId, LocallyDeclaredFunctionIsTheOneOfItsNamespace) {
  Snippet snippet("void g(); void f() { void g(); g(); }");
  EXPECT_EQ(ids(snippet, "g"), std::vector<std::string>(2, "c:@F@g#"));
}

TEST(EntityId, TellsApartTheSpecialisationsOfATemplate) {
  Snippet snippet("template <class T> void f(T) { auto l = [] {}; struct L { void m() {} } x; x.m(); }"
                  "void g() { f(1); f(1.0); }");
  for (const char *name : {"f", "lambda in f", "f::L::m"}) {
    std::vector<std::string> found = ids(snippet, name);
    std::set<std::string> distinct(found.begin(), found.end());
    EXPECT_EQ(distinct.size(), 3u) << name; // the pattern and two instantiations
  }
}

TEST(EntityId, TellsApartTheSpecialisationsOfAGenericLambda) {
  Snippet snippet("void f() { auto l = [](auto x) { return x; }; l(1); l(1.0); }");
  std::vector<std::string> found = ids(snippet, "lambda in f");
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0], "c:@F@f#@lambda:1:21<int>");
  EXPECT_EQ(found[1], "c:@F@f#@lambda:1:21<double>");
}

// Clang's USR names every closure of an inline function alike.
TEST(EntityId, TellsApartInstantiationsWithTwoLambdasOfOneInlineFunction) {
  Snippet snippet(
      "template <class F> struct Box { void m() {} }; template <class F> void run(F) { Box<F>().m(); }"
      "inline void f() { run([] {}); run([] {}); }");
  for (const char *name : {"run", "Box::m"}) {
    std::vector<std::string> found = ids(snippet, name);
    EXPECT_EQ(std::set<std::string>(found.begin(), found.end()).size(), 3u) << name;
  }
}

TEST(EntityId, TellsApartConversionsToTwoSpecialisations) {
  Snippet snippet(
      "template <class T> struct Box {}; struct X { operator Box<int>(); operator Box<char>(); };");
  std::vector<std::string> both = ids(snippet, "X::operator Box");
  ASSERT_EQ(both.size(), 2u);
  EXPECT_NE(both[0], both[1]);
}

TEST(EntityId, TellsApartTwoLambdasOfOneMacroExpansion) {
  Snippet snippet("#define BOTH auto a = [] {}; auto b = [] {};\nvoid f() { BOTH }");
  std::vector<std::string> found = ids(snippet, "lambda in f");
  ASSERT_EQ(found.size(), 2u);
  EXPECT_NE(found[0], found[1]);
}

TEST(EntityId, LambdasOutsideOfFunctionsHaveDistinctIds) {
  Snippet snippet(
      "auto a = [] {}; auto b = [] {}; inline auto c = [] {};\nstruct X { int i = [] { return 1; }(); };");
  std::set<std::string> distinct;
  for (const char *name : {"lambda", "lambda in X"})
    for (const std::string &id : ids(snippet, name)) distinct.insert(id);
  EXPECT_EQ(distinct.size(), 4u);
}

} // namespace
} // namespace coroguard::test
