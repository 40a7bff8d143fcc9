#!/usr/bin/env bash
# The example has exactly the findings and notes that its sources mark; the mended one has none. Neither the number of
# workers, nor the order of files, nor skipping of function bodies changes anything.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"
example chat
example chat_fixed
report=$scratch/report.json

begin "the command finds what the sources mark, and nothing else"
cd "$scratch/chat"
run 1 "$coroguard" check -p build --format json -o "$report"
findings markers "$scratch/chat" "$report"

begin "skipping the function bodies of libraries changes nothing"
run 1 "$coroguard" check -p build --format json -o "$scratch/all-bodies.json" --parse-foreign-bodies
same "other findings with --parse-foreign-bodies" "$report" "$scratch/all-bodies.json"

begin "the number of workers changes nothing"
for jobs in 1 4; do
  run 1 "$coroguard" check -p build --format json -o "$scratch/jobs.json" -j $jobs
  same "other findings with -j$jobs" "$report" "$scratch/jobs.json"
done

begin "nor does how the database is named, or the current folder"
run 1 "$coroguard" check --format json -o "$scratch/same.json"
same "other findings without -p" "$report" "$scratch/same.json"
(cd "$scratch" && run 1 "$coroguard" check chat --format json -o same.json)
same "other findings from the folder above" "$report" "$scratch/same.json"

begin "nor does a way through a symbolic link"
ln -s "$scratch/chat" "$scratch/link"
run 1 "$coroguard" check "$scratch/link/session.cpp" -- -std=c++20
grep -qF "'chat::session::greet()'" "$out" || bad "session.cpp through a symbolic link: the dropped coroutine is not found"

begin "the index hides itself from git, and gives a run over one file the chain through others"
[[ $(cat .coroguard/.gitignore) == "*" ]] || bad ".coroguard/.gitignore is not '*'"
run 1 "$coroguard" check -p build session.cpp
grep -qF "'chat::history::checkpoint' ends in 'fsync'" "$out" || bad "session.cpp alone, with the index: no chain to fsync"
! grep -q '^server.cpp.*warning' "$out" || bad "session.cpp alone: a finding of server.cpp"
run 1 "$coroguard" check -p build session.cpp --no-index
! grep -qF "fsync" "$out" || bad "session.cpp alone, without the index, knows fsync"

begin "facts are the same byte for byte, and merge in any order and grouping"
run 0 "$coroguard" facts -p build ./*.cpp -o "$scratch/all.facts"
run 0 "$coroguard" facts -p build ./*.cpp -o "$scratch/again.facts"
cmp "$scratch/all.facts" "$scratch/again.facts" || bad "two runs of 'facts' differ"
for unit in main server session room history; do
  run 0 "$coroguard" facts -p build $unit.cpp -o "$scratch/$unit.facts"
done
cd "$scratch"
run 0 "$coroguard" link {main,server,session,room,history}.facts -o there.facts
run 0 "$coroguard" link {history,room,session,server,main}.facts -o back.facts
run 0 "$coroguard" link {session,main}.facts -o two.facts
run 0 "$coroguard" link two.facts {room,history}.facts -o four.facts
run 0 "$coroguard" link server.facts four.facts session.facts -o groups.facts
for linked in there back groups; do
  cmp all.facts $linked.facts || bad "'link' gives other facts: $linked"
done

begin "the mended example is silent"
cd "$scratch/chat_fixed"
for options in "" "--parse-foreign-bodies" "-j1" "-j4"; do
  run 0 "$coroguard" check -p build $options
  same "chat_fixed is not silent (options: '$options')" <(echo "no findings (5 translation units analysed)") "$out"
  [[ ! -s $err ]] || bad "chat_fixed (options: '$options'): $(cat "$err")"
done

finish
