#!/usr/bin/env bash
# --baseline, `baseline update` and `baseline prune`: what is known is not reported, what is new is, and no entry is lost
# that a run could not judge.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"
small_project "$scratch/small"
cd "$scratch/small"
git init -q . # marks the project's root

file=known.jsonl
lines() { grep -c '' "$file"; }
note() { grep -c "^coroguard: note: $1\$" "$err" > /dev/null || { bad "no note: $1"; cat "$err"; }; }

begin "update writes every finding, sorted, a line each, the same every time"
run 0 "$coroguard" baseline update --baseline $file
same "what update says" <(echo "$file: 2 entries, 2 added, 0 removed") "$out"
cp $file first
run 0 "$coroguard" baseline update --baseline $file -j 1
same "a second update" first $file
python3 - << 'END' || bad "the file is not what docs/ci.md says"
import json
head, *entries = [json.loads(line) for line in open("known.jsonl")]
assert head == {"coroguard-baseline": 1}, head
assert [(e["file"], e["rule"], e["function"]) for e in entries] == [
    ("blocking.cpp", "blocking-call", "poll_forever"), ("dropped.cpp", "unawaited-coroutine", "start")], entries
END

begin "what is known does not count"
run 0 "$coroguard" check --baseline $file
same "text" <(echo "no findings (3 translation units analysed)") "$out"
note "2 findings are covered by $file"
run 0 "$coroguard" check --baseline $file --format json
python3 -c "import json; s = json.load(open('$out'))['summary']; assert (s['findings'], s['covered'], s['gone']) == (0, 2, 0), s" ||
  bad "the JSON summary does not tell about the baseline"

begin "moved lines, other code and another folder change nothing"
sed -i '1i// a comment\n\nint unrelated();\n' dropped.cpp blocking.cpp
run 0 "$coroguard" check --baseline $file
mkdir sub
(cd sub && run 0 "$coroguard" check -p ../build --baseline ../$file)
(cd / && run 0 "$coroguard" check -p "$scratch/small/build" --baseline "$scratch/small/$file")
cp -r "$scratch/small" "$scratch/moved" # another checkout
(cd "$scratch/moved" && sed -i "s|$scratch/small|$scratch/moved|g" build/compile_commands.json &&
  run 0 "$coroguard" check --baseline $file)

begin "a second finding like a known one in the same function is new"
sed -i 's|^  say_hello();.*|&\n  say_hello();|' dropped.cpp
run 1 "$coroguard" check --baseline $file
same "findings" <(echo "dropped.cpp:11:3") <(sed -nE 's/^([^:]+:[0-9]+:[0-9]+): warning.*/\1/p' "$out")

begin "prune adds nothing"
run 0 "$coroguard" baseline prune --baseline $file
same "after prune" first $file

begin "a run over some files says nothing about the others"
cp "$hosts/small/dropped.cpp" .
sed -i 's/^  say_hello.*//' dropped.cpp
run 0 "$coroguard" check --baseline $file blocking.cpp
note "1 finding is covered by $file"
run 0 "$coroguard" baseline prune --baseline $file blocking.cpp
same "after prune" first $file
run 0 "$coroguard" baseline update --baseline $file helper.cpp --no-index
same "after update" first $file

begin "nor does a rule about the others"
run 0 "$coroguard" baseline update --baseline $file --rule blocking-call
same "after update" first $file

begin "what is gone is told, and pruned"
run 0 "$coroguard" check --baseline $file
note "1 finding is covered by $file; 1 entry of it no longer occurs ('coroguard baseline prune' removes them)"
run 0 "$coroguard" check --baseline $file dropped.cpp
note "0 findings are covered by $file; 1 entry of it no longer occurs ('coroguard baseline prune' removes them)"
run 0 "$coroguard" baseline prune --baseline $file
same "what prune says" <(echo "$file: 1 entry, 0 added, 1 removed") "$out"
same "after prune" <(grep -v dropped.cpp first) $file

begin "nothing is judged and written when something could not be analysed"
cp first $file
echo 'int broken = ;' >> dropped.cpp
run 2 "$coroguard" baseline prune --baseline $file
same "after prune" first $file
grep -q "known.jsonl is not changed" "$err" || bad "not said that the baseline stays"
run 2 "$coroguard" check --baseline $file
note "1 finding is covered by $file"
cp "$hosts/small/dropped.cpp" .

begin "git merges two branches, each with a new finding"
printf '%s merge=union\n' "$file" > .gitattributes
git config user.name n && git config user.email e && git config commit.gpgsign false
git add -A . ':!build' && git commit -qm base
git checkout -qb one && printf '#include "task.h"\ntask say_hello();\nvoid one() { say_hello(); }\n' >> dropped.cpp
run 0 "$coroguard" baseline update --baseline $file && git commit -qam one
git checkout -q - && git checkout -qb two && printf '\nvoid two() { pause_a_little(); }\ntask three() { two(); co_return; }\n' >> blocking.cpp
run 0 "$coroguard" baseline update --baseline $file && git commit -qam two
git merge -q one -m merge > "$scratch/merge.log" 2>&1 || { bad "git cannot merge"; cat "$scratch/merge.log"; }
run 0 "$coroguard" check --baseline $file
note "4 findings are covered by $file"
run 0 "$coroguard" baseline update --baseline $file
same "what update says" <(echo "$file: 4 entries, 0 added, 0 removed") "$out"

begin "a full disk leaves the file as it was; a link stays one"
mkdir accepted && cp $file accepted/real && cp $file before
ln -s accepted/real link.jsonl
sed -i 1q accepted/real
full_disk 2 "$coroguard" baseline update --baseline link.jsonl
grep -q "link.jsonl: error: the baseline cannot be written: File too large; make room" "$err" || bad "no word about the full disk: $(cat "$err")"
same "after a full disk" <(head -1 before) accepted/real
run 0 "$coroguard" baseline update --baseline link.jsonl
[[ -L link.jsonl ]] || bad "the link has become a file"
same "through the link" before accepted/real
[[ $(ls accepted) == real ]] || bad "something is left beside it: $(ls accepted)"

begin "what is no baseline of this version is said in one line, before any finding"
says() { # LINE
  run 2 "$coroguard" check --baseline $file
  same "problem" <(echo "$1") <(grep -h ': error: ' "$out")
  same "findings" /dev/null <(grep ': warning: ' "$out")
}
remedy="remove the file and write it with 'coroguard baseline update'"
echo '{"coroguard-baseline":2}' > $file
says "$file:1:1: error: a baseline of version 2, and this coroguard reads version 1; $remedy"
printf '{"coroguard-baseline":1}\n<<<<<<< HEAD\n' > $file
says "$file:2:1: error: an unresolved merge conflict; keep the lines of both sides, then run 'coroguard baseline prune'"
head -c 100 first > $file
says "$file:2:75: error: not a line of a baseline: Unterminated string; $remedy"
rm $file
says "$file: error: the baseline cannot be read: No such file or directory; write it with 'coroguard baseline update'"
run 2 "$coroguard" baseline prune --baseline $file
head -c 100000 /dev/zero | tr '\0' '[' > $file
says "$file:1:101: error: not a line of a baseline: its brackets are nested too deep; $remedy"
rm $file
run 2 "$coroguard" baseline update --baseline no/folder
run 2 "$coroguard" baseline update

finish
