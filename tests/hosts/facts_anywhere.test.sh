#!/usr/bin/env bash
# 'facts', 'link' and 'report' as plain steps from file to file, which any build system can distribute: the same bytes in
# every folder and behind links, and together the findings of 'check'.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"
units=(dropped blocking helper)

# The project in one folder, and in another one that has only links to a third.
for folder in one store; do
  cp -r "$hosts/small" "$scratch/$folder"
  printf '\nvoid allows() {\n  // coroguard: allow(unawaited-coroutine) a test\n  say_hello();\n}\n' >> "$scratch/$folder/dropped.cpp"
  printf '\nauto later = [] { return pause_a_little; };\nvoid calls() { later()(); }\n' >> "$scratch/$folder/helper.cpp"
done
mkdir -p "$scratch/a/deeper/sandbox"
for file in "$scratch/store"/*; do ln -s "$file" "$scratch/a/deeper/sandbox"; done
# steps FOLDER: what a Makefile would do.
steps() {
  cd "$1"
  mkdir -p facts
  for unit in "${units[@]}"; do run 0 "$coroguard" facts "$unit.cpp" --root . -o "facts/$unit.facts" -- -std=c++20; done
  run 0 "$coroguard" link facts/{dropped,blocking,helper}.facts -o all.facts
}

begin "the same bytes in every folder, behind links, and from a folder above"
steps "$scratch/one"
steps "$scratch/a/deeper/sandbox"
cd "$scratch"
for facts in facts/{dropped,blocking,helper}.facts all.facts; do
  cmp "one/$facts" "a/deeper/sandbox/$facts" || bad "$facts differs"
  ! strings -a "one/$facts" | grep -F "$scratch" || bad "$facts knows its folder"
done
run 0 "$coroguard" facts one/helper.cpp --root one -o above.facts -- -std=c++20
cmp above.facts one/facts/helper.facts || bad "the current folder changes the facts"
ln -s one linked
(cd linked && run 0 "$coroguard" facts helper.cpp --root . -o ../linked.facts -- -std=c++20)
cmp linked.facts one/facts/helper.facts || bad "a link to the folder changes the facts"

begin "'report' says what 'check' says, of one linked file or of all parts, suppressions included"
cd "$scratch/one"
run 1 "$coroguard" check --no-index --format json -o ../check.json ./*.cpp -- -std=c++20
for facts in all.facts "facts/helper.facts facts/dropped.facts facts/blocking.facts"; do
  run 1 "$coroguard" report $facts --format json -o ../report.json
  same "other findings than 'check'" ../check.json ../report.json
done
grep -q unawaited-coroutine ../report.json && grep -q "ends in 'sleep'" ../report.json || bad "the findings are missing"
(cd / && run 1 "$coroguard" report "$scratch/one/all.facts" --root "$scratch/one" --format json -o "$scratch/report.json")
same "other findings from another folder" ../check.json ../report.json
run 0 "$coroguard" report all.facts --exit-zero

begin "configuration and rules count, and a comment that covers nothing is found"
run 1 "$coroguard" report all.facts --rule blocking-call
! grep -q unawaited-coroutine "$out" || bad "--rule is not heeded"
echo 'rules: {blocking-call: off}' > .coroguard.yaml
run 1 "$coroguard" report all.facts
! grep -q blocking-call "$out" || bad ".coroguard.yaml is not heeded"
rm .coroguard.yaml
printf 'int nothing; // NOLINT(coroguard-blocking-call)\n' >> helper.cpp
run 0 "$coroguard" facts helper.cpp --root . -o facts/helper.facts -- -std=c++20
run 1 "$coroguard" report facts/*.facts
grep -q "covers no finding \[unused-suppression\]" "$out" || bad "the unused suppression is not found: $(cat "$out")"

begin "a baseline that 'check' wrote, and counts"
run 0 "$coroguard" baseline update --baseline known.jsonl --no-index ./*.cpp -- -std=c++20
run 0 "$coroguard" report facts/*.facts --baseline known.jsonl
grep -qx "coroguard: note: 3 findings are covered by known.jsonl" "$err" || bad "no note about the baseline: $(cat "$err")"
grep -v '"blocking-call"' known.jsonl > less.jsonl
run 1 "$coroguard" report facts/*.facts --baseline less.jsonl --statistics
grep -q '\[blocking-call\]$' "$out" && ! grep -q '\[unawaited-coroutine\]$' "$out" || bad "not what the baseline leaves: $(cat "$out")"
grep -qE '^ *1 +blocking-call$' "$out" || bad "no counts: $(cat "$out")"
run 1 "$coroguard" report facts/*.facts --statistics --format json
grep -qE '^ *1 +blocking-call$' "$err" && python3 -m json.tool "$out" > /dev/null || bad "counts spoil a report for programs: $(cat "$err")"
run 2 "$coroguard" report facts/*.facts --baseline none.jsonl
grep -q "none.jsonl: error: the baseline cannot be read" "$out" || bad "a baseline that is not there: $(cat "$out")"

begin "a folder that is left out is no part of the project"
mkdir external && cp dropped.cpp task.h external
run 0 "$coroguard" facts external/dropped.cpp --root . -o out.facts -- -std=c++20
run 1 "$coroguard" report out.facts
cp dropped.cpp includes.cpp && sed -i 's|#include "task.h"|#include "external/dropped.cpp"|' includes.cpp && sed -i '3,$d' includes.cpp
run 0 "$coroguard" facts includes.cpp --root . --exclude external -o out.facts -- -std=c++20
run 0 "$coroguard" report out.facts

begin "the page's Makefile does it, and does no step twice"
cp -r "$hosts/small" "$scratch/made" && cd "$scratch/made"
sed -n '/^```make/,/^```/{/^```/!p}' "$root/docs/bazel.md" > Makefile
lint=(env "PATH=$build/bin:$PATH" make lint "SOURCES=dropped.cpp blocking.cpp helper.cpp" CXXFLAGS=-std=c++20)
run 2 "${lint[@]}"
(($(grep -c 'coroguard facts' "$out") == 3)) && grep -q "ends in 'sleep'" "$out" || bad "make does not lint: $(cat "$out")"
touch helper.cpp
run 2 "${lint[@]}"
(($(grep -c 'coroguard facts' "$out") == 1)) || bad "make does not know what is done: $(cat "$out")"
cd "$scratch/one"

begin "what is wrong is one line with a remedy"
# wrong TEXT COMMAND...
wrong() {
  run 2 "$coroguard" "${@:2}"
  grep -qF -- "$1" "$out" "$err" || bad "not said: $1: $(cat "$out" "$err")"
}
wrong "the facts name this file, which does not exist; give the folder that the sources lie in: --root; it was '/'" \
  report all.facts --root /
wrong "nowhere: error: cannot be the root: No such file or directory; choose another --root" facts helper.cpp --root nowhere -- -std=c++20
wrong "helper.cpp: error: cannot be the root: Not a directory" facts helper.cpp --root helper.cpp -- -std=c++20
wrong "there is no rule 'nothing'; 'coroguard rules' lists them" report all.facts --rule nothing
wrong "not a facts file of this version of coroguard" report helper.cpp
head -c 200 all.facts > cut.facts
wrong "facts file is truncated or altered" report cut.facts
wrong "--project excludes --root" facts helper.cpp --root . --project . -- -std=c++20

finish
