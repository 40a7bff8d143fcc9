#!/bin/bash
# What rules say, in the words they really print for tests/cases, keeps to docs/style.md.
# Usage: message_style.test.sh BUILD_DIR LLVM_VERSION
exec python3 "$(dirname "$0")/message_style.py" "$1/bin/coroguard"
