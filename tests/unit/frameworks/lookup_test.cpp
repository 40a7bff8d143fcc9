// What declarations mean: names, overloads, bases, attributes, executors, the implementation's namespaces.
#include "frameworks/load.h"
#include "frameworks/lookup.h"
#include <clang/AST/RecursiveASTVisitor.h>
#include <clang/Tooling/Tooling.h>
#include <gtest/gtest.h>

namespace coroguard {
namespace {

std::unique_ptr<clang::ASTUnit> parse(const std::string &code) {
  auto unit =
      clang::tooling::buildASTFromCodeWithArgs(code, {"-std=c++20", "-pthread"}, "input.cpp", "coroguard");
  EXPECT_FALSE(unit->getDiagnostics().hasErrorOccurred()) << code;
  return unit;
}

const Models &shipped() {
  static const Models models = [] {
    std::vector<Problem> problems;
    return loadModels({}, problems);
  }();
  return models;
}

Models parsed(std::initializer_list<std::string> texts) {
  Models models;
  std::vector<Problem> problems;
  for (const std::string &text : texts)
    if (auto model = parseModel(text, "m.yaml", problems)) models.libraries.push_back(*model);
  for (const Problem &problem : problems) ADD_FAILURE() << problem.message;
  return models;
}

/// What the functions and variables of the user's code refer to: the last variable, and every function called
/// in the function "use", in order.
class Uses : public clang::RecursiveASTVisitor<Uses> {
public:
  explicit Uses(clang::ASTContext &context) : sources(context.getSourceManager()) { TraverseAST(context); }
  bool shouldVisitTemplateInstantiations() const { return true; }
  bool VisitCallExpr(clang::CallExpr *call) {
    if (const auto *function = call->getDirectCallee()) note(call->getBeginLoc(), function);
    return true;
  }
  bool VisitCXXConstructExpr(clang::CXXConstructExpr *construct) {
    note(construct->getBeginLoc(), construct->getConstructor());
    return true;
  }
  bool VisitVarDecl(clang::VarDecl *variable) {
    if (sources.isInMainFile(variable->getLocation())) variables[variable->getNameAsString()] = variable;
    return true;
  }
  bool VisitNamedDecl(clang::NamedDecl *decl) {
    if (sources.isInMainFile(decl->getLocation())) decls[decl->getNameAsString()] = decl;
    return true;
  }

  std::vector<const clang::FunctionDecl *> called;
  std::map<std::string, const clang::VarDecl *> variables;
  std::map<std::string, const clang::NamedDecl *> decls;

private:
  void note(clang::SourceLocation where, const clang::FunctionDecl *function) {
    if (sources.isInMainFile(where)) called.push_back(function);
  }
  const clang::SourceManager &sources;
};

class LookupTest : public testing::Test {
protected:
  void setUp(const std::string &code, Models own = shipped()) {
    models = std::move(own); // the lookup points into them
    unit = parse(code);
    uses.emplace(unit->getASTContext());
    lookup.emplace(models, unit->getASTContext());
  }
  const clang::FunctionDecl &function(const std::string &name) const {
    return *uses->decls.at(name)->getAsFunction();
  }
  clang::QualType type(const std::string &variable) const { return uses->variables.at(variable)->getType(); }

  /// The last function called by this name in the code.
  const clang::FunctionDecl &call(const std::string &name) const {
    const clang::FunctionDecl *found = nullptr;
    for (const auto *function : uses->called)
      if (function->getNameAsString() == name) found = function;
    EXPECT_NE(found, nullptr) << name;
    return *found;
  }
  std::string why(const ModelEntry *entry) const { return entry ? entry->why : "nothing"; }

