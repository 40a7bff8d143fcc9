#!/bin/bash
# Every header of checks/, tool/ and runtime/ compiles by itself: it includes what it uses.
# Usage: headers_stand_alone.test.sh BUILD_DIR LLVM_VERSION
exec python3 "$(dirname "$0")/headers_stand_alone.py" "$1" "$2"
