#!/usr/bin/env bash
# `coroguard ps` and `coroguard pstree` look into a real program, and say in one line why they cannot.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"

program=$scratch/introspected_program
"$(sed -n 's/^CMAKE_CXX_COMPILER:[A-Z]*=//p' "$build/CMakeCache.txt")" -std=c++20 -O1 -I"$root/runtime" \
  "$root/tests/runtime/debug/introspected_program.cpp" "$build/lib/libcoroguard-runtime.a" -pthread -o "$program"
export XDG_RUNTIME_DIR=$scratch/run
mkdir "$XDG_RUNTIME_DIR"

# start MODE [VARIABLE=VALUE...]: the program, ready, as $pid.
start() {
  local mode=$1 line
  shift
  begin "$mode $*"
  coproc program_process { exec env "$@" "$program" "$mode"; }
  pid=$program_process_PID
  read -r line <&"${program_process[0]}"
  [[ $line == ready ]] || bad "the program says '$line'"
}

stop() {
  kill -KILL "$pid"
  wait "$pid" 2> /dev/null || true
}

# prints FILE PATTERN: one of its lines matches.
prints() {
  grep -E -- "$2" "$1" > /dev/null && return
  bad "no line matches: $2"
  sed 's/^/  /' "$1"
}

# says LINE ARGUMENTS...: a command prints this one line and nothing else, and exits with 2.
says() {
  local line=$1
  shift
  run 2 "$coroguard" "$@"
  same "output of: $*" <(echo "$line") <(cat "$out" "$err")
}

start plain
run 0 "$coroguard" ps "$pid"
prints "$out" '^thread +task +name +state +coroutine stack +awaiter chain +awaiter name +awaiter id +made at +age$'
prints "$out" "^$pid +3 +fetch-a +waiting for future made at introspected_program.cpp:[0-9]+ +read_socket -> fetch +gather -> fetch_both +fetch-both +2 +introspected_program.cpp:[0-9]+ +[0-9.]+ s$"
run 0 "$coroguard" ps "$pid" --csv
prints "$out" "^$pid,4,fetch-b,waiting for future made at introspected_program.cpp:[0-9]+,read_socket -> fetch,gather -> fetch_both,fetch-both,2,"
run 0 "$coroguard" pstree "$pid"
prints "$out" '^└── \(T\) fetch-both$'
prints "$out" '^    └── fetch_both  .*introspected_program.cpp:[0-9]+$'
prints "$out" '^        ├── \(T\) fetch-a$'
prints "$out" '^        │       └── read_socket  .*introspected_program.cpp:[0-9]+$'
same "errors of pstree" /dev/null "$err"
kill -STOP "$pid"
until grep -q '^State:.T' "/proc/$pid/status"; do sleep 0.01; done
says "coroguard: error: process $pid is stopped; 'kill -CONT $pid' lets it go on" ps "$pid"
kill -CONT "$pid"
stop
says "coroguard: error: there is no process $pid; give the id of a running process" ps "$pid"

start cycle
cycle="coroguard: error: await cycle: chicken -> egg -> chicken; none of them can go on until one is cancelled"
run 1 "$coroguard" ps "$pid"
same "cycle of ps" <(echo "$cycle") "$err"
run 1 "$coroguard" pstree "$pid"
same "cycle of pstree" <(echo "$cycle") "$err"
prints "$out" '\(T\) chicken  \(await cycle\)$'
stop

start busy
run 2 "$coroguard" pstree "$pid"
prints "$err" "^coroguard: error: the loop of thread $pid is busy: executing <Task pending name='Task-1' coro=<blocks_the_loop\(\) at .*>> since [0-9.]+ s, in blocks_the_loop; its tasks are not shown, try again when it is free$"
stop

start idle
run 0 "$coroguard" ps "$pid"
prints "$err" '^coroguard: note: loop 0x[0-9a-f]+ does not run; its tasks are not shown$'
stop

start plain COROGUARD_SOCKET="$scratch/chosen"
run 0 "$coroguard" ps "$pid"
run 0 "$coroguard" ps --socket "$scratch/chosen" 1
prints "$out" fetch-both
stop
says "$scratch/chosen: error: nobody listens here; start it with COROGUARD_DEBUG=1, or ask for debug mode in run() or set_debug() and COROGUARD_SOCKET=$scratch/chosen" ps --socket "$scratch/chosen" 1

start plain COROGUARD_SOCKET=off
says "coroguard: error: process $pid was started with COROGUARD_SOCKET=off; start it without that" ps "$pid"
stop

if [[ $(id -u) == 0 ]] && command -v setpriv > /dev/null; then
  start plain
  chmod a+x "$scratch"
  cp "$coroguard" "$scratch/coroguard"
  run 2 setpriv --reuid=65534 --regid=65534 --clear-groups "$scratch/coroguard" ps "$pid"
  same "another user" <(echo "coroguard: error: process $pid belongs to another user; run this as that user or as root") "$err"
  stop
fi

begin "no program of ours"
sleep 60 &
pid=$!
says "coroguard: error: process $pid has no loop in debug mode; start it with COROGUARD_DEBUG=1, or ask for debug mode in run() or set_debug()" pstree "$pid"
kill "$pid"

finish