  Models models;
  std::unique_ptr<clang::ASTUnit> unit;
  std::optional<Uses> uses;
  std::optional<Lookup> lookup;
};

// --- the standard library, from its real headers

TEST_F(LookupTest, SleepAndWaitsOfTheStandardLibraryBlock) {
  setUp(R"(
    #include <thread>
    #include <future>
    #include <condition_variable>
    #include <semaphore>
    #include <latch>
    #include <atomic>
    void use(std::future<int> f, std::shared_future<void> s, std::condition_variable &c, std::unique_lock<std::mutex> &l,
             std::thread &t, std::counting_semaphore<4> &n, std::latch &a, std::atomic<int> &x) {
      std::this_thread::sleep_for(std::chrono::seconds(1));
      f.get(); f.wait(); f.wait_for(std::chrono::seconds(1)); s.get();
      c.wait(l, [] { return true; }); t.join(); n.acquire(); a.arrive_and_wait(); x.wait(1);
      l.lock(); n.release(); x.load();
    })");
  for (const char *name : {"sleep_for", "get", "wait_for", "join", "acquire", "arrive_and_wait", "wait"})
    EXPECT_TRUE(lookup->blocking(call(name))) << name;
  for (const char *name : {"lock", "release", "load"}) EXPECT_FALSE(lookup->blocking(call(name))) << name;
  EXPECT_EQ(lookup->blocking(call("sleep_for"))->family, "sleep");
  EXPECT_EQ(lookup->blocking(call("wait_for"))->unlessZero, 0U);
}

TEST_F(LookupTest, EveryWaitIsFoundWhereverItsClassDeclaresIt) {
  setUp(R"(
    #include <atomic>
    #include <future>
    void use(std::atomic<int> &i, std::atomic<bool> &b, std::atomic<int *> &p, std::atomic<double> &d,
             std::atomic_flag &f, std::atomic_ref<int> r, std::future<void> u, std::shared_future<int &> s) {
      i.wait(1); b.wait(true); p.wait(nullptr); d.wait(1); f.wait(true); r.wait(1); u.wait(); s.wait(); s.get(); u.get();
    })");
  ASSERT_EQ(uses->called.size(), 10U);
  for (const auto *function : uses->called)
    EXPECT_TRUE(lookup->blocking(*function)) << function->getQualifiedNameAsString();
}

TEST_F(LookupTest, AFileIsOpenedOnlyByConstructorsWithAName) {
  setUp(R"(
    #include <fstream>
    #include <string>
    void use(std::string name) {
      std::ifstream none;
      std::ifstream moved(std::move(none));
      std::ifstream opened("file");
      std::ofstream named(name);
    })");
  std::vector<bool> blocking;
  for (const auto *function : uses->called)
    if (const auto *constructor = llvm::dyn_cast<clang::CXXConstructorDecl>(function))
      blocking.push_back(lookup->blocking(*constructor) != nullptr);
  EXPECT_EQ(blocking, (std::vector<bool>{false, false, true, true}));
}

TEST_F(LookupTest, FilesystemAsksOnlyForAPath) {
  setUp(R"(
    #include <filesystem>
    namespace fs = std::filesystem;
    void path(fs::path p) { (void)fs::exists(p); }
    void status(fs::file_status s) { (void)fs::is_directory(s); }
    void use(fs::path p) { (void)fs::space(p); fs::copy_file(p, p); p.filename(); fs::directory_iterator begin(p); })");
  EXPECT_TRUE(lookup->blocking(call("exists")));
  EXPECT_FALSE(lookup->blocking(call("is_directory")));
  EXPECT_TRUE(lookup->blocking(call("space")));
  EXPECT_TRUE(lookup->blocking(call("copy_file")));
  EXPECT_FALSE(lookup->blocking(call("filename")));
  EXPECT_TRUE(lookup->blocking(call("directory_iterator")));
}

TEST_F(LookupTest, SinksOfTheStandardLibrary) {
  setUp(R"(
    #include <algorithm>
    #include <future>
    #include <thread>
    #include <vector>
    void use(std::vector<int> v) {
      auto f = [](int) {};
      std::for_each(v.begin(), v.end(), f);
      std::thread thread([] {});
      std::jthread jthread([] {});
      auto r = std::async([] {});
      v.push_back(1);
    }
    auto &object = std::ranges::for_each;)");
  EXPECT_EQ(lookup->sink(call("for_each"))->runs, RunsOn::Here);
  EXPECT_EQ(lookup->sink(call("async"))->runs, RunsOn::Offload);
  EXPECT_FALSE(lookup->sink(call("push_back")));
  unsigned threads = 0;
  for (const auto *function : uses->called)
    if (const SinkCall *sink = lookup->sink(*function))
      threads += sink->name.find("thread::") != std::string::npos;
  EXPECT_EQ(threads, 2U);
  const auto *initializer =
      llvm::cast<clang::DeclRefExpr>(uses->variables.at("object")->getInit()->IgnoreImplicit());
  const SinkCall *sink = lookup->sink(*llvm::cast<clang::VarDecl>(initializer->getDecl()));
  ASSERT_TRUE(sink);
  EXPECT_EQ(sink->runs, RunsOn::Here);
}

TEST_F(LookupTest, PosixCalls) {
  setUp(R"(
    #include <unistd.h>
    #include <poll.h>
    #include <sys/wait.h>
    #include <cstdio>
    void use(int fd, char *buffer) {
      ::sleep(1); ::read(fd, buffer, 1); ::waitpid(1, nullptr, 0); ::poll(nullptr, 0, 0); std::fopen("a", "b");
    }
    namespace mine { void sleep(int); void also() { sleep(1); } })");
  EXPECT_TRUE(lookup->blocking(call("waitpid")));
  EXPECT_EQ(lookup->blocking(call("waitpid"))->onlyZero, 2U);
  EXPECT_EQ(lookup->blocking(call("poll"))->unlessZero, 2U);
  EXPECT_EQ(lookup->blocking(call("fopen"))->family, "file");
  EXPECT_FALSE(lookup->blocking(call("read")));
  EXPECT_FALSE(lookup->blocking(call("sleep"))) << "mine::sleep is the last call by this name";
}

// --- Asio, as stubs of its shape under both of its roots

constexpr const char *asioStub = R"(
  inline namespace v1 {
  struct any_io_executor {};
  template <class T, class E = any_io_executor> struct awaitable {};
  struct io_context {
    template <class A, unsigned B> struct basic_executor_type { template <class F> void execute(F) const; };
    using executor_type = basic_executor_type<int, 0>;
    struct strand {};
    executor_type get_executor();
    unsigned run();
    unsigned poll();
  };
  struct thread_pool {
    template <class A, unsigned B> struct basic_executor_type {};
    using executor_type = basic_executor_type<int, 0>;
    void join();
  };
  template <class E> struct strand {};
  template <class T, class E> struct executor_binder {};
  struct token {};
  template <class P, class E = any_io_executor> struct basic_socket {
    basic_socket(); ~basic_socket();
    void connect(int); void close(); E get_executor(); static void helper();
  };
  template <class P, class E = any_io_executor> struct basic_stream_socket : basic_socket<P, E> {
    unsigned read_some(int); template <class T> void async_read_some(int, T);
  };
  template <class T> void post(T &&) {}
  template <class E, class T> void post(const E &, T &&, int = 0) {}
  struct tcp {};
  namespace detail { inline void helper() {} template <class T> struct inside { void f() {} }; }
  }
)";

std::string asio(const std::string &root, const std::string &code) {
  return "namespace " + root + " {" + asioStub + "}\nnamespace net = " + root + ";\n" + code;
}

class AsioTest : public LookupTest, public testing::WithParamInterface<const char *> {
protected:
  void setUp(const std::string &code) { LookupTest::setUp(asio(GetParam(), code)); }
};
INSTANTIATE_TEST_SUITE_P(Roots, AsioTest, testing::Values("asio", "boost::asio"), [](const auto &info) {
  return std::string(info.param) == "asio" ? "asio" : "boost";
});

TEST_P(AsioTest, MembersBlockOrRunTheLoop) {
  setUp(R"(void use(net::basic_stream_socket<net::tcp> &s, net::io_context &c, net::thread_pool &p) {
             s.read_some(1); s.connect(1); s.close(); c.run(); c.poll(); p.join(); s.async_read_some(1, 2); })");
  EXPECT_EQ(lookup->blocking(call("read_some"))->family, "network");
  EXPECT_TRUE(lookup->blocking(call("connect"))) << "declared in the base class";
  EXPECT_FALSE(lookup->blocking(call("close")));
  EXPECT_TRUE(lookup->blocking(call("join")));
  EXPECT_TRUE(lookup->loopRunner(call("run")));
  EXPECT_TRUE(lookup->loopRunner(call("poll")));
  EXPECT_EQ(lookup->sink(call("async_read_some"))->runs, RunsOn::Loop);
}

