#!/bin/bash
# coroguard finds nothing in its own sources, and can read them all.
# Usage: self_check.test.sh BUILD_DIR LLVM_VERSION
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
"$1/bin/coroguard" check -p "$1" --project "$root" --no-index -j 2 "$root/checks" "$root/tool"
status=$?
if [ $status -ne 0 ]; then
  echo "self_check: coroguard check of checks/ and tool/ ended with $status (1: findings, 2: not analysed)." >&2
  echo "Mend the code; if the finding is wrong, add the code to tests/cases as a false alarm and mend the rule." >&2
fi
exit $status
