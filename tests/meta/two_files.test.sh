#!/bin/bash
# A rule costs two new files. Takes the rule and the cases out of docs/adding-a-rule.md, adds them to a scratch copy of
# the tree, builds, and looks whether every host knows the rule. Also: touching one rule rebuilds and relinks in 20 s.
# The copy's build takes what it can from ccache; without ccache it would take many minutes, so it fails then.
# Usage: two_files.test.sh BUILD_DIR LLVM_VERSION
set -euo pipefail
build=$1
llvm=$2
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
id=recursive-coroutine
rule=checks/rules/await/recursive_coroutine.cpp
cases=tests/cases/await/recursive-coroutine.cpp
limit=20

fail() { echo "two_files: $1" >&2; exit 1; }
say() { echo "[${SECONDS} s] $1"; }

command -v ccache > /dev/null || fail "without ccache this test would build everything; tests/run installs it, or apt-get install ccache"

# Same depth as the real build, so that relative paths, and with them ccache's keys, are the same.
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
copy=$scratch/tree
mkdir "$copy"
(cd "$root" && git ls-files -z --cached --others --exclude-standard | xargs -0 ls -d 2> /dev/null | tar cf - -T -) | tar xf - -C "$copy"
cd "$copy"
[ ! -e "$rule" ] || fail "$rule exists; let docs/adding-a-rule.md show a rule that does not"
git init --quiet .
git add --all
git -c user.name=test -c user.email=test@localhost -c commit.gpgsign=false commit --quiet --message before

python3 - docs/adding-a-rule.md "$rule" "$cases" << 'PYTHON' || fail "docs/adding-a-rule.md does not show both files"
import pathlib, re, sys
page = pathlib.Path(sys.argv[1]).read_text()
for name in sys.argv[2:]:
    block = re.search(rf"^`{re.escape(name)}`:\n\n````cpp\n(.*?)^````$", page, re.MULTILINE | re.DOTALL)
    if not block:
        sys.exit(f"no block of four backticks below a line `{name}`:")
    pathlib.Path(name).write_text(block[1])
PYTHON

say "configure"
setting() { sed -n "s/^$1:[A-Z]*=//p" "$build/CMakeCache.txt"; }
tree=$copy/build/$(basename "$build")
cmake -S "$copy" -B "$tree" -G Ninja -DCMAKE_BUILD_TYPE="$(setting CMAKE_BUILD_TYPE)" -DCOROGUARD_LLVM="$llvm" \
  -DCMAKE_CXX_COMPILER="$(setting CMAKE_CXX_COMPILER)" > "$scratch/configure.log" || { cat "$scratch/configure.log"; fail "cannot configure"; }
say "build"
ninja -C "$tree" -j2 coroguard coroguard_tidy cases pages > "$scratch/build.log" 2>&1 || { tail -40 "$scratch/build.log"; fail "the copy with the two files does not build"; }
say "built"
command=$tree/bin/coroguard

"$tree/bin/cases" --gtest_filter="*${id//-/?}*" > "$scratch/cases.log" || { cat "$scratch/cases.log"; fail "the cases do not hold"; }
grep -q "1 test.* ran" "$scratch/cases.log" || { cat "$scratch/cases.log"; fail "the case program does not know $cases"; }
"$tree/bin/cases" > "$scratch/cases.log" || { tail -40 "$scratch/cases.log"; fail "the new rule reports something in other cases"; }
"$tree/bin/pages" > "$scratch/pages.log" || { tail -40 "$scratch/pages.log"; fail "the page's Example or Instead does not hold"; }
say "cases and pages hold"

"$command" rules | grep "^$id .*off" > /dev/null || fail "'coroguard rules' does not list $id"
"$command" explain "$id" | grep "^# $id\$" > /dev/null || fail "'coroguard explain $id' does not print its page"
"$command" check --no-index --rule "$id" --exit-zero "$cases" -- -std=c++20 -isystem "$copy/tests/mock/shared" | grep "\[$id\]" > /dev/null ||
  fail "'coroguard check --rule $id' does not report it"
tidy=clang-tidy-$llvm
"$tidy" --load="$tree/lib/libcoroguard-tidy.so" --checks='-*,coroguard-*' --list-checks | grep "coroguard-$id\$" > /dev/null ||
  fail "$tidy with our plugin does not list coroguard-$id"
say "command and clang-tidy know the rule"

expected=$(printf '%s\n' "?? $rule" "?? $cases")
[ "$(git status --porcelain --untracked-files=all)" = "$expected" ] || { git status --short --untracked-files=all; fail "more than two files are new or changed"; }
"$command" docs
expected=$(printf '%s\n' " M docs/rules/README.md" "?? $rule" "?? docs/rules/$id.md" "?? $cases")
[ "$(git status --porcelain --untracked-files=all)" = "$expected" ] || { git status --short --untracked-files=all; fail "'coroguard docs' must write the page and the index and nothing else"; }
python3 "$here/completeness.py" "$copy" > "$scratch/complete.log" || true # what it says of others is not ours to say
! grep "${id//-/.}" "$scratch/complete.log" || fail "the new rule is not complete"
say "two files are new; the page and the index are generated"

# A changed text, and not only a new date, so that ccache has to compile.
best=1000
for try in 1 2; do
  sed -i "s/\.summary = \"[^\"]*\"/.summary = \"changed $$ $try\"/" "$rule"
  before=$(date +%s%N)
  ninja -C "$tree" -j2 coroguard > "$scratch/build.log" 2>&1 || { cat "$scratch/build.log"; fail "rebuilding failed"; }
  took=$((($(date +%s%N) - before) / 1000000))
  [ $took -ge $((best * 1000)) ] || best=$(((took + 999) / 1000))
  say "touching one rule: rebuilt and relinked in $took ms"
done
[ $best -lt $limit ] || fail "touching one rule rebuilds in $best s, the budget is $limit s; keep Clang headers out of checks/rules and look at 'ninja -d explain'"
say "done"