TEST_P(AsioTest, LoopBoundMembers) {
  setUp(R"(void use() {
             net::basic_stream_socket<net::tcp> s;
             s.close(); s.get_executor(); s.async_read_some(1, 2); s.helper(); s.read_some(3); net::io_context().run(); })");
  EXPECT_TRUE(lookup->loopBoundMember(call("close")));
  EXPECT_TRUE(lookup->loopBoundMember(call("async_read_some")));
  EXPECT_FALSE(lookup->loopBoundMember(call("get_executor"))) << "thread_safe in the model";
  EXPECT_FALSE(lookup->loopBoundMember(call("read_some"))) << "thread_safe in the model";
  EXPECT_FALSE(lookup->loopBoundMember(call("helper"))) << "static";
  EXPECT_FALSE(lookup->loopBoundMember(call("run"))) << "of a class that is not loop-bound";
  EXPECT_FALSE(lookup->loopBoundMember(*uses->called.front())) << "a constructor";
}

TEST_P(AsioTest, PostHasMeaningOnlyWithAnExecutor) {
  setUp(R"(void use(net::io_context::executor_type e) { net::post(e, [] {}); }
           void alone() { net::post([] {}); }
           void hop(net::executor_binder<net::token, net::thread_pool::executor_type> b) { net::post(b); })");
  ASSERT_EQ(uses->called.size() >= 3U, true);
  std::vector<const clang::FunctionDecl *> posts;
  for (const auto *function : uses->called)
    if (function->getNameAsString() == "post") posts.push_back(function);
  ASSERT_EQ(posts.size(), 3U);
  EXPECT_EQ(lookup->sink(*posts[0])->executor, 0U);
  EXPECT_FALSE(lookup->hop(*posts[0]));
  EXPECT_FALSE(lookup->sink(*posts[1]));
  EXPECT_FALSE(lookup->hop(*posts[1]));
  ASSERT_TRUE(lookup->hop(*posts[2]));
  EXPECT_EQ(lookup->hop(*posts[2])->executor, 0U);
}

