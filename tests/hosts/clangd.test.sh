#!/usr/bin/env bash
# coroguard-clangd, driven as an editor drives it.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"
clangd=$build/bin/coroguard-clangd
[[ -x $clangd ]] || {
  echo "FAILED: $clangd is not built; CMake says which packages it wants"
  exit 1
}

begin "it is clangd of LLVM $llvm"
run 0 "$clangd" --version
grep -q "clangd version $llvm\." "$out" || bad "not of LLVM $llvm: $(cat "$out")"

begin "Clang comes from the shared library alone"
# A static copy next to it would be a second set of Clang's globals.
(($(nm -C --defined-only "$clangd" | grep -cE " T clang::(Sema|Parser|ASTContext|Preprocessor)::" || true) == 0)) ||
  bad "Clang itself is linked in, too"

small_project "$scratch/a small ü project"
cd "$scratch/a small ü project"
run 1 "$coroguard" check
# sessions CLANGD PAGES [SESSION...]
sessions() {
  local program=$1 pages=$2
  shift 2
  PYTHONDONTWRITEBYTECODE=1 python3 "$hosts/clangd_session.py" "$program" "$coroguard" "$PWD" "$pages" "$@" && return
  bad "clangd_session.py: see above"
  tail -n 50 "$scratch/clangd.log"
}
sessions "$clangd" "$root/docs/rules"

begin "installed, its links lead to the installed pages"
prefix="$scratch/a prefix ü"
mkdir -p "$prefix/bin" "$prefix/share/doc/coroguard"
cp "$clangd" "$prefix/bin/coroguard-clangd"
cp -r "$root/docs/rules" "$prefix/share/doc/coroguard/rules"
sessions "$prefix/bin/coroguard-clangd" "$prefix/share/doc/coroguard/rules" typing

begin "a resource directory that the user names counts, and none need be named"
printf '#include <immintrin.h>\n' > headers.cpp
run 0 env CLANGD_FLAGS=--resource-dir=/nowhere "$clangd" --check=headers.cpp # Debian's Clang has a folder to fall back on
grep -q -- "-resource-dir /nowhere " "$err" || bad "CLANGD_FLAGS is not heard"
run 0 "$clangd" --check=headers.cpp
grep -q -- "-resource-dir /usr/lib/llvm-$llvm/lib/clang/$llvm " "$err" || bad "Clang's resource directory is not named"

finish
