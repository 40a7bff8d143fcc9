#!/bin/bash
# The generated pages are the committed ones; commands, files and links that hand-written pages name exist.
# Usage: docs_in_sync.test.sh BUILD_DIR LLVM_VERSION
exec python3 "$(dirname "$0")/docs_in_sync.py" "$1/bin/coroguard"
