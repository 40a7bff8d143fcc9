#!/usr/bin/env bash
# The plugin in a project: run by CMake with every compilation, with an index of its choice, and configured by
# .coroguard.yaml below clang-tidy's own options.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"
plugin=$build/lib/libcoroguard-tidy.so
small_project "$scratch/small"
cd "$scratch/small"

# tidy ARGUMENTS...: its output in $out.
tidy() { run 0 "clang-tidy-$llvm" --load="$plugin" "--checks=-*,coroguard-*" "$@"; }
# found FILE WANTED WHAT: the lines of a file with a finding.
found() {
  local lines
  lines=$(sed -nE "s/^.*$1:([0-9]+):[0-9]+: (warning|remark|error): .*\[coroguard-[a-z-]+(,-warnings-as-errors)?\]$/\1/p" "$out" | xargs)
  [[ $lines == "$2" ]] || bad "$3: findings in lines '$lines' of $1, not in '$2'"
}

begin "CMAKE_CXX_CLANG_TIDY: the build says what is wrong, and goes on"
cat > CMakeLists.txt << 'END'
cmake_minimum_required(VERSION 3.25)
project(small LANGUAGES CXX)
set(CMAKE_CXX_STANDARD 20)
add_library(small dropped.cpp helper.cpp blocking.cpp)
END
# compile NAME ARGUMENT...: configures with these arguments for clang-tidy and builds; expects the exit code first.
compile() {
  local wanted=$1 folder=$2 arguments
  shift 2
  arguments=$(printf ';%s' "clang-tidy-$llvm" "--load=$plugin" "--checks=-*,coroguard-*" "$@")
  run 0 cmake -S . -B "$folder" -G Ninja -DCMAKE_CXX_COMPILER=g++ "-DCMAKE_CXX_CLANG_TIDY=${arguments#;}"
  run "$wanted" cmake --build "$folder" -j 1 -- -k 0
}
compile 0 cmake
found dropped.cpp 6 "without an index"
found blocking.cpp "" "without an index"
[[ -e cmake/libsmall.a ]] || bad "the library was not built"

begin "CMAKE_CXX_CLANG_TIDY: it fails where warnings are errors"
run 1 "$coroguard" check # writes the index
compile 1 cmake-strict "--warnings-as-errors=coroguard-*"
found dropped.cpp 6 "as an error"
found blocking.cpp 7 "with the index, as an error"
grep -q "helper.cpp:5:3: note: 'sleep' blocks" "$out" || bad "no way into helper.cpp is shown"
[[ ! -e cmake-strict/libsmall.a ]] || bad "the library was built all the same"

begin "CoroguardIndex names another index"
mv .coroguard/index.facts elsewhere.facts
tidy -p build blocking.cpp
found blocking.cpp "" "with the index gone"
index() { tidy "--config={CheckOptions: {CoroguardIndex: $1}}" -p build blocking.cpp; }
index "$PWD/elsewhere.facts"
found blocking.cpp 7 "with the index elsewhere"
index "$PWD/nowhere.facts"
grep -q "nowhere.facts: cannot read the project index; write it with 'coroguard check'" "$out" || bad "nothing is said of the missing index"

begin ".coroguard.yaml counts, and clang-tidy's own options before it"
cat > casts.cpp << 'END'
#include "task.h"
task hello();
void drops() {
  hello();
  hello(); // NOLINT
  (void)hello();
}
END
# casts YAML WANTED [ARGUMENT...]
casts() {
  local yaml=$1 wanted=$2
  shift 2
  echo "$yaml" > .coroguard.yaml
  tidy "$@" casts.cpp -- -std=c++20
  found casts.cpp "$wanted" "with $yaml $*"
}
ignored='rules: {unawaited-coroutine: {options: {ignore-void-cast: true}}}'
casts "" "4 6"
casts "$ignored" "4"
casts "$ignored" "4 6" "--config={CheckOptions: {coroguard-unawaited-coroutine.ignore-void-cast: false}}"
casts 'rules: {unawaited-coroutine: off}' ""
casts 'rules: {unawaited-coroutine: {severity: error}}' "4 6" # a warning: of an error, NOLINT would not count
casts 'rules: {unawaited-coroutine: {severity: info}}' "4 6"
grep -q "casts.cpp:4:3: remark:" "$out" || bad "an info finding is no remark"
casts 'ruels: {}' "4 6"
(($(grep -cF ".coroguard.yaml:1:1: unknown key 'ruels'; did you mean 'rules'?" "$out") == 1)) || bad "a wrong key is not said exactly once"

finish
