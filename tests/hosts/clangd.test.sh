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
PYTHONDONTWRITEBYTECODE=1 python3 "$hosts/clangd_session.py" "$clangd" "$coroguard" "$PWD" || {
  bad "clangd_session.py: see above"
  tail -n 50 "$scratch/clangd.log"
}

finish
