#include "language/frame_owner.h"
#include "language/coroutine.h"
#include "snippet.h"

namespace coroguard::test {
namespace {

bool destroys(const std::string &members) {
  Snippet snippet(prelude + ("struct X { " + members + " std::coroutine_handle<> h; };\nextern X x;"));
  return destroysItsFrame(snippet.type("x"));
}

TEST(FrameOwner, ADestructorThatDestroysWhateverHappens) {
  EXPECT_TRUE(destroys("~X() { h.destroy(); }"));
  EXPECT_TRUE(destroys("~X() { if (h) h.destroy(); }"));
  EXPECT_TRUE(destroys("~X() { if (h != nullptr) { h.destroy(); h = nullptr; } }"));
}

TEST(FrameOwner, ADestructorThatAsksIsNotCertain) {
  EXPECT_FALSE(destroys("~X() { if (h.done()) h.destroy(); }"));
  EXPECT_FALSE(destroys("bool release(); ~X() { if (release()) h.destroy(); }"));
  EXPECT_FALSE(destroys("~X() {}"));
  EXPECT_FALSE(destroys("~X();"));
  EXPECT_FALSE(destroys(""));
}

TEST(FrameOwner, AMemberOrBaseMayDoIt) {
  const std::string owner = "struct Owner { ~Owner() { if (h) h.destroy(); } std::coroutine_handle<> h; };\n";
  EXPECT_TRUE(destroysItsFrame(Snippet(prelude + (owner + "struct X { Owner o; }; extern X x;")).type("x")));
  EXPECT_TRUE(destroysItsFrame(Snippet(prelude + (owner + "struct X : Owner {}; extern X x;")).type("x")));
  EXPECT_FALSE(destroysItsFrame(Snippet(prelude + (owner + "struct X { Owner *o; }; extern X x;")).type("x")));
}

TEST(FrameOwner, ATemplateThatNobodyDestroyed) {
  Snippet snippet(prelude + std::string("template <class T> struct X { struct promise_type {}; ~X() { if (h) h.destroy(); }"
                                        " std::coroutine_handle<promise_type> h; };\nextern X<int> x; int n = sizeof(x);"));
  EXPECT_TRUE(destroysItsFrame(snippet.type("x")));
}

TEST(FrameOwner, WhoEndsItself) {
  auto endsWith = [](const std::string &final) {
    Snippet snippet(prelude + ("struct X { struct promise_type { " + final + " }; }; extern X x;"));
    return endsItself(snippet.type("x"), snippet.context());
  };
  EXPECT_TRUE(endsWith("std::suspend_never final_suspend() noexcept;"));
  EXPECT_FALSE(endsWith("std::suspend_always final_suspend() noexcept;"));
  EXPECT_FALSE(endsWith("Awaiter final_suspend() noexcept;"));
  EXPECT_FALSE(endsWith(""));
}

TEST(FrameOwner, WhoCanYield) {
  Snippet snippet(prelude + std::string("struct X { struct promise_type {}; }; extern X x; extern Task task;"));
  EXPECT_TRUE(canYield(snippet.type("task"), snippet.context()));
  EXPECT_FALSE(canYield(snippet.type("x"), snippet.context()));
}

} // namespace
} // namespace coroguard::test
