#!/bin/bash
# Who includes whom (docs/design.md, "The house"), and that this test would notice a wrong arrow.
# Usage: layering.test.sh BUILD_DIR LLVM_VERSION
exec python3 "$(dirname "$0")/layering.py"
