#!/usr/bin/env bash
# Configuration: which file holds where, 'coroguard config' and 'init', and that the JSON Schema and the reader agree.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"

fresh() {
  begin "$1"
  cd "$scratch"
  rm -rf project
  small_project "$scratch/project"
  cd "$scratch/project"
}

# finds EXIT-CODE FINDINGS ARGUMENTS...: `coroguard check` finds exactly these, each written "file:line severity rule".
finds() {
  local code=$1 wanted=$2
  shift 2
  run "$code" "$coroguard" check "$@"
  same "findings of: check $*" <(printf '%s' "${wanted:+$wanted$'\n'}") \
    <(sed -nE 's/^([^:]+:[0-9]+):[0-9]+: (remark|warning|error): .* \[(.*)\]$/\1 \2 \3/p' "$out")
}

# says PROBLEM COMMAND...: exits with 2 and prints this one line of problems.
says() {
  local problem=$1
  shift
  run 2 "$coroguard" "$@"
  same "problems of: $*" <(echo "$problem") <(cat "$out" "$err" | grep ': error: ' | grep -v ' \[[a-z-]*\]$')
}

# effective PATH VALUE...: lines of `coroguard config PATH`, spaces squeezed.
effective() {
  local path=$1 value
  shift
  run 0 "$coroguard" config "$path"
  for value; do grep -qxF -- " $value" <(tr -s ' ' < "$out") || bad "config $path does not say '$value': $(grep -A2 "${value%%:*}" "$out")"; done
}

both="blocking.cpp:7 warning blocking-call"$'\n'"dropped.cpp:6 warning unawaited-coroutine"

fresh "severities, extends and profiles"
mkdir shared
printf 'rules:\n  blocking-call: error\n  unawaited-coroutine: off\n' > shared/base.yaml
echo 'extends: shared/base.yaml' > .coroguard.yaml
finds 1 "blocking.cpp:7 error blocking-call"
effective . "unawaited-coroutine:" "severity: error # shared/base.yaml:2" "severity: off # shared/base.yaml:3" \
  "busy-wait: warning # default"
printf 'extends: [shared/base.yaml]\nrules: {unawaited-coroutine: info}\n' > .coroguard.yaml
finds 1 "blocking.cpp:7 error blocking-call"$'\n'"dropped.cpp:6 remark unawaited-coroutine"
printf 'profile: tests\nrules: {unawaited-coroutine: off}\n' > .coroguard.yaml
finds 0 "blocking.cpp:7 remark blocking-call" # information fails no build
effective . "busy-wait: info # profile tests (.coroguard.yaml:1)"

fresh "overrides decide by the file of the finding; an option too"
cat > .coroguard.yaml << 'END'
overrides:
  - paths: [drop*.cpp]
    rules: {unawaited-coroutine: error}
  - paths: [blocking.cpp]
    rules: {blocking-call: {options: {allow: [pause_a_little]}}}
END
finds 1 "dropped.cpp:6 error unawaited-coroutine"
sed -i 's/blocking.cpp/helper.cpp/' .coroguard.yaml # the finding is not there
finds 1 "blocking.cpp:7 warning blocking-call"$'\n'"dropped.cpp:6 error unawaited-coroutine"
effective helper.cpp 'allow: ["pause_a_little"] # .coroguard.yaml:5'
effective blocking.cpp 'allow: [] # default'
effective . 'allow: [] # default'

begin "an override with a profile is told once"
printf 'overrides:\n  - paths: [helper.cpp]\n    profile: tests\n    rules: {busy-wait: error}\n  - paths: [helper.cpp]\n    rules: {busy-wait: off}\n' > .coroguard.yaml
run 0 "$coroguard" config helper.cpp
same "overrides" <(printf '# override for helper.cpp (.coroguard.yaml:%s): applies\n' 2 5) <(grep '^# override' "$out")

begin "rules by the names that clang-tidy prints"
echo 'rules: {coroguard-blocking-call: error}' > .coroguard.yaml
finds 1 "blocking.cpp:7 error blocking-call" --rule coroguard-blocking-call

