#!/usr/bin/env bash
# A run over some files of a project: what it finds is what a run over all would find in them, whatever has changed since
# that, and what it cannot know it says.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"
small_project "$scratch/small"
cd "$scratch/small"
git init -q .

# finds FINDING... -- OPTIONS...: these places and rules, and nothing on standard error.
finds() {
  local wanted=()
  while [[ $1 != -- ]]; do wanted+=("$1"); shift; done
  shift
  run $((${#wanted[@]} > 0)) "$coroguard" check "$@"
  same "findings of: check $*" <(printf '%s' "${wanted[@]/%/$'\n'}") <(sed -nE 's/^([^:]+:[0-9]+):[0-9]+: warning.*\[(.*)\]$/\1 \2/p' "$out")
  same "notes of: check $*" /dev/null "$err"
}
parsed() { # HOW MANY
  run "${2:-1}" "$coroguard" check -v blocking.cpp
  grep -q "^coroguard: $1 of 3 translation units parsed$" "$err" || bad "not $1 units parsed: $(cat "$err")"
}
blocking="blocking.cpp:7 blocking-call"

begin "nothing is known of the others: that is said"
run 0 "$coroguard" check blocking.cpp
grep -qx "coroguard: note: 2 other translation units of the project have not been analysed yet, and findings that need them are missing; 'coroguard check' without paths analyses all" "$err" || bad "no note: $(cat "$err")"
run 0 "$coroguard" check blocking.cpp dropped.cpp --rule blocking-call
grep -q "note: 1 other translation unit of the project has not been analysed yet" "$err" || bad "no note: $(cat "$err")"

begin "all is known"
finds "$blocking" "dropped.cpp:6 unawaited-coroutine" --
finds "$blocking" -- blocking.cpp
parsed 0

begin "a file that was not named has changed, and changes back"
cp helper.cpp before
sed -i 's/  ::sleep(1);//' helper.cpp
parsed 1 0
finds -- blocking.cpp
cp before helper.cpp
finds "$blocking" -- blocking.cpp

begin "a header that the others read has changed"
cp helper.h header
sed -i 's|void pause_a_little();|inline void pause_a_little() {}|' helper.h
sed -i '/pause_a_little/,$d' helper.cpp
finds -- blocking.cpp
cp header helper.h && cp before helper.cpp
finds "$blocking" -- blocking.cpp

begin "other models, and no models again"
printf 'library: mine\nroots: [nap]\nblocking_calls:\n  - name: ::nap\n    family: sleep\n    why: it is slow\n' > mine.yaml
printf '#include "helper.h"\nvoid nap();\nvoid pause_a_little() { nap(); }\n' > helper.cpp
finds "dropped.cpp:6 unawaited-coroutine" --
finds "$blocking" -- blocking.cpp --model mine.yaml
finds -- blocking.cpp
finds "$blocking" "dropped.cpp:6 unawaited-coroutine" -- --model mine.yaml
finds -- blocking.cpp
cp before helper.cpp

begin "other flags, another set of excluded folders"
sed -i 's|  ::sleep(1);|#ifndef QUIET\n  ::sleep(1);\n#endif|' helper.cpp
finds "$blocking" -- blocking.cpp
sed -i 's|"-std=c++20"|"-std=c++20", "-DQUIET"|g' build/compile_commands.json
finds -- blocking.cpp
sed -i 's|, "-DQUIET"||g' build/compile_commands.json
finds "$blocking" -- blocking.cpp
echo 'exclude: [helper.cpp]' > .coroguard.yaml
finds -- blocking.cpp
rm .coroguard.yaml
cp before helper.cpp

begin "without a cache all that is known is analysed again"
finds "$blocking" "dropped.cpp:6 unawaited-coroutine" --
sed -i 's/  ::sleep(1);//' helper.cpp
finds -- blocking.cpp --no-cache
cp before helper.cpp
finds "$blocking" -- blocking.cpp --no-cache

begin "the index is gone and the cache is not; then both are"
rm .coroguard/index.facts
finds "$blocking" -- blocking.cpp
rm -r .coroguard
run 0 "$coroguard" check blocking.cpp
grep -q "note: 2 other translation units of the project have not been analysed yet" "$err" || bad "no note: $(cat "$err")"

begin "a file that was not named does not compile any more: no problem of this run, and a note"
finds "$blocking" "dropped.cpp:6 unawaited-coroutine" --
echo 'int broken = ;' >> helper.cpp
run 1 "$coroguard" check blocking.cpp
grep -q "note: other files of the project could not be analysed, and findings that need them may be missing" "$err" || bad "no note: $(cat "$err")"
! grep -q ': error: ' "$out" || bad "a problem of another file: $(cat "$out")"
cp before helper.cpp

begin "a file that is gone from the build is gone from the answers"
small_database "$PWD" dropped.cpp blocking.cpp
finds -- blocking.cpp

finish
