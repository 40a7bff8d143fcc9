#!/usr/bin/env bash
# <coroguard/annotations.h>: every macro compiles without a word in C and C++, by g++ and by Clang, and is installed.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"

cat > "$scratch/annotated.c" << 'END'
#include <coroguard/annotations.h>
#include <coroguard/annotations.h>
COROGUARD_BLOCKING("it waits") void flush_all(int fd);
COROGUARD_NEVER_BLOCKS int quick(void);
COROGUARD_SINK void later(void (*f)(void));
COROGUARD_OFFLOAD void elsewhere(void (*f)(void));
COROGUARD_OTHER_LOOP void on_shard(void (*f)(void));
COROGUARD_RESUMES_ON_POOL void to_pool(void);
COROGUARD_RESUMES_ON_LOOP void to_loop(void);
struct COROGUARD_LOOP_BOUND loop_timer { int fd; };
struct COROGUARD_THREAD_BOUND counted { int count; };
int quick(void) { return 1; }
END
cat > "$scratch/annotated.cpp" << 'END'
#include <coroguard/annotations.h>
class COROGUARD_LOOP_BOUND timer {
public:
  void cancel();
  COROGUARD_ANY_THREAD int expiry() const;
  COROGUARD_ANY_THREAD static timer make();
};
template <class T> class COROGUARD_MUST_AWAIT job {};
struct COROGUARD_FIRE_AND_FORGET detached {};
struct COROGUARD_THREAD_BOUND counted {};
COROGUARD_BLOCKING("it waits for the disk") void flush_all(int fd);
struct base {
  COROGUARD_BLOCKING("it waits") virtual void wait() = 0;
  virtual ~base() = default;
};
template <class F> COROGUARD_OFFLOAD void run(F &&f) { f(); }
template <class F> COROGUARD_OTHER_LOOP void on(unsigned, F &&f) { f(); }
template <class F> COROGUARD_SINK void post(F &&f) { f(); }
COROGUARD_RESUMES_ON_POOL job<int> to_pool();
COROGUARD_RESUMES_ON_LOOP job<int> to_loop();
struct awaiter {
  COROGUARD_OFFLOAD void await_suspend(int);
};
using alias COROGUARD_FIRE_AND_FORGET = job<int>;
COROGUARD_NEVER_BLOCKS inline void quick() {}
END
cat > "$scratch/lambda.cpp" << 'END'
#include <coroguard/annotations.h>
inline auto wait = [] COROGUARD_BLOCKING("it waits") (int n) { return n; };
END

strict=(-Wall -Wextra -Wpedantic -Wattributes -Werror -fsyntax-only -I"$root/runtime")
begin "no compiler warns"
for standard in c89 c99 c17; do
  run 0 gcc -std=$standard "${strict[@]}" "$scratch/annotated.c"
  run 0 "clang-$llvm" -std=$standard "${strict[@]}" "$scratch/annotated.c"
done
for standard in c++11 c++17 c++20 c++23; do
  run 0 g++ -std=$standard "${strict[@]}" "$scratch/annotated.cpp"
  run 0 "clang++-$llvm" -std=$standard "${strict[@]}" "$scratch/annotated.cpp"
done
run 0 "clang++-$llvm" -x c++ -std=c++98 "${strict[@]}" "$scratch/annotated.c"
run 0 g++ -std=c++20 "${strict[@]}" "$scratch/lambda.cpp"
run 0 "clang++-$llvm" -std=c++23 "${strict[@]}" "$scratch/lambda.cpp"

begin "every macro of the header is on the page, and every macro of the page in the header"
macros() { grep -o 'COROGUARD_[A-Z_]*' "$1" | grep -v 'DETAIL\|ANNOTATIONS_H' | sort -u; }
macros "$root/runtime/coroguard/annotations.h" > "$scratch/header"
macros "$root/docs/annotations.md" > "$scratch/page"
same "docs/annotations.md" "$scratch/header" "$scratch/page"
macros "$scratch/annotated.cpp" > "$scratch/tried"
same "a macro is not tried above" "$scratch/header" "$scratch/tried"

begin "it is installed"
run 0 cmake --install "$build" --prefix "$scratch/installed"
same "the installed header" "$root/runtime/coroguard/annotations.h" "$scratch/installed/include/coroguard/annotations.h"
finish