fresh "a subfolder has its own configuration, in the project of the folder above"
mkdir sub
mv dropped.cpp sub
cp task.h sub
small_database "$PWD" sub/dropped.cpp blocking.cpp helper.cpp
echo 'rules: {blocking-call: error}' > .coroguard.yaml
echo 'rules: {unawaited-coroutine: info, blocking-call: off}' > sub/.coroguard.yaml
finds 1 "blocking.cpp:7 error blocking-call"$'\n'"sub/dropped.cpp:6 remark unawaited-coroutine"
[[ -e .coroguard/index.facts && ! -e sub/.coroguard ]] || bad "the index is not in the project's folder"
(cd sub && finds 1 "$scratch/project/blocking.cpp:7 error blocking-call"$'\n'"dropped.cpp:6 remark unawaited-coroutine" -p ../build)
finds 0 "sub/dropped.cpp:6 remark unawaited-coroutine" sub/dropped.cpp
effective sub/dropped.cpp "severity: info # sub/.coroguard.yaml:1"
effective sub "severity: off # sub/.coroguard.yaml:1"
effective blocking.cpp "severity: error # .coroguard.yaml:1"
finds 1 "blocking.cpp:7 error blocking-call"$'\n'"sub/dropped.cpp:6 warning unawaited-coroutine" --config .coroguard.yaml
echo 'rules: {nonsense: on}' > sub/.coroguard.yaml
says "sub/.coroguard.yaml:1:9: error: unknown rule 'nonsense'; 'coroguard rules' lists them" check
echo 'exclude: [x]' > sub/.coroguard.yaml
says "sub/.coroguard.yaml:1:11: error: 'exclude' holds for the whole project, and this file for one folder; move it into '$PWD/.coroguard.yaml'" check

fresh "bad files: one line with place and remedy"
bad_file() {
  printf "$2" > .coroguard.yaml
  says ".coroguard.yaml$1" check
}
bad_file ":1:10: error: 'gone.yaml' cannot be read: No such file or directory; paths are relative to this file" 'extends: gone.yaml\n'
bad_file ":1:10: error: the configuration extends itself: .coroguard.yaml -> .coroguard.yaml; take one of the steps out" 'extends: .coroguard.yaml\n'
bad_file ":2:1: error: 'rules' stands here twice; keep one of them" 'rules: {}\nrules: {}\n'
bad_file ":2:1: error: not valid YAML: a tab in the indentation; indent with spaces" 'rules:\n\tblocking-call: off\n'
bad_file ": error: not a text file; a configuration is YAML in UTF-8" 'a\0b'
bad_file ":1:1: error: the file must be a mapping (key: value)" 'rules\n'
bad_file ":1:10: error: unknown profile 'test'; did you mean 'tests'?" 'profile: test\n'
bad_file ":1:10: error: profile must be one of application, library, tests" 'profile: [library]\n'
bad_file ":1:9: error: unknown rule 'nonsense'; 'coroguard rules' lists them" 'rules: {coroguard-nonsense: on}\n'
bad_file ":1:30: error: 'blocking-call' stands here twice; keep one of them" 'rules: {blocking-call: info, coroguard-blocking-call: off}\n'
bad_file ":1:23: error: a pattern cannot leave its folder with '..'; write what the override is for, such as tests/**" \
  'overrides: [{paths: [ ../x ]}]\n'
head -c 2000000 /dev/zero | tr '\0' '#' > .coroguard.yaml
says ".coroguard.yaml: error: the configuration is larger than 1 MB; name a file of settings" check
says "sub: error: the configuration cannot be read: No such file or directory; check its path and permissions" check --config sub
mkdir sub
says "sub: error: the configuration cannot be read: Is a directory; check its path and permissions" check --config sub
rm .coroguard.yaml
ln -s nowhere .coroguard.yaml
says ".coroguard.yaml: error: the configuration cannot be read: No such file or directory; check its path and permissions" check

fresh "what is left out must be there, and something must be left"
excludes() { # LINE ENTRY
  printf "exclude: [$2]\n" > .coroguard.yaml
  says "$1" check
}
pattern() {
  excludes ".coroguard.yaml:1:11: error: 'exclude' takes folders and files, and '$PWD/$1' is a pattern; name the folder, such as third_party; to turn rules off in files of a pattern, write 'overrides'" "\"$1\""
}
pattern 'sub/h*.cpp'
pattern '**/sub'
for all in . ../.. "dropped.cpp, blocking.cpp, helper.cpp"; do
  excludes ".coroguard.yaml:1:11: error: all translation units are excluded, and nothing is left to check; exclude less: folders and files that are not yours" "$all"
