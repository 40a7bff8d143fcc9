#!/usr/bin/env bash
# Installed with CMake into a scratch prefix, coroguard serves a project outside of this tree: find_package, the runtime's
# targets, coroguard_lint() as a step of the build and as clang-tidy.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"
prefix=$scratch/prefix
run 0 cmake --install "$build" --prefix "$prefix"

begin "every part is installed, and knows nothing of the build tree"
for file in bin/coroguard lib/libcoroguard-runtime.a lib/libcoroguard-preload.so "lib/coroguard/llvm-$llvm/libcoroguard-tidy.so" \
  include/coroguard/runtime.hpp include/coroguard/annotations.h lib/cmake/coroguard/coroguardConfig.cmake \
  share/coroguard/bazel/coroguard.bzl share/doc/coroguard/models/asio.yaml share/doc/coroguard/rules/blocking-call.md \
  share/doc/coroguard/hosts.md; do
  [[ -s $prefix/$file ]] || bad "not installed: $file"
done
! grep -rlF "$root" "$prefix/lib/cmake" || bad "the CMake package names the source tree"
for program in bin/coroguard "lib/coroguard/llvm-$llvm/libcoroguard-tidy.so"; do
  readelf -d "$prefix/$program" > "$out"
  ! grep -qE 'R(UN)?PATH' "$out" || bad "$program has a run path of the machine it was built on"
done

# The project: a library with two findings, one of which needs two of its units, and a program that uses the runtime.
project=$scratch/project
small_project "$project" && rm -r "$project/build"
cat > "$project/main.cpp" << 'END'
#include <coroguard/runtime.hpp>
#include <cstdio>

coroguard::coro<int> answer() { co_return 42; }

int main() { std::printf("%d\n", coroguard::run(answer())); }
END
cat > "$project/CMakeLists.txt" << 'END'
cmake_minimum_required(VERSION 3.25)
project(consumer LANGUAGES CXX)
find_package(coroguard 0.1 REQUIRED COMPONENTS lint runtime)
add_library(small STATIC dropped.cpp blocking.cpp helper.cpp helper.h)
target_compile_features(small PUBLIC cxx_std_20)
add_executable(app main.cpp)
target_link_libraries(app PRIVATE coroguard::runtime)
include(lint.cmake)
END
lint() { printf '%s\n' "$@" > "$project/lint.cmake"; }
configure() { run 0 cmake -S "$project" -B "$project/build" "-DCMAKE_PREFIX_PATH=$prefix" "$@"; }
built() { run 0 cmake --build "$project/build" "$@"; }
fails() { # of the build tool: make exits with 2, ninja with 1
  ! cmake --build "$project/build" "$@" > "$out" 2> "$err" || bad "a build passes that has findings"
}
saying() { grep -qF -- "$1" "$out" || bad "not said: $1: $(cat "$out" "$err")"; }
silent() { ! grep -qF -- "$1" "$out" || bad "said: $1"; }
dropped="dropped.cpp:6:3: warning: result of 'say_hello()' is never awaited"
blocking="blocking.cpp:7:5: warning: 'pause_a_little' ends in 'sleep'"

for generator in Ninja "Unix Makefiles"; do
  begin "a step of the build, with $generator: findings are printed, once"
  lint "coroguard_lint(small)" "coroguard_lint(app)"
  configure -G "$generator"
  saying "coroguard_lint: 'small' is now exported to compile_commands.json"
  built -j 2
  saying "$dropped"
  saying "$blocking"
  silent "main.cpp:"
  [[ $generator != Ninja || $("$project/build/app") == 42 ]] || bad "the program with the runtime does not run"
  built
  silent "warning:"

  begin "a header's change lints again, and only the target that reads it"
  echo >> "$project/helper.h"
  built --target small_lint app_lint
  saying "$dropped"
  saying "Linting small"
  silent "Linting app"

  begin "STRICT fails, and does so again"
  lint "coroguard_lint(small app STRICT NAME lint OPTIONS --rule blocking-call)"
  configure -G "$generator" -DCMAKE_EXPORT_COMPILE_COMMANDS=ON
  silent "is now exported"
  for again in 1 2; do
    fails --target lint
    saying "$blocking"
    silent "$dropped"
  done
  sed -i.kept 's/pause_a_little()/void()/' "$project/blocking.cpp"
  built --target lint
  silent "warning:"
  mv "$project/blocking.cpp.kept" "$project/blocking.cpp"
  rm -r "$project/build" "$project/.coroguard"
  echo 'int main() {}' > "$project/main.cpp" # once is enough, and takes long
