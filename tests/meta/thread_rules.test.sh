#!/bin/bash
# docs/runtime/threads.md has a row for each public member of the loop's classes, and each that is checked is tested.
# Usage: thread_rules.test.sh BUILD_DIR LLVM_VERSION
exec python3 "$(dirname "$0")/thread_rules.py"
