#!/usr/bin/env bash
# The formats of CI services, read by other people's parsers, with findings, with problems and with nothing; and
# --statistics and --profile.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"
unset GITHUB_WORKSPACE CI_PROJECT_DIR
small_project "$scratch/small"
cd "$scratch/small"
mkdir clean && cp -r helper.cpp helper.h clean && mkdir clean/build && small_database "$PWD/clean" helper.cpp

for format in github gitlab junit checkstyle; do
  begin "$format"
  run 1 "$coroguard" check --format $format -o "$scratch/findings.$format"
  (cd clean && run 0 "$coroguard" check --format $format -o "$scratch/clean.$format")
  echo 'int broken = ;' >> helper.cpp
  run 2 "$coroguard" check --format $format --rule unawaited-coroutine --rule nope -o "$scratch/problems.$format"
  cp "$hosts/small/helper.cpp" .
done
python3 "$hosts/formats.py" "$scratch" || bad "a report is not what its readers expect: see above"

begin "fingerprints are the same in every format"
run 1 "$coroguard" check --format json
prints() { grep -oE '[0-9a-f]{32}:[0-9]+' "$1" | sort -u; }
prints "$out" > "$scratch/wanted"
(($(grep -c '' "$scratch/wanted") == 2)) || bad "not two fingerprints"
same "gitlab's" "$scratch/wanted" <(prints "$scratch/findings.gitlab")
run 1 "$coroguard" check --format sarif
same "SARIF's" "$scratch/wanted" <(prints "$out")

begin "--statistics"
run 1 "$coroguard" check --statistics
same "counts" <(printf '%s\n' 'findings by rule:' '      1  blocking-call' '      1  unawaited-coroutine' \
  'findings by folder:' '      2  .' 'findings by severity:' '      0  error' '      2  warning' '      0  info') \
  <(sed -n '/^findings by rule/,/info$/p' "$out")
grep -qE '^time: [0-9]+\.[0-9]+ s$' "$out" || bad "no time"
run 1 "$coroguard" check --statistics --format json
python3 -m json.tool "$out" /dev/null || bad "--statistics spoils JSON"
grep -q '^findings by rule:' "$err" || bad "no statistics beside JSON"

begin "--profile"
run 1 "$coroguard" check --profile --format json
python3 -m json.tool "$out" /dev/null || bad "--profile spoils JSON"
grep -qE '^ +[0-9.]+ s +[0-9.]+ %  blocking-call$' "$err" || bad "no line for a rule"
run 1 "$coroguard" check --no-cache --profile="$scratch/profile.json"
python3 - "$scratch/profile.json" << 'END' || bad "the profile is not what docs/ci.md says"
import json, sys
profile = json.load(open(sys.argv[1]))
assert profile["version"] == 1
phases = {phase["name"]: phase["seconds"] for phase in profile["phases"]}
assert abs(sum(phases.values()) - profile["seconds"]) < 1e-6, profile
assert max(phases, key=phases.get) == "analysis of translation units", phases
found = {rule["name"]: rule["findings"] for rule in profile["rules"]}
assert found["blocking-call"] == 1 and found["unawaited-coroutine"] == 1 and len(found) > 10, found
END

finish
