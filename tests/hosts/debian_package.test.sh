#!/usr/bin/env bash
# The Debian packages: their control fields, that dpkg installs them together, and that the programs run from where they were
# put, without a flag. Installed into a scratch root, whose own dpkg knows nothing of this machine's packages.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"
packages=$scratch/packages
(cd "$scratch" && run 0 cpack -G DEB --config "$build/CPackConfig.cmake" -B "$packages")

deb() { echo "$packages/$1"_*_*.deb; }
# field PACKAGE FIELD PATTERN: the control field matches.
field() {
  local value
  value=$(dpkg-deb -f "$(deb "$1")" "$2")
  [[ $value =~ $3 ]] || bad "$2 of $1 is '$value', which does not match '$3'"
}

begin "control fields; dependencies are those of this LLVM"
version=$("$coroguard" --version | cut -d' ' -f2)
for package in coroguard "coroguard-clang-tidy-$llvm" libcoroguard-dev libcoroguard-preload; do
  [[ -f $(deb "$package") ]] || bad "no package $package"
  field "$package" Package "^$package\$"
  field "$package" Version "^$version\$"
  field "$package" Architecture "^$(dpkg --print-architecture)\$"
  field "$package" Maintainer '.+ <.+@.+>'
  field "$package" Description $'^[^\n]+\n .+'
done
for package in coroguard "coroguard-clang-tidy-$llvm"; do
  field "$package" Depends "libclang-cpp$llvm "
  field "$package" Depends "libllvm$llvm"
  field "$package" Depends "libyaml-cpp0\.7 "
done
field coroguard Depends "libclang-common-$llvm-dev"
field coroguard Depends "libcoroguard-dev \(= $version\)"
field "coroguard-clang-tidy-$llvm" Depends "clang-tidy-$llvm"
field libcoroguard-dev Depends "libcoroguard-preload \(= $version\)"
dpkg-deb -f "$(deb libcoroguard-dev)" Depends > "$out"
! grep -qE 'llvm|clang|yaml' "$out" || bad "the runtime depends on LLVM or yaml-cpp: $(cat "$out")"

begin "every dependency from Debian is a package that this machine has, in that version"
for package in coroguard "coroguard-clang-tidy-$llvm" libcoroguard-preload; do
  dpkg-deb -f "$(deb "$package")" Depends | tr ',' '\n' | grep -v coroguard | while read -r name constraint; do
    known=$(dpkg-query -W -f '${Version}' "$name" 2> /dev/null) || bad "$package depends on $name, which is not installed"
    wanted=$(sed -nE 's/^\(>= (.*)\)$/\1/p' <<< "$constraint")
    [[ -z $wanted ]] || dpkg --compare-versions "$known" ge "$wanted" || bad "$name is $known, not $wanted"
  done
done

begin "dpkg installs them all in a scratch root"
dpkg_root=$scratch/root
mkdir -p "$dpkg_root/var/lib/dpkg/updates" "$dpkg_root/var/lib/dpkg/info" "$dpkg_root/etc"
touch "$dpkg_root/var/lib/dpkg/status"
# Their maintainer scripts call ldconfig, of a root that has none.
install="dpkg --root=$dpkg_root --force-not-root --force-depends --force-script-chrootless --log=/dev/null"
run 0 $install --unpack "$packages"/*.deb
dpkg --root="$dpkg_root" -l > "$out"
made=("$packages"/*.deb)
(($(grep -c '^iU .*coroguard' "$out") == ${#made[@]})) || bad "not all ${#made[@]} packages are unpacked: $(cat "$out")"
duplicates=$(for package in "$packages"/*.deb; do dpkg-deb -c "$package" | awk '$1 !~ /^d/ {print $6}'; done | sort | uniq -d)
[[ -z $duplicates ]] || bad "in two packages: $duplicates"

begin "the command runs from there: Clang's headers, models and pages are found without a flag"
small_project "$scratch/small"
cd "$scratch/small"
installed=$dpkg_root/usr/bin/coroguard
printf '#include <stddef.h>\n#include <stdarg.h>\nsize_t length;\n' >> helper.cpp
run 1 env -i PATH=/usr/bin:/bin "$installed" check -p build --format json -o installed.json
run 1 "$coroguard" check -p build --format json -o built.json
same "findings of the installed command" built.json installed.json
run 0 "$installed" explain blocking-call

begin "so does the plugin"
plugin=$dpkg_root/usr/lib/coroguard/llvm-$llvm/libcoroguard-tidy.so
run 0 "clang-tidy-$llvm" -load "$plugin" "-checks=-*,coroguard-*" -p build dropped.cpp
grep -q "coroguard-unawaited-coroutine" "$out" || bad "the plugin finds nothing"

begin "and a project finds the CMake package under /usr of that root"
cat > CMakeLists.txt << 'END'
cmake_minimum_required(VERSION 3.25)
project(consumer LANGUAGES CXX)
find_package(coroguard REQUIRED COMPONENTS lint runtime)
add_library(small STATIC dropped.cpp)
target_compile_features(small PUBLIC cxx_std_20)
coroguard_lint(small)
END
run 0 cmake -S . -B cmake -G Ninja "-DCMAKE_PREFIX_PATH=$dpkg_root/usr"
run 0 cmake --build cmake
grep -qF "result of 'say_hello()' is never awaited" "$out" || bad "coroguard_lint finds nothing: $(cat "$out")"

finish
