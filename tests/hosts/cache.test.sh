#!/usr/bin/env bash
# The cache never changes an answer. Whatever changes between two runs, the second says what a run without a cache says,
# and it parses exactly the files that the change concerns.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"

# Three units in a folder app/, whose headers come from the folders first/ and second/, in that order.
project=$scratch/project
mkdir -p "$project"/{build,app,first,second}
cd "$project"
cp "$hosts/small/task.h" second
cat > second/helper.h << 'END'
#pragma once
inline void pause_a_little() {}
END
cat > app/quiet.cpp << 'END'
#include "task.h"
task quiet() { co_return; }
END
cat > app/loud.cpp << 'END'
#include "task.h"
#include <helper.h>
#include <unistd.h>
task loud() {
  pause_a_little();
#ifdef SLEEPS
  sleep(1);
#endif
#if __has_include(<nap.h>)
  usleep(1);
#endif
  co_return;
}
END
sed 's/loud/twin/' app/loud.cpp > app/twin.cpp
database() {
  python3 - "$PWD" "$@" > build/compile_commands.json << 'END'
import json, sys
folder, *flags = sys.argv[1:]
json.dump([{"directory": folder + "/build", "file": folder + "/app/" + name, "arguments":
            ["g++", "-std=c++20", "-I../first", "-I../second", *flags, "-c", folder + "/app/" + name]}
           for name in ("quiet.cpp", "loud.cpp", "twin.cpp")], sys.stdout)
END
}
database

# checks PARSED WARNINGS OPTIONS...: so many units are parsed, with so many warnings, and without a cache it is the same.
# The exit code is that of the run without.
checks() {
  local parsed=$1 warnings=$2 wanted=0
  shift 2
  "$coroguard" check --no-cache "$@" > "$scratch/uncached" 2> /dev/null || wanted=$?
  run $wanted "$coroguard" check -v "$@"
  grep -q "^coroguard: $parsed of 3 translation units parsed$" "$err" || bad "not $parsed units parsed: $(cat "$err")"
  same "with the cache and without" "$scratch/uncached" "$out"
  (($(grep -c ': warning: ' "$out") == warnings)) || bad "not $warnings warnings: $(cat "$out")"
}
unchanged() { checks 0 "$@"; }

begin "a second run parses nothing, nor does one from elsewhere, and it is not a matter of times"
checks 3 0
unchanged 0
(cd "$scratch" && checks 0 0 -p "$project/build" "$project/app")
touch app/*.cpp second/*.h
unchanged 0

begin "an edited header, one that keeps size and time"
printf '#pragma once\n#include <unistd.h>\ninline void pause_a_little() { sleep(1); }\n' > second/helper.h
checks 2 2
touch -d '2020-01-01' second/helper.h
unchanged 2
sed -i 's/sleep(1)/getpid()/' second/helper.h && touch -d '2020-01-01' second/helper.h
checks 2 0
sed -i 's/getpid()/sleep(1)/' second/helper.h && touch -d '2020-01-01' second/helper.h
unchanged 2 # as it was before

begin "a header that shadows another one, and goes again"
printf '#pragma once\ninline void pause_a_little() {}\n' > first/helper.h
checks 2 0
rm first/helper.h
unchanged 2

begin "a header that __has_include did not find"
touch second/nap.h
checks 2 4
rm second/nap.h
unchanged 2

begin "a deleted header: the error is said by every run until it is back"
mv second/task.h task.h
checks 3 0
(($(grep -c "'task.h' file not found" "$out") == 3)) || bad "three errors expected: $(cat "$out")"
unchanged 0
(($(grep -c "'task.h' file not found" "$out") == 3)) || bad "three errors expected from the cache: $(cat "$out")"
mv task.h second
unchanged 2

begin "a header behind another symbolic link"
mkdir v1 v2 && mv second/helper.h v1 && cp -p v1/helper.h v2
ln -s ../v1/helper.h second/helper.h
checks 2 2
ln -sf ../v2/helper.h second/helper.h
checks 2 2
grep -q 'v2/helper.h' "$out" || bad "the report does not name the header's new place"
rm -r v1 v2 second/helper.h
printf '#pragma once\ninline void pause_a_little() {}\n' > second/helper.h
checks 2 0

begin "flags, environment, options"
database -DSLEEPS
checks 3 2
database
unchanged 0
export CPLUS_INCLUDE_PATH=$project/extra && mkdir extra && touch extra/nap.h
checks 3 2
unset CPLUS_INCLUDE_PATH
unchanged 0
checks 3 0 --parse-foreign-bodies
unchanged 0

begin "models: the user's, and those that appear along the include path"
printf 'library: mine\nroots: [pause_a_little]\nblocking_calls:\n  - name: ::pause_a_little\n    family: sleep\n    why: it is slow\n' > mine.yaml
checks 3 2 --model mine.yaml
sed -i 's/it is slow/it is very slow/' mine.yaml
checks 3 2 --model mine.yaml
mkdir -p acme/include
database -I../acme/include
checks 3 0
mkdir -p acme/share/coroguard/models
cp mine.yaml acme/share/coroguard/models/acme.yaml
checks 3 2
sed -i 's/very slow/slow/' acme/share/coroguard/models/acme.yaml
checks 3 2
rm -r acme/share
unchanged 0
database

begin "what belongs to the project"
printf 'exclude: [second]\n' > .coroguard.yaml
checks 3 0
rm .coroguard.yaml
unchanged 0

begin "another build of the tool knows nothing of this one's results"
cp "$coroguard" "$scratch/upgraded" && echo >> "$scratch/upgraded"
(coroguard=$scratch/upgraded && checks 3 0 && unchanged 0)
unchanged 0

cache=$project/.coroguard/cache
begin "entries that are truncated, altered, empty, foreign or folders are replaced"
damage() {
  local how=$1 file
  for file in "$cache"/units/* "$cache"/results/* "$cache"/stamps; do "$how" "$file"; done
  checks 3 0
  unchanged 0
}
truncated() { truncate -s -1 "$1"; }
emptied() { : > "$1"; }
altered() { printf 'x' | dd of="$1" bs=1 seek=40 conv=notrunc status=none; }
foreign() { cp "$coroguard" "$1"; }
rm -rf "$cache" && checks 3 0
for how in truncated emptied altered foreign; do damage $how; done
mv "$cache/units" "$cache/old" && mkdir "$cache/units"
for file in "$cache"/old/*; do # each under the name of another one
  cp "$file" "$cache/units/$(ls "$cache/old" | grep -A1 "${file##*/}" | tail -1)"