done
echo 'exclude: [dropped.cpp]' > .coroguard.yaml
says "dropped.cpp: error: this file is excluded by the configuration; take it out of 'exclude' ('coroguard config' shows where that is), or do not name it" check dropped.cpp
run 0 "$coroguard" check dropped.cpp --skip-unlisted
grep -qx "coroguard: note: $PWD/dropped.cpp is excluded by the configuration" "$err" || bad "left out in silence: $(cat "$err")"
echo 'exclude: [generated]' > .coroguard.yaml # a build may make it
finds 1 "$both"
grep -qx "coroguard: note: $PWD/.coroguard.yaml:1:11: 'exclude' names '$PWD/generated', which does not exist" "$err" || bad "a name that is not there: $(cat "$err")"
mkdir 'a[1]' && echo 'exclude: ["a[1]"]' > .coroguard.yaml # no pattern: it is there
finds 1 "$both"
same "notes" /dev/null "$err"

fresh "what 'config' prints can be fed back"
printf 'profile: library\nrules: {blocking-call: {options: {allow: ["a: b"]}}}\nexclude: [gen]\n' > .coroguard.yaml
run 0 "$coroguard" config
cp "$out" again.yaml
run 0 "$coroguard" config --config again.yaml
same "fed back" <(sed '/^#/d; s/ *#.*//' again.yaml) <(sed '/^#/d; s/ *#.*//' "$out")
run 0 "$coroguard" config --format json dropped.cpp
python3 - "$out" "$PWD" << 'END' || bad "config --format json"
import json, sys
all = json.load(open(sys.argv[1]))
assert all["file"] == sys.argv[2] + "/dropped.cpp", all["file"]
assert all["rules"]["blocking-call"]["options"]["allow"] == {"value": ["a: b"], "origin": ".coroguard.yaml:2"}
assert all["rules"]["loop-without-suspension"]["severity"]["origin"] == "profile library (.coroguard.yaml:1)"
assert all["exclude"] == [{"value": sys.argv[2] + "/gen", "origin": ".coroguard.yaml:3"}]
END
says "gone/x.cpp: error: no such file or folder; check the spelling; paths are relative to the current folder" config gone/x.cpp
for profile in application library tests; do
  run 0 "$coroguard" config --profile "$profile"
  same "profile $profile" "$root/tool/config/profiles/$profile.yaml" "$out"
done

fresh "init writes the defaults"
run 0 "$coroguard" config
sed '/^#/d; s/ *#.*//' "$out" > defaults
run 0 "$coroguard" init
run 0 "$coroguard" config
same "after init" defaults <(sed '/^#/d; s/ *#.*//' "$out")
grep -qx '# yaml-language-server: $schema=.coroguard/schema.json' .coroguard.yaml || bad "no line for editors"
same "the schema next to it" "$root/docs/coroguard.schema.json" .coroguard/schema.json
finds 1 "$both"
echo 'rules: {busy-wait: off}' > .coroguard.yaml
says "$PWD/.coroguard.yaml: error: exists already; edit it, or write a new one over it with --force" init
run 0 "$coroguard" init --force
grep -q 'busy-wait: warning' .coroguard.yaml || bad "init --force wrote nothing"
mkdir sub
run 0 "$coroguard" init sub
grep -qx 'extends: ../.coroguard.yaml' sub/.coroguard.yaml || bad "a subfolder's start does not extend the project's"
grep -qxF '# yaml-language-server: $schema=../.coroguard/schema.json' sub/.coroguard.yaml || bad "wrong schema below"
effective sub "busy-wait: warning # default"
says "no: error: no such folder; make it first, or name another" init no

begin "the committed schema is that of this build"
run 0 "$coroguard" config --schema
same "docs/coroguard.schema.json; write it with 'coroguard config --schema'" "$root/docs/coroguard.schema.json" "$out"

begin "the schema and the reader agree"
mkdir "$scratch/examples"
cd "$scratch/examples"
python3 "$hosts/schema_examples.py" "$coroguard" "$root/docs/coroguard.schema.json" || bad "schema_examples.py: see above"

finish
