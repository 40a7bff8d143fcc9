#!/usr/bin/env bash
# Parsing shared headers once changes neither facts nor findings nor problems, also where they cannot be shared.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"
export TMPDIR=$scratch/tmp && mkdir "$TMPDIR" # of its own: other runs have scratch folders, too
foreign=$scratch/foreign
mkdir "$foreign"

foreign() { printf '#pragma once\n%s\n' "$2" > "$foreign/$1"; }
foreign mode.h $'#ifdef FAST_MODE\n#define pause_now() (void)0\n#else\n#define pause_now() usleep(1)\n#endif\n#include <unistd.h>'
foreign nap.h $'#include <unistd.h>\n#define nap usleep\n#define LEVEL 2'
foreign quiet.h $'#include <unistd.h>\n#undef TRACE'
foreign first.h $'#include <unistd.h>\n#ifdef SECOND_SEEN\n#define first_pause() (void)0\n#else\n#define first_pause() usleep(1)\n#endif'
foreign second.h '#define SECOND_SEEN'
foreign third.h '#define THIRD_SEEN'
foreign all.h $'#include <first.h>\n#include <second.h>\n#include <third.h>'
foreign pair.h $'#include <unistd.h>\nstruct pair_of { char a; int b; };'
foreign c_call.h $'#include <unistd.h>\nvoid c_call(int);'
foreign overload.h $'#include <unistd.h>\nextern "C" int fsync(int) noexcept(false);'
foreign reads_config.h $'#include <unistd.h>\n#include <config.h>'
foreign later.h $'#include <mode.h>\nstruct later_type {};\nvoid later_call(int);'
echo '#include <unistd.h>
struct counted { int FIELD; };' > "$foreign/unguarded.h"

# unit FILE HEAD STATEMENTS: HEAD, then a coroutine that runs STATEMENTS.
unit() {
  printf '%s\n#include "task.h"\nnamespace %s { task run() {\n%s;\nco_await std::suspend_always{};\n}\nvoid start() { run(); } }\n' \
    "$2" "$(basename "$1" .cpp)" "$3" > "$1"
}

# project NAME: a folder with two units that share a header, to which a third is added.
project() {
  begin "$1"
  mkdir -p "$scratch/$1/build" && cd "$scratch/$1" && cp "$hosts/small/task.h" .
  flags=()
}

# compare COUNT: the project with sharing is as without, and so many units stood on shared headers.
compare() {
  local wanted=$1 code=${2:-1}
  python3 - "$PWD" "$foreign" ${flags[@]+"${flags[@]}"} > build/compile_commands.json << 'END'
import glob, json, sys
folder, foreign, *flags = sys.argv[1:]
json.dump([{"directory": folder, "file": name, "arguments":
            ["g++", "-std=c++20", "-I.", "-isystem" + foreign, *flags, "-c", name]} for name in sorted(glob.glob("*.cpp"))], sys.stdout)
END
  run "$code" "$coroguard" check --no-cache --format json -o alone.json --share-headers 0 -v
  grep -q 'on top of' "$err" && bad "shared although it is switched off"
  mv .coroguard/index.facts alone.facts
  run "$code" "$coroguard" check --no-cache --format json -o shared.json --share-headers 2 -v
  same "report" alone.json shared.json
  cmp .coroguard/index.facts alone.facts || bad "other facts"
  local count
  count=$(sed -n 's/^coroguard: \([0-9]*\) of them on top of shared headers.*/\1/p' "$err")
  [[ ${count:-0} == "$wanted" ]] || bad "${count:-0} units on top of shared headers, not $wanted: $(cat "$err")"
}

mode=$'#include <mode.h>'
two() { unit one.cpp "$1" "$2" && unit two.cpp "$1" "$2"; }

project "headers at the beginning"
two $'// a comment\n#include <mutex>\n#include <mode.h> // why' 'pause_now()'
compare 2
grep -q unawaited-coroutine alone.json && grep -q blocking-call alone.json || bad "no findings to compare"

project "headers through headers of the project"
printf '#ifndef OWN_H\n#define OWN_H\n#include <mode.h>\ninline int own() { return 1; }\n#endif\n' > own.h
unit one.cpp $'#include "own.h"' 'pause_now()'
unit two.cpp $'#include <third.h>\n#include "own.h"' 'pause_now()'
unit three.cpp $'#ifdef __linux__\n#include <map>\n#endif\nstruct before {};\n#include "own.h"' 'pause_now()'
compare 3

project "a macro is defined before"
two "$mode" 'pause_now()'
unit odd.cpp $'#define FAST_MODE\n#include <mode.h>' 'pause_now()'
compare 2

project "a macro is defined before by a header of others"
two "$mode" 'pause_now()'
printf '#pragma once\n#define FAST_MODE\n' > "$foreign/fast.h"
unit odd.cpp $'#include <fast.h>\n#include <mode.h>' 'pause_now()'
compare 2

project "a macro comes and goes before"
two "$mode" 'pause_now()'
unit odd.cpp $'#define FAST_MODE\n#undef FAST_MODE\n#include <mode.h>' 'pause_now()'
compare 3

