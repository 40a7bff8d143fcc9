#!/bin/bash
# The page about testing shows code that is tested; the ids of reports are in one table.
# Usage: runtime_pages.test.sh BUILD_DIR LLVM_VERSION
exec python3 "$(dirname "$0")/runtime_pages.py"
