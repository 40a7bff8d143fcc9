#!/bin/bash
# The page that maps asyncio's names to ours is complete, and names only what there is.
# Usage: asyncio_map.test.sh BUILD_DIR LLVM_VERSION
exec python3 "$(dirname "$0")/asyncio_map.py" "clang++-$2"
