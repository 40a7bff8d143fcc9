#!/usr/bin/env bash
# --fix, --unsafe-fixes and --diff-fixes: what is repaired compiles and is silent, and what cannot be repaired stays.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"
mkdir "$scratch/project" && cd "$scratch/project"
cp "$hosts/fixes/"* .
cp "$hosts/small/task.h" .
flags=(-std=c++20)

# check CODE ARGUMENTS... FILE: the command on one file.
check() {
  local code=$1
  shift
  run "$code" "$coroguard" check --no-index "$@" -- "${flags[@]}"
}
count() { grep -c "warning: .*\[" "$out" || true; }
compiles() { "clang++-$llvm" -std=c++20 -fsyntax-only -Wall -Werror "$@" 2> "$err" || { bad "does not compile: $*"; cat "$err"; }; }

begin "the diff says what --unsafe-fixes would do, changes nothing, and applies with git"
cp fixable.cpp before.cpp
check 1 --diff-fixes --unsafe-fixes fixable.cpp
same "--diff-fixes has changed the file" before.cpp fixable.cpp
cp "$out" fixes.patch
grep -q "would fix" "$err" || bad "no summary on standard error"
check 1 --diff-fixes --unsafe-fixes -o to.patch fixable.cpp
[[ ! -s $out ]] || bad "-o, and the diff on standard output"
same "the diff behind -o" fixes.patch to.patch
mkdir patched && cp fixable.cpp patched/ && (cd patched && run 0 git apply ../fixes.patch)
same "the diff is not what was expected" fixable.fixed patched/fixable.cpp

begin "without --unsafe-fixes no co_await is written"
check 0 --diff-fixes fixable.cpp
[[ ! -s $out ]] || bad "a diff without --unsafe-fixes: $(cat "$out")"
check 1 --fix fixable.cpp
same "--fix alone has changed the file" before.cpp fixable.cpp
grep -q "fixable with --fix --unsafe-fixes" "$out" || bad "the summary does not mention --unsafe-fixes: $(tail -1 "$out")"

begin "the other formats say what the fixes are"
check 1 --format json fixable.cpp
python3 - "$out" << 'END' || bad "fixes in json"
import json, sys
fixes = [fix for finding in json.load(open(sys.argv[1]))["findings"] for fix in finding["fixes"]]
assert fixes and all(fix["applicability"] == "unsafe" and fix["edits"] for fix in fixes), fixes
END
check 1 --format sarif fixable.cpp
python3 - "$out" << 'END' || bad "fixes in sarif"
import json, sys
fixes = [fix for result in json.load(open(sys.argv[1]))["runs"][0]["results"] for fix in result.get("fixes", [])]
assert fixes, "none"
for fix in fixes:
    assert fix["description"]["text"] and fix["properties"]["applicability"] == "unsafe", fix
    for replacement in fix["artifactChanges"][0]["replacements"]:
        assert replacement["insertedContent"]["text"] in ("co_await ", "co_await (", ")"), replacement
        assert replacement["deletedRegion"]["endColumn"] >= replacement["deletedRegion"]["startColumn"], replacement
END

begin "--fix --unsafe-fixes leaves a file that compiles and is silent"
check 0 --fix --unsafe-fixes fixable.cpp
same "other fixes than expected" fixable.fixed fixable.cpp
compiles fixable.cpp
check 0 fixable.cpp
grep -q "fixed" <("$coroguard" check --no-index --fix fixable.cpp -- "${flags[@]}") && bad "something is fixed twice"

