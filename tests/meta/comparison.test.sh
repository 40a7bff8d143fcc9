#!/bin/bash
# Each cell of our column in docs/comparison.md names a test that is there.
# Usage: comparison.test.sh BUILD_DIR LLVM_VERSION
exec python3 "$(dirname "$0")/comparison.py"
