#!/bin/bash
# coroguard finds nothing in its own sources, and can read them all: without precompiled header, so that each source, and
# the header that it includes first, must include what it uses.
# Usage: self_check.test.sh BUILD_DIR LLVM_VERSION
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
without_pch=$1/self_check
mkdir -p "$without_pch"
sed -E 's/(-Xclang )?-include (-Xclang )?[^ ]*cmake_pch\.hxx //' "$1/compile_commands.json" > "$without_pch/compile_commands.json"
"$1/bin/coroguard" check -p "$without_pch" --project "$root" --no-index -j 2 "$root/checks" "$root/tool" "$root/runtime"
status=$?
# The examples are programs of users: no compile database of ours has them.
"$1/bin/coroguard" check --project "$root" --no-index -j 2 "$root"/docs/examples/runtime/*.cpp -- -std=c++20 -I"$root/runtime"
examples=$?
[ $examples -gt $status ] && status=$examples
if [ $status -ne 0 ]; then
  echo "self_check: coroguard check of our own sources ended with $status (1: findings, 2: not analysed)." >&2
  echo "Mend the code; if the finding is wrong, add the code to tests/cases as a false alarm and mend the rule." >&2
fi
exit $status
