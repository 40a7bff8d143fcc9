#!/usr/bin/env bash
# Every case, program and example of this repository says the same with shared headers as without.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"
least=100

mkdir "$scratch/project" && cd "$scratch/project"
units=$(python3 "$hosts/shared_everywhere.py" "$root" "$PWD")
begin "$units units alone"
check() { "$coroguard" check --no-cache --format json -o "$1" -v --share-headers "$2" 2> "$err" || (($? <= 2)) || bad "exit code $? with --share-headers $2: $(cat "$err")"; }
check "$scratch/alone.json" 0
mv .coroguard/index.facts "$scratch/alone.facts"
grep -q 'on top of' "$err" && bad "shared although it is switched off"
grep -q unawaited-coroutine "$scratch/alone.json" || bad "no findings to compare"

for terms in 2; do
  begin "the same units, headers shared by $terms"
  check "$scratch/shared.json" $terms
  same "report with --share-headers $terms" "$scratch/alone.json" "$scratch/shared.json"
  cmp .coroguard/index.facts "$scratch/alone.facts" || bad "other facts with --share-headers $terms"
  count=$(sed -n 's/^coroguard: \([0-9]*\) of them on top of shared headers.*/\1/p' "$err")
  echo "   $(tail -1 "$err")"
  ((${count:-0} >= least)) || bad "only ${count:-0} units on top of shared headers with --share-headers $terms: $(cat "$err")"
done

finish
