#!/usr/bin/env bash
# --diff REV: findings on changed lines, and those that the change made at lines it did not touch.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"
small_project "$scratch/small"
cd "$scratch/small"
git init -q -b main . && git config user.name n && git config user.email e && git config commit.gpgsign false
echo build > .gitignore
git add -A && git commit -qm base

# reported FINDING...: these places and rules are reported, and the exit code says whether there are any.
reported() {
  run $(($# > 0)) "$coroguard" check --diff "${since:-main}" "${paths[@]}"
  same "findings" <(printf '%s' "${@/%/$'\n'}") <(sed -nE 's/^([^:]+:[0-9]+):[0-9]+: warning.*\[(.*)\]$/\1 \2/p' "$out")
}
paths=()
back() { git checkout -q -- . && git clean -qfd; }

begin "nothing changed: nothing is reported"
reported
grep -qx "coroguard: note: 2 findings are left out: neither new since main nor on a changed line" "$err" || bad "no note"

begin "lines that moved, and lines elsewhere in the file, are not news"
sed -i '1i// a comment\nint unrelated();' dropped.cpp
reported
back

begin "a finding on a changed line, old or not"
sed -i 's|// unawaited-coroutine|// still not awaited|' dropped.cpp
reported "dropped.cpp:6 unawaited-coroutine"
back

begin "a new finding in a line that nobody touched: a helper in another file blocks now"
sed -i 's/  ::sleep(1);//' helper.cpp && git commit -qam "does not block"
printf '#include "helper.h"\n#include <unistd.h>\n\nvoid pause_a_little() {\n  ::sleep(2);\n}\n' > helper.cpp
reported "blocking.cpp:7 blocking-call"
grep -q "^helper.cpp:5:3: note: 'sleep' blocks" "$out" || bad "no chain"

begin "the same when only the caller is checked, and the rest comes from the index"
paths=(blocking.cpp)
reported "blocking.cpp:7 blocking-call"
run 0 "$coroguard" check --diff main --no-index blocking.cpp # then nobody knows what helper.cpp does
paths=()

begin "committed on a branch, seen from main's tip; what main did meanwhile is no change of ours"
git checkout -qb feature && git commit -qam blocks
git checkout -q main && sed -i 's/start/begin_it/' dropped.cpp && git commit -qam "on main" && git checkout -q feature
reported "blocking.cpp:7 blocking-call"
since=HEAD reported
git checkout -q main && git reset -q --hard HEAD~2 && git checkout -q feature && git reset -q --hard main

begin "a header that changed: the units that include it are compared"
sed -i 's|void pause_a_little();|#include <unistd.h>\ninline void rest() {}\n&|' helper.h
sed -i 's|    pause_a_little.*|    rest();|' blocking.cpp && git commit -qam "calls rest"
sed -i 's|void rest() {}|void rest() {\n  ::sleep(1);\n}|' helper.h
since=HEAD reported "blocking.cpp:7 blocking-call"
git reset -q --hard HEAD~1

begin "deleting a line: co_await goes, and the finding at another line comes"
cat > dropped.cpp << 'END'
#include "task.h"

task say_hello() { co_return; }

task start() {
  auto hello = say_hello();
  co_await hello;
}
END
git commit -qam "awaits"
sed -i '/co_await/d; s/task start() {/task start() {\n  co_await std::suspend_never{};/' dropped.cpp
since=HEAD reported "dropped.cpp:7 unawaited-variable"
git reset -q --hard HEAD~1

begin "a renamed file keeps its findings"
git mv dropped.cpp renamed.cpp
small_database "$PWD" renamed.cpp blocking.cpp helper.cpp
reported
sed -i '1i// a comment' renamed.cpp
reported
git reset -q --hard
small_database "$PWD" dropped.cpp blocking.cpp helper.cpp

begin "a file that git does not know"
printf '#include "task.h"\ntask work();\nvoid drop() {\n  work();\n}\n' > "new ü.cpp"
small_database "$PWD" dropped.cpp blocking.cpp helper.cpp "new ü.cpp"
reported "new ü.cpp:4 unawaited-coroutine"
back && small_database "$PWD" dropped.cpp blocking.cpp helper.cpp

begin "with a baseline"
run 0 "$coroguard" baseline update --baseline ../known
sed -i 's|// unawaited-coroutine|// still not awaited|' dropped.cpp
run 0 "$coroguard" check --diff main --baseline ../known
back

begin "what cannot be compared is said in one line, without findings"
says() { # LINE ARGUMENTS...
  run 2 "$coroguard" check "${@:2}"
  same "problem" <(echo "$1") <(grep -h ': error: ' "$out")
  same "findings" /dev/null <(grep ': warning: ' "$out")
}
says "coroguard: error: --diff: git knows no revision 'nope'; name a branch, tag or commit" --diff nope
git clone -q --depth 1 "file://$PWD" ../shallow
mkdir ../shallow/build && small_database "$(realpath ../shallow)" dropped.cpp blocking.cpp helper.cpp
(cd ../shallow && says "coroguard: error: --diff: git knows no revision 'HEAD~1' in this shallow clone; fetch it: 'git fetch --unshallow', or a deeper checkout in CI" --diff HEAD~1)
rm -rf .git
run 2 "$coroguard" check --diff main
grep -q "^.*: error: --diff needs a git repository: fatal: not a git repository.*; run in a clone, or without --diff$" "$out" || bad "no git"
ln -s "$coroguard" ../coroguard-alone && mkdir ../empty-path
run 2 env PATH="$(realpath ../empty-path)" "$coroguard" check --diff main
grep -q "error: --diff needs a git repository: git is not installed" "$out" || bad "git that is not installed"

finish
