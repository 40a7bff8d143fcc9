# What the tests of this folder share. Sourced with their arguments: BUILD_DIR LLVM_VERSION.
set -euo pipefail

build=$(realpath "$1")
llvm=$2
hosts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$hosts/../.." && pwd)
coroguard=$build/bin/coroguard
scratch=$(realpath "$(mktemp -d --tmpdir coroguard-test.XXXXXX)")
trap 'cd /; chmod -R u+rwX "$scratch"; rm -rf "$scratch"' EXIT
failures=$scratch/.failures # a file, because subshells fail too

# Says what is about to be tested.
begin() { echo "-- $1"; }

bad() {
  echo "FAILED: $1" | tee -a "$failures"
}

# Runs a command, keeps what it prints in the files $out and $err, and compares its exit code.
out=$scratch/.out
err=$scratch/.err
run() {
  local wanted=$1 code=0
  shift
  "$@" > "$out" 2> "$err" || code=$?
  ((code == wanted)) && return
  bad "exit code $code, not $wanted, of: $*"
  sed 's/^/  stdout: /' "$out"
  sed 's/^/  stderr: /' "$err"
}

# full_disk CODE COMMAND...: like run, where nothing can be written into a file. Both outputs are in $err.
full_disk() {
  local code=0 wanted=$1
  shift
  (ulimit -f 0 && exec "$@" 2>&1) | cat > "$err" || code=${PIPESTATUS[0]}
  ((code == wanted)) || bad "exit code $code, not $wanted, of: $* on a full disk: $(cat "$err")"
}

# Compares two files.
same() {
  local what=$1 wanted=$2 got=$3
  diff -u --label wanted --label got "$wanted" "$got" || bad "$what"
}

findings() { python3 "$hosts/findings.py" "$@" || bad "findings.py $1: see above"; }

# A copy of an example of docs/examples, configured. It lies outside of any git repository.
example() {
  cp -r "$root/docs/examples/$1" "$scratch/$1"
  cmake -S "$scratch/$1" -B "$scratch/$1/build" -G Ninja > "$scratch/.cmake" 2>&1 && return
  cat "$scratch/.cmake"
  echo "FAILED: the example $1 cannot be configured"
  exit 1
}

# A copy of the small project next to this file (three units, two findings: one needs two units), with a compile
# database in its build/. Much faster to analyse than an example.
small_project() {
  local folder=$1
  cp -r "$hosts/small" "$folder"
  mkdir "$folder/build"
  small_database "$folder" dropped.cpp blocking.cpp helper.cpp
}

small_database() {
  local folder=$1
  shift
  python3 - "$folder" "$@" > "$folder/build/compile_commands.json" << 'END'
import json, sys
folder, *files = sys.argv[1:]
json.dump([{"directory": folder + "/build", "file": "../" + file,
            "arguments": ["g++", "-std=c++20", "-c", "../" + file, "-o", file + ".o"]} for file in files], sys.stdout)
END
}

finish() {
  [[ ! -e $failures ]] && return
  echo "$(grep -c ^FAILED "$failures") failures"
  exit 1
}
