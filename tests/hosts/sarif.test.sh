#!/usr/bin/env bash
# Reports as others read them: SARIF under Microsoft's validator, JSON under Python's parser, text as clang's own shape.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"
small_project "$scratch/small"
cd "$scratch/small"

begin "the validator of npm's @microsoft/sarif-multitool"
multitool=@microsoft/sarif-multitool@5.7.0
npm_folder=$build/npm # stays there for the next run
if [[ ! -e $npm_folder/node_modules/@microsoft/sarif-multitool ]]; then
  mkdir -p "$npm_folder"
  npm install --prefix "$npm_folder" --no-audit --no-fund $multitool > "$npm_folder/install.log" 2>&1 || {
    rm -rf "$npm_folder/node_modules"
    echo "FAILED: npm cannot install $multitool, the registry may be out of reach (log: $npm_folder/install.log)"
    exit 1
  }
fi

# errors_in REPORT: what the validator says besides its progress; its exit code does not tell about errors.
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 # Debian need not have libicu
errors_in() {
  (cd "$npm_folder" && npx --no-install @microsoft/sarif-multitool validate "$1") > "$scratch/validated" 2>&1 || true
  if ! grep -q "Analysis completed successfully" "$scratch/validated"; then
    echo "the validator failed:"
    cat "$scratch/validated"
  fi
  grep -E '(^|: )error' "$scratch/validated" || true
}
valid() {
  same "$1 is not valid SARIF" /dev/null <(errors_in "$scratch/$1")
  python3 -m json.tool "$scratch/$1" /dev/null || bad "$1 is not JSON"
}

begin "SARIF with findings and notes"
run 1 "$coroguard" check --format sarif -o "$scratch/findings.sarif"
valid findings.sarif
python3 - "$scratch/findings.sarif" "$("$coroguard" --version)" << 'END' || bad "findings.sarif says something else than the findings"
import json, sys
[run] = json.load(open(sys.argv[1]))["runs"]
assert run["tool"]["driver"]["version"] == sys.argv[2].split()[1], run["tool"]["driver"]["version"]
blocking, dropped = run["results"]
assert [r["ruleId"] for r in run["results"]] == ["blocking-call", "unawaited-coroutine"]
place = blocking["locations"][0]["physicalLocation"]
assert place["artifactLocation"] == {"uri": "blocking.cpp", "uriBaseId": "SRCROOT"}, place
assert place["region"] == {"startLine": 7, "startColumn": 5}, place
[note] = blocking["relatedLocations"]
assert note["physicalLocation"]["artifactLocation"]["uri"] == "helper.cpp", note
assert run["invocations"][0]["executionSuccessful"] is True
for result in run["results"]:
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
END

begin "findings about suppressions have their page"
echo 'suppressions: {require-reason: true}' > .coroguard.yaml
printf '\nint a; // coroguard: allow(blocking-call)\n' >> helper.cpp
run 1 "$coroguard" check --format sarif -o "$scratch/comments.sarif"
valid comments.sarif
python3 - "$scratch/comments.sarif" << 'END' || bad "no page of a finding about suppressions"
import json, sys
rules = {rule["id"]: rule for rule in json.load(open(sys.argv[1]))["runs"][0]["tool"]["driver"]["rules"]}
for id in ("unused-suppression", "suppression-without-reason", "blocking-call"):
    assert len(rules[id]["help"]["markdown"]) > 100 and rules[id]["help"]["text"], rules[id]
END
cp "$hosts/small/helper.cpp" .
rm .coroguard.yaml

begin "the validator does find errors"
sed 's/"ruleIndex": 0/"ruleIndex": 9/' "$scratch/findings.sarif" > "$scratch/spoilt.sarif"
[[ -n $(errors_in "$scratch/spoilt.sarif") ]] || bad "a wrong ruleIndex was taken for valid SARIF"