done
last=$(ls "$cache/old" | tail -1) && cp "$cache/old/$(ls "$cache/old" | head -1)" "$cache/units/$last"
checks 3 0
rm "$cache"/results/*
checks 3 0
unchanged 0

begin "a disk that is full or a place that cannot be written is a note"
rm -rf "$cache"
database -DSLEEPS
code=0
(ulimit -f 1 && exec "$coroguard" check 2>&1) | cat > "$out" || code=$?
((code == 1)) || bad "exit code $code on a full disk, not 1"
grep -q "^coroguard: note: the cache could not be written to $cache: File too large$" "$out" || bad "no note: $(cat "$out")"
(($(grep -c ': warning: ' "$out") == 2)) || bad "findings are missing on a full disk: $(cat "$out")"
[[ -z $(find "$cache" -name '*.tmp-*') ]] || bad "half written files are left"
checks 3 2
touch plain
run 1 "$coroguard" check --cache-dir plain/cache
grep -q "^coroguard: note: the cache could not be written to plain/cache: Not a directory$" "$err" || bad "no note: $(cat "$err")"

begin "two runs at once"
rm -rf "$cache"
for i in 1 2 3 4; do ("$coroguard" check > "$scratch/at-once-$i" 2>&1 || true) & done
wait
for i in 1 2 3 4; do same "run $i of four at once" "$out" "$scratch/at-once-$i"; done
unchanged 2

begin "units that fail are tried again; an interrupted or crashed run keeps what it had"
rm -rf "$cache"
run 2 env COROGUARD_TEST_ABORT_UNIT=loud.cpp "$coroguard" check
run 2 env COROGUARD_TEST_ABORT_UNIT=loud.cpp "$coroguard" check -v
grep -q "^coroguard: 1 of 3 " "$err" || bad "not one unit parsed: $(cat "$err")"
checks 3 2

begin "where it lies, and how large it is"
run 1 "$coroguard" check -v --cache-dir "$scratch/elsewhere"
run 1 env COROGUARD_CACHE_DIR="$scratch/elsewhere" "$coroguard" check -v
grep -q "^coroguard: 0 of 3 " "$err" || bad "COROGUARD_CACHE_DIR is not used: $(cat "$err")"
rm -rf .coroguard
run 1 "$coroguard" check --no-index
[[ ! -e .coroguard ]] || bad "--no-index leaves a folder"
run 2 "$coroguard" check --cache-size 0
head -c 2000000 /dev/urandom > "$scratch/elsewhere/units/0123456789abcdef0123456789abcdef"
touch -d '2020-01-01' "$scratch/elsewhere/units/0123456789abcdef0123456789abcdef"
head -c 2000000 /dev/urandom > "$scratch/elsewhere/units/photo"
database -DSLEEPS -DOTHER
run 1 "$coroguard" check --cache-dir "$scratch/elsewhere" --cache-size 1
[[ ! -e $scratch/elsewhere/units/0123456789abcdef0123456789abcdef ]] || bad "the oldest entry is still there"
[[ -e $scratch/elsewhere/units/photo ]] || bad "a file that is not ours is gone"
run 1 "$coroguard" check -v --cache-dir "$scratch/elsewhere"
grep -q "^coroguard: 0 of 3 " "$err" || bad "new entries were deleted: $(cat "$err")"

finish