TEST_P(AsioTest, Executors) {
  setUp(R"(
    template <class T> struct shared_ptr {};
    struct my_pool : net::thread_pool {};
    net::io_context *context; net::io_context::executor_type e; net::thread_pool::executor_type pool_e;
    net::strand<net::io_context::executor_type> strand; net::io_context::strand old;
    net::executor_binder<net::token, net::thread_pool::executor_type> bound; shared_ptr<net::io_context> shared;
    my_pool mine; const net::thread_pool &reference = mine; net::any_io_executor any; int number;
    net::strand<net::any_io_executor> any_strand;)");
  const std::map<std::string, RunsOn> expected = {
      {"context", RunsOn::Loop}, {"e", RunsOn::Loop},         {"pool_e", RunsOn::Offload},
      {"strand", RunsOn::Loop},  {"old", RunsOn::Loop},       {"bound", RunsOn::Offload},
      {"shared", RunsOn::Loop},  {"mine", RunsOn::Offload},   {"reference", RunsOn::Offload},
      {"any", RunsOn::Unknown},  {"number", RunsOn::Unknown}, {"any_strand", RunsOn::Unknown}};
  for (const auto &[name, runs] : expected) EXPECT_EQ(lookup->executor(type(name)), runs) << name;
}

TEST_P(AsioTest, TaskTypes) {
  setUp(R"(template <class T> using Task = net::awaitable<T>;
           struct derived : net::awaitable<int> {};
           net::awaitable<int> a; Task<void *> alias; derived d; net::awaitable<int> *pointer = &a;
           net::awaitable<int> &reference = a; int number;)");
  for (const char *name : {"a", "alias", "d"}) {
    ASSERT_TRUE(lookup->taskType(type(name))) << name;
    EXPECT_EQ(lookup->taskType(type(name))->start, Start::Lazy);
    EXPECT_EQ(lookup->taskType(type(name))->drop, TaskType::Drop::Error);
  }
  for (const char *name : {"pointer", "reference", "number"})
    EXPECT_FALSE(lookup->taskType(type(name))) << name;
}

TEST_P(AsioTest, Implementation) {
  setUp(R"(void mine() {} namespace user { struct S { void member() {} }; }
           namespace asio_like { void other() {} })");
  EXPECT_TRUE(lookup->isImplementation(function("helper")));
  EXPECT_TRUE(lookup->isImplementation(function("f")));
  EXPECT_TRUE(lookup->isImplementation(*uses->decls.at("thread_pool")));
  for (const char *name : {"mine", "member", "other"})
    EXPECT_FALSE(lookup->isImplementation(function(name))) << name;
}

