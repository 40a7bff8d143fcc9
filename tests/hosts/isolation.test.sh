#!/usr/bin/env bash
# A translation unit that crashes or hangs the front end is reported and takes nothing else with it. Progress is shown on
# a terminal only.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"
small_project "$scratch/small"
cd "$scratch/small"

dropped="dropped.cpp:6:3: warning: result of 'say_hello()' is never awaited; the coroutine body does not run [unawaited-coroutine]"
blocking="blocking.cpp:7:5: warning: 'pause_a_little' ends in 'sleep' and blocks the event loop's thread in coroutine 'poll_forever'; no other task of the loop runs meanwhile [blocking-call]"
crash="the front end crashed on this translation unit: signal 6 (Aborted); exclude it, and please report it with its compile command"
hang="the analysis of this translation unit took longer than the time limit; raise --time-limit, or exclude it"

# lines WANTED: the warnings and errors of the last run.
lines() { same "findings and problems" <(printf '%s\n' "$@") <(grep -E ': (warning|error): ' "$out"); }

for jobs in 1 4; do
  begin "a unit that crashes, -j$jobs"
  run 2 env COROGUARD_TEST_ABORT_UNIT=dropped.cpp "$coroguard" check -j $jobs
  lines "$blocking" "dropped.cpp: error: $crash"

  begin "a unit that hangs, -j$jobs"
  started=$SECONDS
  run 2 env COROGUARD_TEST_HANG_UNIT=dropped.cpp "$coroguard" check -j $jobs --time-limit 2
  lines "$blocking" "dropped.cpp: error: $hang"
  ((SECONDS - started < 30)) || bad "a time limit of 2 s took $((SECONDS - started)) s"

  begin "both at once, -j$jobs"
  run 2 env COROGUARD_TEST_ABORT_UNIT=helper.cpp COROGUARD_TEST_HANG_UNIT=blocking.cpp "$coroguard" check -j $jobs --time-limit 2
  lines "$dropped" "blocking.cpp: error: $hang" "helper.cpp: error: $crash"
done

begin "facts of a unit that crashes"
run 2 env COROGUARD_TEST_ABORT_UNIT=dropped.cpp "$coroguard" facts dropped.cpp helper.cpp -o "$scratch/some.facts"
same "problem" <(echo "$PWD/dropped.cpp: error: $crash") "$err"
run 0 "$coroguard" facts helper.cpp -o "$scratch/helper.facts"
cmp "$scratch/some.facts" "$scratch/helper.facts" || bad "a crashed unit changes the facts of the others"

begin "nothing is left running after an interrupt"
COROGUARD_TEST_HANG_UNIT=.cpp "$coroguard" check -j 2 > "$out" 2> "$err" &
check=$!
children=()
for ((i = 0; i < 300 && ${#children[@]} < 2; ++i)); do
  mapfile -t children < <(cat "/proc/$check/task/$check/children" 2> /dev/null | xargs -n1)
  sleep 0.1
done
((${#children[@]} == 2)) || bad "two workers were expected, not: ${children[*]}"
kill -TERM $check
code=0
wait $check || code=$?
((code == 128 + 15)) || bad "exit code $code after SIGTERM, not 143"
for child in "${children[@]}"; do
  ! kill -0 "$child" 2> /dev/null || bad "worker $child still runs"
done

begin "what is nobody's mistake is an internal error, with a code of its own"
parts=()
for ((i = 0; i < 70; ++i)); do cp "$scratch/helper.facts" "$scratch/$i.facts" && parts+=("$scratch/$i.facts"); done
# So many files are read by several threads, and none can start with a stack of a petabyte.
if (($(nproc) > 1)) && (ulimit -Ss 1099511627776) 2> /dev/null; then
  code=0
  (ulimit -Ss 1099511627776 && exec "$coroguard" link "${parts[@]}" -o "$scratch/all.facts") > "$out" 2> "$err" || code=$?
  ((code == 3)) || bad "exit code $code of an internal error, not 3"
  same "an internal error" <(echo "coroguard: error: internal error: Resource temporarily unavailable; please report it with the command line") "$err"
  [[ ! -e $scratch/all.facts ]] || bad "a file is written all the same"
else
  echo "SKIPPED: one processor, or the stack is limited for good"
fi
run 0 "$coroguard" link "${parts[@]}" -o "$scratch/all.facts"

begin "no progress in a pipe"
run 1 "$coroguard" check
same "standard error" /dev/null "$err"

begin "a progress line on a terminal, taken back at the end"
code=0
script -qec "'$coroguard' check --no-cache > '$out'" /dev/null > "$scratch/terminal" < /dev/null || code=$?
((code == 1)) || bad "exit code $code on a terminal, not 1"
same "terminal" <(printf '\r[1/3] analysed\r[2/3] analysed\r\033[K') "$scratch/terminal"
lines "$blocking" "$dropped"
! grep -q $'\033' "$out" || bad "colours in a file"

begin "colours on a terminal"
script -qec "'$coroguard' check 2> /dev/null" /dev/null > "$scratch/terminal" < /dev/null || true
grep -q $'\033\\[' "$scratch/terminal" || bad "no colours on a terminal"

finish