begin "SARIF without findings"
run 0 "$coroguard" check --format sarif helper.cpp --no-index -o "$scratch/empty.sarif"
valid empty.sarif

begin "SARIF with problems, some of them without a file"
echo 'int broken = ;' >> helper.cpp
run 2 "$coroguard" check --format sarif --rule blocking-call --rule nope -o "$scratch/problems.sarif"
valid problems.sarif
python3 - "$scratch/problems.sarif" << 'END' || bad "problems.sarif does not say what failed"
import json, sys
[run] = json.load(open(sys.argv[1]))["runs"]
[invocation] = run["invocations"]
assert invocation["executionSuccessful"] is False
texts = [n["message"]["text"] for n in invocation["toolExecutionNotifications"]]
assert texts == ["there is no rule 'nope'; 'coroguard rules' lists them", "expected expression"], texts
END
cp "$hosts/small/helper.cpp" .

begin "SARIF of the whole example, with names that URIs must escape"
example chat
mv "$scratch/chat" "$scratch/a chät"
cd "$scratch/a chät"
rm -r build && cmake -B build -G Ninja > "$scratch/cmake.log" 2>&1 || bad "the example cannot be configured"
run 1 "$coroguard" check --format sarif -o "$scratch/example.sarif"
valid example.sarif
(cd / && run 1 "$coroguard" check "$scratch/a chät" --project "$scratch/a chät" --format sarif -o "$scratch/absolute.sarif")
valid absolute.sarif
cd "$scratch/small"

begin "JSON has every key, also when there is nothing to say"
run 0 "$coroguard" check --format json helper.cpp --no-index
same "an empty report" <(printf '%s\n' '{' '  "version": 1,' '  "findings": [],' '  "problems": [],' '  "summary": {' \
  '    "findings": 0,' '    "fixed": 0,' '    "files": 0,' '    "units": 1,' '    "problems": 0,' '    "covered": 0,' \
  '    "gone": 0,' '    "unchanged": 0' '  }' '}') "$out"
run 1 "$coroguard" check --format json
python3 - "$out" << 'END' || bad "the JSON report has other findings"
import json, sys
report = json.load(open(sys.argv[1]))
assert report["summary"] == {"findings": 2, "fixed": 0, "files": 2, "units": 3, "problems": 0, "covered": 0, "gone": 0, "unchanged": 0}, report["summary"]
for finding in report["findings"]:
    assert set(finding) == {"rule", "severity", "message", "file", "line", "column", "function", "fingerprint", "notes", "fixes"}, finding
    for note in finding["notes"]:
        assert set(note) == {"message", "file", "line", "column"}, note
END

begin "text has clang's shape, and a file gets what the terminal would"
cat > "$scratch/wanted" << 'END'
blocking.cpp:7:5: warning: 'pause_a_little' ends in 'sleep' and blocks the event loop's thread in coroutine 'poll_forever'; no other task of the loop runs meanwhile [blocking-call]
    7 |     pause_a_little(); // blocking-call: the helper is in another translation unit
      |     ^
helper.cpp:5:3: note: 'sleep' blocks: it sleeps for the whole duration; use an asynchronous timer
    5 |   ::sleep(1);
      |   ^
dropped.cpp:6:3: warning: result of 'say_hello()' is never awaited; the coroutine body does not run [unawaited-coroutine]
    6 |   say_hello(); // unawaited-coroutine
      |   ^
2 findings in 2 files (3 translation units analysed)
END
run 1 "$coroguard" check
same "text" "$scratch/wanted" "$out"
run 1 "$coroguard" check --output "$scratch/report.txt"
same "text in a file" "$scratch/wanted" "$scratch/report.txt"
same "standard output with --output" /dev/null "$out"

begin "--exit-zero, for runs that only report"
run 0 "$coroguard" check --exit-zero
same "text with --exit-zero" "$scratch/wanted" "$out"
run 2 "$coroguard" check --exit-zero --rule nope

finish