// --- precedence, wildcards, overriding

constexpr const char *first = R"(
library: first
roots: [a]
blocking_calls:
  - {name: "b::*", family: sleep, why: first wildcard}
)";
constexpr const char *second = R"(
library: second
roots: [a]
blocking_calls:
  - {name: "b::f", family: sleep, why: second exact}
  - {name: "g", family: sleep, why: second exact}
  - {name: "c::*", family: sleep, why: outer}
  - {name: "c::d::*", family: sleep, why: inner}
  - {name: "c::d::exact", family: sleep, why: exact}
)";

TEST_F(LookupTest, EarlierLibrariesThenExactNamesThenLongerWildcards) {
  setUp(R"(namespace a { void g(); namespace b { void f(); }
           namespace c { void h(); struct d { void i(); void exact(); }; } void bb(); } void g2();)",
        parsed({first, second}));
  EXPECT_EQ(why(lookup->blocking(function("f"))), "first wildcard");
  EXPECT_EQ(why(lookup->blocking(function("g"))), "second exact");
  EXPECT_EQ(why(lookup->blocking(function("h"))), "outer");
  EXPECT_EQ(why(lookup->blocking(function("i"))), "inner");
  EXPECT_EQ(why(lookup->blocking(function("exact"))), "exact");
  EXPECT_EQ(why(lookup->blocking(function("bb"))), "nothing");
  EXPECT_EQ(why(lookup->blocking(function("g2"))), "nothing");
}

