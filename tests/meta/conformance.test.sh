#!/bin/bash
# docs/runtime/conformance.md says what the runtime's tests cover of CPython's, and each case that they do not has a reason.
# Usage: conformance.test.sh BUILD_DIR LLVM_VERSION
here=$(dirname "$0")
status=0
python3 "$here/conformance_check.py" || status=1
python3 "$here/../runtime/conformance/generate" --check || status=1
exit $status