done

begin "what the configuration says counts, and its change lints again"
echo 'rules: {blocking-call: off}' > "$project/.coroguard.yaml"
lint "coroguard_lint(small STRICT)"
configure -G Ninja
fails --target small_lint
saying "$dropped"
silent "$blocking"
echo 'rules: {blocking-call: off, unawaited-coroutine: off}' > "$project/.coroguard.yaml"
built --target small_lint
built --target small_lint
silent "Linting small"
touch -d '+2 seconds' "$project/.coroguard.yaml"
built --target small_lint
saying "Linting small"
echo 'rules: {blocking-cal: off}' > "$project/.coroguard.yaml"
touch -d '+4 seconds' "$project/.coroguard.yaml"
lint "coroguard_lint(small)"
fails --target small_lint
saying ".coroguard.yaml:1:"
rm -r "$project/build" "$project/.coroguard.yaml"

begin "CLANG_TIDY: each compilation is checked by the plugin"
lint "coroguard_lint(small CLANG_TIDY)"
configure -G Ninja "-DCOROGUARD_LLVM=$llvm"
built --target small
saying "[coroguard-unawaited-coroutine]"
lint "coroguard_lint(small CLANG_TIDY STRICT)"
configure -G Ninja "-DCOROGUARD_LLVM=$llvm"
touch "$project/dropped.cpp"
fails --target small
saying "[coroguard-unawaited-coroutine,-warnings-as-errors]"
rm -r "$project/build"

begin "a wrong use is one clear line"
# wrong TEXT LINE...: with these lines, configuring fails and says this, in lines that CMake may break.
wrong() {
  lint "${@:2}"
  run 1 cmake -S "$project" -B "$project/build" -G Ninja "-DCMAKE_PREFIX_PATH=$prefix"
  grep -qF -- "$1" <(tr -s ' \n' ' ' < "$err") || bad "not said: $1: $(cat "$err")"
  rm -r "$project/build"
}
wrong "there is no target 'nothing'; call it after add_executable or add_library" "coroguard_lint(nothing)"
wrong "no target is named; the shape is coroguard_lint(TARGET... [STRICT])" "coroguard_lint(STRICT)"
wrong "nothing of 'coroguard::runtime' is compiled here; name a target with sources" "coroguard_lint(coroguard::runtime)"
wrong "'small' is a unity build" "set_target_properties(small PROPERTIES UNITY_BUILD ON)" "coroguard_lint(small)"
wrong "install clang-tidy-VERSION and coroguard-clang-tidy-VERSION of one version" \
  "set(COROGUARD_LLVM 3)" "coroguard_lint(small CLANG_TIDY)"
wrong "writes no compile_commands.json" "set(CMAKE_GENERATOR Xcode)" "coroguard_lint(small)"

begin "the runtime alone gives no lint, and says so when it is wanted"
for component in runtime preload; do run 0 cmake --install "$build" --prefix "$scratch/alone" --component $component; done
lint 'message(STATUS "lint: ${coroguard_lint_FOUND}")'
run 1 cmake -S "$project" -B "$project/build" -G Ninja "-DCMAKE_PREFIX_PATH=$scratch/alone"
grep -qF "it has no 'lint' here" "$err" || bad "not said that lint is missing: $(cat "$err")"
rm -r "$project/build"
sed -i 's/ COMPONENTS lint runtime//' "$project/CMakeLists.txt"
run 0 cmake -S "$project" -B "$project/build" -G Ninja "-DCMAKE_PREFIX_PATH=$scratch/alone"
saying "lint: FALSE"

finish