TEST_F(LookupTest, OverridersAndInheritedConstructorsMeanWhatTheirBaseMeans) {
  setUp(R"(
    namespace db {
    struct connection { explicit connection(int); virtual void query(); virtual void cheap(); virtual void tick(); };
    struct loop { virtual void later(); void plain(); };
    }
    struct mine : db::connection { using connection::connection; void query() override; };
    struct yours : mine { void query() override; void own(); };
    struct my_loop : db::loop { void later() override; void more(); };
    void use() { mine m(1); yours *y = nullptr; y->query(); y->own(); y->cheap(); my_loop l; l.later(); l.more();
                 l.plain(); })",
        parsed({R"(
library: db
roots: [db]
blocking_calls:
  - {name: [connection::query, connection::connection], family: database, why: it asks the server}
loop_bound:
  - {name: loop, why: it is a loop}
)"}));
  EXPECT_TRUE(lookup->blocking(call("query")));
  EXPECT_FALSE(lookup->blocking(call("own")));
  EXPECT_FALSE(lookup->blocking(call("cheap")));
  EXPECT_TRUE(lookup->blocking(*uses->called.front())) << "the inherited constructor";
  EXPECT_TRUE(lookup->loopBoundMember(call("later")));
  EXPECT_TRUE(lookup->loopBoundMember(call("plain")));
  EXPECT_FALSE(lookup->loopBoundMember(call("more"))) << "a derived class's own member";
}

TEST_F(LookupTest, ThreadSafeFunctionsAreNotLoopBound) {
  setUp("namespace n { struct loop { void soon(); void safe(); void also(); }; }", parsed({R"(
library: n
roots: [n]
loop_bound:
  - {name: loop, thread_safe: also, why: it is a loop}
thread_safe:
  - {name: "loop::safe", why: it locks}
)"}));
  EXPECT_TRUE(lookup->loopBoundMember(function("soon")));
  EXPECT_FALSE(lookup->loopBoundMember(function("safe")));
  EXPECT_FALSE(lookup->loopBoundMember(function("also")));
}

// --- attributes

TEST_F(LookupTest, BackgroundReadinessAndResuming) {
  setUp(R"(
    namespace f {
    struct future { bool available(); void get(); };
    struct event { virtual void set(); };
    struct loud_event : event { void set() override; };
    void with_gate(int);
    void keep(int);
    }
    void use(f::future a, f::loud_event b) { a.available(); a.get(); b.set(); f::with_gate(1); f::keep(1); }
  )",
        parsed({R"(library: f
roots: [f]
background_calls: [{name: with_gate, why: a gate holds it}]
ready_checks: [{name: "future::available", why: it asks}]
resumers: [{name: "event::set", why: it resumes}]
blocking_calls: [{name: "future::get", family: wait, max_parameters: 0, why: it waits}]
)"}));
  EXPECT_TRUE(lookup->isReadyCheck(call("available")));
  EXPECT_FALSE(lookup->isReadyCheck(call("get")));
  EXPECT_EQ(why(lookup->blocking(call("get"))), "it waits");
  EXPECT_EQ(why(lookup->resumer(call("set"))), "it resumes"); // of what it overrides
  EXPECT_EQ(lookup->resumer(call("get")), nullptr);
  EXPECT_TRUE(lookup->backgroundCall(call("with_gate")));
  EXPECT_FALSE(lookup->backgroundCall(call("keep")));
}

TEST_F(LookupTest, GuardsAndValuesOfOneThread) {
  setUp(R"(
    namespace f {
    struct units {};
    struct named_units : units {};
    template <class T> struct local_pointer {};
    struct plain {};
    }
    f::named_units derived;
    f::units &reference = derived;
    f::local_pointer<int> pointer;
    f::plain plain;
  )",
        parsed({R"(library: f
roots: [f]
guards: [{name: units, of: task, why: it holds}]
thread_bound_values: [{name: local_pointer, why: it counts}]
)"}));
  EXPECT_EQ(why(lookup->guard(type("derived"))), "it holds");
  EXPECT_EQ(lookup->guard(type("derived"))->of, GuardType::Of::Task);
  EXPECT_EQ(lookup->guard(type("reference")), nullptr); // somebody else's
  EXPECT_EQ(lookup->guard(type("plain")), nullptr);
  EXPECT_EQ(why(lookup->threadBoundValue(type("pointer"))), "it counts");
  EXPECT_EQ(lookup->threadBoundValue(type("plain")), nullptr);
}

TEST_F(LookupTest, AwaitingAnObjectMayBeAHop) {
  setUp(R"(
    namespace f { struct context {}; struct wide_context : context {}; struct other {}; }
    f::context context;
    const f::context &reference = context;
    f::wide_context derived;
    f::other other;
  )",
        parsed({"library: f\nroots: [f]\nhops:\n  - {name: context, runs: loop, why: it goes back}\n"}));
  EXPECT_EQ(why(lookup->hop(type("context"))), "it goes back");
  EXPECT_EQ(why(lookup->hop(type("reference"))), "it goes back");
  EXPECT_EQ(lookup->hop(type("derived")), nullptr);
  EXPECT_EQ(lookup->hop(type("other")), nullptr);
}

TEST_F(LookupTest, AttributesOfFunctions) {
  setUp(R"(
    #define MARK(...) [[clang::annotate("coroguard::" __VA_ARGS__)]]
    namespace std { namespace this_thread { MARK("never_blocks") void sleep_for(int); } }
    MARK("blocking", "the printer is slow") void print();
    MARK("blocking") void bare();
    void later();
    MARK("blocking", "later") void later();
    template <class F> MARK("offload") void offload(F);
    MARK("sink") void sink(int);
    [[clang::annotate("other")]] void other();
    struct base { MARK("never_blocks") virtual void f(); };
    struct derived : base { void f() override; };
    struct blocking : base { MARK("blocking", "this one does") void f() override; };
    void use(derived &d) { d.f(); offload(1); })");
  EXPECT_EQ(why(lookup->blocking(function("print"))), "the printer is slow");
  EXPECT_EQ(lookup->blocking(function("print"))->declaredAt.line, 4U);
  EXPECT_EQ(why(lookup->blocking(function("bare"))), "it is annotated coroguard::blocking");
  EXPECT_EQ(why(lookup->blocking(*function("later").getCanonicalDecl())), "later");
  EXPECT_FALSE(lookup->blocking(function("sleep_for"))) << "the attribute wins over the model";
  EXPECT_TRUE(lookup->neverBlocks(function("sleep_for")));
  EXPECT_FALSE(lookup->neverBlocks(function("print")));
  EXPECT_EQ(lookup->sink(call("offload"))->runs, RunsOn::Offload);
  EXPECT_EQ(lookup->sink(function("sink"))->runs, RunsOn::Unknown);
  EXPECT_FALSE(lookup->blocking(function("other")));
  EXPECT_TRUE(lookup->neverBlocks(call("f"))) << "inherited by the overrider";
  EXPECT_EQ(why(lookup->blocking(function("f"))), "this one does")
      << "an own attribute wins over an inherited one";
}

TEST_F(LookupTest, AttributesOfTypes) {
  setUp(R"(
    struct [[clang::annotate("coroguard::loop_bound", "one thread only")]] view {
      view(); ~view(); void draw(); [[clang::annotate("coroguard::any_thread")]] void post(); static int count();
    };
    struct [[clang::annotate("coroguard::must_await")]] ticket {};
    template <class T> struct [[clang::annotate("coroguard::fire_and_forget", "it logs")]] job {};
    struct derived : ticket {};
    template <class T> struct [[clang::annotate("coroguard::loop_bound")]] cell { void set(T); };
    ticket t; job<int> j; derived d; extern job<char> declared;
    namespace net { struct awaitable {}; }
    void use(view &v, cell<int> &c) { v.draw(); v.post(); v.count(); c.set(1); })");
  EXPECT_EQ(why(lookup->loopBoundMember(call("draw"))), "one thread only");
  EXPECT_FALSE(lookup->loopBoundMember(call("post")));
  EXPECT_FALSE(lookup->loopBoundMember(call("count")));
  EXPECT_TRUE(lookup->loopBoundMember(call("set")));
  EXPECT_EQ(lookup->taskType(type("t"))->drop, TaskType::Drop::Error);
  EXPECT_EQ(lookup->taskType(type("d"))->drop, TaskType::Drop::Error);
  EXPECT_EQ(lookup->taskType(type("j"))->drop, TaskType::Drop::Allowed);
  EXPECT_EQ(why(lookup->taskType(type("declared"))), "it logs")
      << "a specialisation that nothing instantiated";
}

TEST_F(LookupTest, WhatMayNotTravelAndWhereWorkIsSent) {
  setUp(R"(
    struct [[clang::annotate("coroguard::thread_bound", "its count is not atomic")]] counted {};
    struct derived : counted {};
    struct plain {};
    struct [[clang::annotate("coroguard::offload")]] awaiter {};
    template <class F> [[clang::annotate("coroguard::other_loop")]] void submit(F);
    counted c; derived d; plain p; counted &r = c; awaiter a;
    void use() { submit(1); })");
  EXPECT_EQ(why(lookup->threadBoundValue(type("c"))), "its count is not atomic");
  EXPECT_TRUE(lookup->threadBoundValue(type("d")));
  EXPECT_FALSE(lookup->threadBoundValue(type("p")));
  EXPECT_FALSE(lookup->threadBoundValue(type("r"))) << "a reference does not travel";
  EXPECT_EQ(lookup->sink(call("submit"))->runs, RunsOn::OtherLoop);
  EXPECT_TRUE(lookup->isOffload(*type("a")->getAsCXXRecordDecl()));
  EXPECT_FALSE(lookup->isOffload(*type("p")->getAsCXXRecordDecl()));
}

TEST_F(LookupTest, CallbacksInFields) {
  setUp(R"(
    #include <csignal>
    #undef sa_handler
    struct other { void (*sa_handler)(int); };
    struct sigaction action; other o;)");
  auto field = [&](const std::string &name) -> const clang::FieldDecl & {
    const clang::FieldDecl *found = nullptr;
    for (const clang::FieldDecl *each : type("action")->getAsRecordDecl()->fields())
      if (const auto *inner = each->getType()->getAsRecordDecl())
        for (const clang::FieldDecl *member : inner->fields())
          if (member->getNameAsString() == name) found = member;
    return *found;
  };
  EXPECT_EQ(lookup->sink(field("sa_handler"))->runs, RunsOn::Signal);
  EXPECT_EQ(lookup->sink(field("sa_sigaction"))->runs, RunsOn::Signal);
  EXPECT_FALSE(lookup->sink(**type("o")->getAsRecordDecl()->field_begin())) << "a field of the same name elsewhere";
}

TEST_F(LookupTest, AnswersAreRemembered) {
  setUp("[[clang::annotate(\"coroguard::blocking\")]] void f(); void f();");
  const BlockingCall *answer = lookup->blocking(function("f"));
  EXPECT_EQ(answer, lookup->blocking(*function("f").getCanonicalDecl()));
  EXPECT_EQ(answer, lookup->blocking(*function("f").getMostRecentDecl()));
}

} // namespace
} // namespace coroguard