project "a macro is asked for before"
two "$mode" 'pause_now()'
unit ifdef.cpp $'#ifdef pause_now\n#define rest() usleep(1)\n#else\n#define rest() (void)0\n#endif\n#include <mode.h>' 'rest()'
unit defined.cpp $'#if defined(pause_now)\n#define rest() usleep(1)\n#else\n#define rest() (void)0\n#endif\n#include <mode.h>' 'rest()'
compare 2

project "a macro's value is asked for before"
two '#include <nap.h>' 'nap(1)'
unit odd.cpp $'#if LEVEL > 1\n#define rest() usleep(1)\n#else\n#define rest() (void)0\n#endif\n#include <nap.h>' 'rest()'
compare 2

project "a name is a macro later"
two '#include <nap.h>' 'nap(1)'
unit odd.cpp $'static int nap(char x) { return x; }\nstatic int rest() { return nap(\'a\'); }\n#include <nap.h>' 'rest()'
compare 2

project "a macro of the command line is no more"
flags=(-DTRACE)
two '#include <quiet.h>' 'usleep(1)'
unit odd.cpp $'#ifdef TRACE\n#define rest() (void)0\n#else\n#define rest() usleep(1)\n#endif\n#include <quiet.h>' 'rest()'
compare 2

project "another order that matters"
two '#include <all.h>' 'first_pause()'
unit odd.cpp $'#include <second.h>\n#include <all.h>' 'first_pause()'
compare 2

project "another order that leaves something out"
printf '#pragma once\n#include <second.h>\n#include <first.h>\n' > "$foreign/reverse.h"
two '#include <reverse.h>' 'first_pause()'
unit odd.cpp $'#include <first.h>\n#include <reverse.h>' 'first_pause()'
compare 2

project "another order that does not matter"
two '#include <all.h>' 'first_pause()'
unit odd.cpp $'#include <third.h>\n#include <all.h>' 'first_pause()'
compare 3

project "a pragma before"
two '#include <pair.h>' 'if constexpr (sizeof(pair_of) == 5) usleep(1)'
unit odd.cpp $'#pragma pack(1)\n#include <pair.h>' 'if constexpr (sizeof(pair_of) == 5) usleep(1)'
compare 2

project "within braces"
printf '#pragma once\n#include <c_call.h>\n' > "$foreign/uses_c.h"
two '#include <uses_c.h>' 'c_call(1)'
unit odd.cpp $'extern "C" {\n#include <c_call.h>\n}\n#include <uses_c.h>' 'c_call(1)'
compare 2

project "a better overload comes later"
two '#include <later.h>' 'later_call(1)'
unit odd.cpp $'static void later_call(long) {}\nstatic void rest() { later_call(1); }\n#include <later.h>' 'rest()'
compare 2

project "a header without a guard"
two $'#define FIELD a\n#include <unguarded.h>\n#undef FIELD' 'usleep(1)'
compare 0

project "an error on top"
two "$mode" 'pause_now()'
unit odd.cpp $'#include <mode.h>\nint x = nothing;' 'pause_now()'
compare 2 2

project "a header that is not there"
two $'#include <mode.h>\n#include <gone.h>' 'pause_now()'
compare 0 2

project "a header of others that includes one of the project"
two '#include <reads_config.h>' 'usleep(1)'
printf '#pragma once\n' > config.h
compare 0

project "a forced include"
flags=(-include "$foreign/mode.h")
two '#include <mutex>' 'pause_now()'
compare 0

project "when it pays"
for i in {0..9}; do unit "$i$i.cpp" $'#include <algorithm>\n#include <functional>\n#include <mode.h>' 'pause_now()'; done
sed -i 's/namespace [0-9]*/namespace some/' ./*.cpp
compare 10
run 1 "$coroguard" check --no-cache -v
grep -q '^coroguard: 10 of them on top of shared headers (1 precompiled)$' "$err" || bad "not shared by default: $(cat "$err")"
rm 33.cpp && compare 9
run 1 "$coroguard" check --no-cache -v
grep -q 'on top of' "$err" && bad "shared by nine: $(cat "$err")"

project "what shared headers depend on is known to the cache"
two "$mode" 'pause_now()'
echo 'int odd() { return 1; }' > odd.cpp
compare 2
run 1 "$coroguard" check --share-headers 2 -v
run 1 "$coroguard" check --share-headers 2 -v
grep -q '^coroguard: 0 of 3 translation units parsed$' "$err" || bad "not kept: $(cat "$err")"
echo 'struct other {};' >> "$foreign/mode.h"
run 1 "$coroguard" check --share-headers 2 -v
grep -q '^coroguard: 2 of 3 translation units parsed$' "$err" || bad "not two units parsed: $(cat "$err")"
run 1 "$coroguard" check --share-headers 0 -v
grep -q '^coroguard: 0 of 3 translation units parsed$' "$err" || bad "sharing makes another result: $(cat "$err")"

begin "what crashes on shared headers is analysed alone"
COROGUARD_TEST_ABORT_UNIT=two.cpp run 2 "$coroguard" check --no-cache --format json --share-headers 2
grep -c 'the front end crashed' "$out" | grep -qx 1 || bad "not one crash: $(cat "$out")"

begin "nothing is left of them"
[[ -z $(find "$TMPDIR" -maxdepth 1 -name 'coroguard-headers*' -newer "$scratch/foreign" 2> /dev/null) ]] || bad "a scratch folder is left"

finish
