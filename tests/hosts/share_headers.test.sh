#!/usr/bin/env bash
# Parsing shared headers once changes neither facts nor findings nor problems, also where they cannot be shared.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"
project=$scratch/project
mkdir -p "$project"/build && cd "$project" && cp "$hosts/small/task.h" .

body='#include "task.h"
namespace NAME { task run(std::mutex &mutex) {
  std::lock_guard guard(mutex);
  usleep(1);
  co_await std::suspend_always{};
} 
void start(std::mutex &mutex) { run(mutex); } }'
unit() { printf '%s\n%s\n' "$2" "${body/NAME/${1%.cpp}}" > "$1"; }
common=$'// a comment\n#include <mutex>\n#include <unistd.h> // why\n'
unit same1.cpp "$common"
unit same2.cpp "$common"
unit order.cpp $'#include <unistd.h>\n#include <mutex>'
unit macro.cpp $'#define _GNU_SOURCE 1\n#include <mutex>\n#include <unistd.h>'
unit later.cpp "$common"$'#undef usleep\n#define usleep(x) sleep(x)'
unit twice.cpp $'#include <unguarded.h>\n#include <mutex>\n#include <unistd.h>'
unit wrong.cpp "$common"$'int x = nothing;'
unit gone.cpp $'#include <gone.h>\n#include <mutex>\n#include <unistd.h>'
unit ours.cpp $'#include <task.h>\n#include <mutex>\n#include <unistd.h>'
mkdir "$scratch/foreign" && echo 'struct unguarded {};' > "$scratch/foreign/unguarded.h"
python3 - "$PWD" *.cpp > build/compile_commands.json << 'END'
import json, sys
folder, *files = sys.argv[1:]
json.dump([{"directory": folder, "file": name, "arguments":
            ["g++", "-std=c++20", "-I.", "-isystem../foreign", *flags, "-c", name]}
           for name in files for flags in ([], ["-DNDEBUG"])], sys.stdout)
END

begin "sharing changes nothing"
run 2 "$coroguard" check --no-cache --format json -o "$scratch/alone.json"
mv .coroguard/index.facts "$scratch/alone.facts"
grep -q unawaited-coroutine "$scratch/alone.json" || bad "no findings to compare"
for least in 1 2; do
  run 2 "$coroguard" check --no-cache --format json -o "$scratch/shared.json" --share-headers $least
  same "report with --share-headers $least" "$scratch/alone.json" "$scratch/shared.json"
  cmp .coroguard/index.facts "$scratch/alone.facts" || bad "other facts with --share-headers $least"
done

begin "what shared headers depend on is known to the cache"
run 2 "$coroguard" check --share-headers 1
echo 'struct other {};' >> "$scratch/foreign/unguarded.h"
run 2 "$coroguard" check -v --share-headers 1
grep -q '^coroguard: 2 of 18 translation units parsed$' "$err" || bad "not two units parsed: $(cat "$err")"
run 2 "$coroguard" check -v
grep -q '^coroguard: 0 of 18 translation units parsed$' "$err" || bad "not kept: $(cat "$err")"

begin "nothing is left of them"
[[ -z $(find "${TMPDIR:-/tmp}" -maxdepth 1 -name 'coroguard-headers*' -newer "$scratch/foreign" 2> /dev/null) ]] || bad "a scratch folder is left"

finish