begin "locks and closures: what the braces protect is unlocked before the suspension, the closure becomes the coroutine's own"
run 1 "$coroguard" check --no-index --fix --unsafe-fixes lifetimes.cpp -- -std=c++23
same "other fixes than expected" lifetimes.fixed lifetimes.cpp
"clang++-$llvm" -std=c++23 -fsyntax-only -Wall lifetimes.cpp 2> "$err" || { bad "does not compile"; cat "$err"; }
[[ $(count) == "$(grep -c "// found" lifetimes.cpp)" ]] || { bad "other findings left than those marked"; cat "$out"; }

begin "cancellation passes, exceptions end the program, copies are deleted: each compiles, and what remains is marked"
check 1 --fix --unsafe-fixes authors.cpp
same "other fixes than expected" authors.fixed authors.cpp
compiles authors.cpp
[[ $(count) == "$(grep -c "// found" authors.cpp)" ]] || { bad "other findings left than those marked"; cat "$out"; }

begin "a fix that breaks the code is taken back, the others stay"
cat > breaks.cpp << 'END'
#include <coroutine>
struct owner {
  explicit owner(std::coroutine_handle<> handle) : handle(handle) {}
  ~owner() { handle.destroy(); }
  std::coroutine_handle<> handle;
};
struct copied {
  explicit copied(std::coroutine_handle<> handle) : handle(handle) {}
  ~copied() { handle.destroy(); }
  std::coroutine_handle<> handle;
};
void both(copied one) { copied other = one; }
END
check 2 --fix --unsafe-fixes breaks.cpp
grep -q "'delete the copies' was taken back" "$out" || { bad "no word about what is left out"; cat "$out"; }
grep -q "owner(const owner &) = delete;" breaks.cpp || bad "the good fix is not there"
! grep -q "copied(const copied &) = delete;" breaks.cpp || bad "the bad fix is there"

begin "where co_await would be wrong or mean something else, none is offered"
cp unfixable.cpp before.cpp
check 1 --fix --unsafe-fixes unfixable.cpp
same "an impossible fix" before.cpp unfixable.cpp
marked=$(grep -c "// found" unfixable.cpp)
[[ $(count) == "$marked" ]] || { bad "$(count) findings, not $marked, in unfixable.cpp"; cat "$out"; }
! grep -q " fixable with" "$out" || bad "something is called fixable: $(tail -1 "$out")"

begin "line ends, byte order mark and a missing last line end stay"
printf '\xEF\xBB\xBF#include "task.h"\r\ntask f();\r\ntask g() {\r\n  f();\r\n  co_return; }' > crlf.cpp
check 0 --fix --unsafe-fixes crlf.cpp
printf '\xEF\xBB\xBF#include "task.h"\r\ntask f();\r\ntask g() {\r\n  co_await f();\r\n  co_return; }' > wanted
cmp wanted crlf.cpp || bad "crlf.cpp is not as wanted"

begin "a read-only file is a problem"
printf '#include "task.h"\ntask f();\ntask g() {\n  f();\n  co_return;\n}\n' > readonly.cpp
chmod a-w readonly.cpp
check 2 --fix --unsafe-fixes readonly.cpp
grep -q "readonly.cpp: error: is read-only and is not fixed; " "$out" || bad "no word about the read-only file"
grep -q "co_await" readonly.cpp && bad "a read-only file has been changed"

begin "a header that two units include is fixed once; unused suppressions are safe to remove"
mkdir -p two/build && cp task.h two/
printf '#pragma once\n#include "task.h"\ntask f();\ninline task g() {\n  f(); // dropped\n  co_return;\n}\n' > two/shared.h
printf '#include "shared.h"\n// coroguard: allow(unawaited-coroutine) it was\ntask a() { co_await g(); }\n' > two/a.cpp
printf '#include "shared.h"\ntask b() { co_await g(); } // NOLINT(coroguard-blocking-call, bugprone-x)\n' > two/b.cpp
small_database "$scratch/project/two" a.cpp b.cpp
(cd two && run 1 "$coroguard" check --fix && grep -q "1 finding .*, 1 fixed, 1 fixable with --fix --unsafe-fixes" "$out") || bad "safe fixes: $(tail -1 "$out")"
same "the suppression is still there" <(printf '#include "shared.h"\ntask a() { co_await g(); }\n') two/a.cpp
(cd two && run 0 "$coroguard" check --fix --unsafe-fixes) || bad "unsafe fixes"
[[ $(grep -c "co_await f(); // dropped" two/shared.h) == 1 ]] || bad "the header: $(cat two/shared.h)"

begin "the page of fixes names the rules that have one"
same "the table of docs/fixes.md" <(grep -l "^Fix, with" "$root"/docs/rules/*.md | xargs -n1 basename -s .md | sort) \
  <(sed -nE 's/^\| `([a-z-]+)` \|.*\| unsafe \|$/\1/p' "$root/docs/fixes.md" | sort)

begin "clang-tidy -fix leaves unsafe fixes alone, -fix-notes applies them"
printf '#include "task.h"\ntask f();\ntask g() {\n  f();\n  co_return;\n}\n' > tidy.cpp
tidy=("clang-tidy-$llvm" -load "$build/lib/libcoroguard-tidy.so" "-checks=-*,coroguard-*")
cp tidy.cpp before.cpp
run 0 "${tidy[@]}" -fix tidy.cpp -- "${flags[@]}"
same "clang-tidy -fix has applied an unsafe fix" before.cpp tidy.cpp
grep -q "tidy.cpp:4:3: note: insert 'co_await'" "$out" || bad "no note with the fix"
run 0 "${tidy[@]}" -fix-notes tidy.cpp -- "${flags[@]}"
grep -q "^  co_await f();" tidy.cpp || bad "-fix-notes has applied nothing"

begin "[[nodiscard]] is a safe fix: in a header once, by the command and by clang-tidy"
mkdir -p nodiscard/build
cat > nodiscard/types.h << 'END'
#pragma once
#include <coroutine>
struct operation {
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
};
template <class T> class lazy : public operation {
public:
  struct promise_type {
    lazy get_return_object();
    std::suspend_always initial_suspend() noexcept;
    std::suspend_always final_suspend() noexcept;
    void return_value(T);
    void unhandled_exception();
  };
};
struct [[nodiscard]] marked : operation {};
operation read();
lazy<int> load();
marked write();
END
printf 'rules:\n  missing-nodiscard: on\n' > nodiscard/.coroguard.yaml
printf '#include "types.h"\nlazy<int> a() { co_return 1; }\n' > nodiscard/a.cpp
printf '#include "types.h"\nlazy<long> b() { co_return 2; }\n' > nodiscard/b.cpp
small_database "$scratch/project/nodiscard" a.cpp b.cpp
sed 's/^struct operation/struct [[nodiscard]] operation/; s/class lazy/class [[nodiscard]] lazy/' nodiscard/types.h > wanted
cp nodiscard/types.h before.h
(cd nodiscard && run 0 "$coroguard" check && grep -c "\[missing-nodiscard\]" "$out" > count) || bad "not reported"
[[ $(cat nodiscard/count) == 2 ]] || bad "not two findings: $(cat "$out")"
(cd nodiscard && run 0 "$coroguard" check --fix) || bad "something remains"
same "the header is not as wanted" wanted nodiscard/types.h
compiles nodiscard/a.cpp nodiscard/b.cpp
cp before.h nodiscard/types.h
run 0 "clang-tidy-$llvm" -load "$build/lib/libcoroguard-tidy.so" "-checks=-*,coroguard-missing-nodiscard" "-header-filter=.*" \
  -fix nodiscard/a.cpp -- "${flags[@]}"
same "clang-tidy -fix has not applied it" wanted nodiscard/types.h
finish
