#!/usr/bin/env bash
# Debian's clang-tidy with our plugin says the same as the command: every finding, every note, every column.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"
example chat
example chat_fixed
small_project "$scratch/small"
plugin=$build/lib/libcoroguard-tidy.so

# tidy FILE ARGUMENTS...: its output in $out. Its exit code says nothing about findings.
tidy() {
  run 0 "clang-tidy-$llvm" -load "$plugin" "-checks=-*,coroguard-*" "$@"
  ! grep -E "^Error|error:|clang-tidy-config" "$out" "$err" || bad "clang-tidy has problems with: $*"
}

# tidy_all FOLDER: each unit in a process of its own; names of the outputs.
tidy_all() {
  local source
  for source in "$1"/*.cpp; do
    tidy -p "$1/build" "$source" >&2
    cp "$out" "$source.tidy"
    echo "$source.tidy"
  done
}

begin "the plugin loads with every symbol, and registers the rules under their names"
run 0 env LD_BIND_NOW=1 "clang-tidy-$llvm" -load "$plugin" "-checks=-*,coroguard-*" -list-checks
same "other checks than rules" <("$coroguard" rules | awk '{print "    coroguard-" $1}' | sort) <(grep coroguard- "$out" | sort)

begin "with the index: the same findings as the command, columns and notes included"
(cd "$scratch/chat" && run 1 "$coroguard" check -p build --format json -o "$scratch/report.json")
findings tidy "$scratch/report.json" "$scratch/chat/build" $(tidy_all "$scratch/chat")

begin "without an index: the findings of each unit by itself"
rm -r "$scratch/chat/.coroguard"
tidy -p "$scratch/chat/build" "$scratch/chat/session.cpp"
grep -q "session.cpp:.*coroguard-unawaited-coroutine" "$out" || bad "no unawaited-coroutine in session.cpp"
! grep -q fsync "$out" || bad "fsync is known without an index"
tidy -p "$scratch/chat/build" "$scratch/chat/server.cpp"
grep -q "server.cpp:.*coroguard-blocking-call" "$out" || bad "no blocking-call in server.cpp"
grep -q "server.cpp:.*coroguard-wrong-thread-call" "$out" || bad "no wrong-thread-call in server.cpp"

begin "the mended example is silent"
(cd "$scratch/chat_fixed" && run 0 "$coroguard" check -p build --format json -o "$scratch/report.json")
for output in $(tidy_all "$scratch/chat_fixed"); do
  [[ ! -s $output ]] || bad "chat_fixed is not silent: $(cat "$output")"
done

begin "the small project, whose database names files relatively"
(cd "$scratch/small" && run 1 "$coroguard" check --format json -o "$scratch/report.json")
findings tidy "$scratch/report.json" "$scratch/small/build" $(tidy_all "$scratch/small")

begin "one file without a database; NOLINT; an option from the configuration"
cd "$scratch/small"
cat > single.cpp << 'END'
#include "task.h"

task hello();

void drops() {
  hello();
  hello(); // NOLINT(coroguard-unawaited-coroutine)
  // NOLINTNEXTLINE(coroguard-*)
  hello();
  (void)hello();
}
END
# lines: those of single.cpp with a finding.
lines() { sed -nE 's/^.*single\.cpp:([0-9]+):[0-9]+: warning: .*\[coroguard-unawaited-coroutine\]$/\1/p' "$out" | xargs; }
tidy single.cpp -- -std=c++20
[[ $(lines) == "6 10" ]] || bad "findings in lines '$(lines)' of single.cpp, not in 6 and 10"
run 1 "$coroguard" check single.cpp -- -std=c++20
same "NOLINT in the command" <(printf '%s\n' 6 10) <(sed -nE 's/^single\.cpp:([0-9]+):.*\[unawaited-coroutine\]$/\1/p' "$out")
ignore='{CheckOptions: {coroguard-unawaited-coroutine.ignore-void-cast: true}}'
tidy "-config=$ignore" single.cpp -- -std=c++20
[[ $(lines) == "6" ]] || bad "with ignore-void-cast, findings in lines '$(lines)' of single.cpp, not in 6"

begin "a wrong value of an option: the check, and the words that it knows"
config='{CheckOptions: {coroguard-blocking-call.virtual-calls: maybe}}'
run 0 "clang-tidy-$llvm" -load "$plugin" "-checks=-*,coroguard-*" "-config=$config" single.cpp -- -std=c++20
grep -q "option 'virtual-calls' of check 'coroguard-blocking-call' is 'maybe'; it must be one of [a-z-]*, [a-z]" "$out" "$err" ||
  bad "not said what the option may be: $(cat "$out" "$err")"

begin "what is wrong with the plugin's own settings is said, and the unit's findings stay"
head -c 300 .coroguard/index.facts > .coroguard/cut && mv .coroguard/cut .coroguard/index.facts
printf 'library: broken\nroots: [broken]\nblocking_cals: []\n' > broken.yaml
config="{CheckOptions: {CoroguardModels: $PWD/broken.yaml}}"
run 0 "clang-tidy-$llvm" -load "$plugin" "-checks=-*,coroguard-*" "-config=$config" -p build dropped.cpp
grep -q "dropped.cpp:.*coroguard-unawaited-coroutine" "$out" || bad "a broken index or model takes findings away"
for text in "index.facts: facts file is truncated or altered; write it again with 'coroguard check'" \
  "broken.yaml:3:1: unknown key 'blocking_cals'; did you mean 'blocking_calls'?"; do
  (($(grep -cF "$text" "$out") == 1)) || bad "not said exactly once: $text"
done

finish
