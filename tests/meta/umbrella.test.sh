#!/bin/bash
# <coroguard/runtime.hpp> includes every public header of the runtime, and this test would notice one that is missing.
# Usage: umbrella.test.sh BUILD_DIR LLVM_VERSION
exec python3 "$(dirname "$0")/umbrella.py"
