#!/bin/bash
# Nothing that belongs together is missing: each rule has its case file and page, names and lengths keep to docs/style.md.
# Usage: completeness.test.sh BUILD_DIR LLVM_VERSION
exec python3 "$(dirname "$0")/completeness.py"
