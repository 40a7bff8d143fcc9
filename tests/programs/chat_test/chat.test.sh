#!/usr/bin/env bash
# The mended example builds without a warning and really is a chat server.
set -euo pipefail
build=$(realpath "$1")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
server=$build/examples/chat_fixed # stays there for the next run

quietly() {
  "$@" > "$build/chat_fixed.log" 2>&1 && return
  cat "$build/chat_fixed.log"
  echo "FAILED: $*"
  exit 1
}
if [[ ! -e $server/build.ninja ]]; then
  quietly cmake -S "$here/../../../docs/examples/chat_fixed" -B "$server" -G Ninja \
    -DCMAKE_CXX_COMPILER=g++ -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS=-Werror
fi
quietly cmake --build "$server" -j 2
python3 "$here/chat_test.py" "$server/chat"
