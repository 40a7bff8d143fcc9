#!/usr/bin/env bash
# Whatever is wrong with what coroguard is given: one clear line that says what to do, exit code 2, nothing else lost.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"

blocking="blocking.cpp:7:5: warning: 'pause_a_little' ends in 'sleep' and blocks the event loop's thread in coroutine 'poll_forever'; no other task of the loop runs meanwhile [blocking-call]"
dropped="dropped.cpp:6:3: warning: result of 'say_hello()' is never awaited; the coroutine body does not run [unawaited-coroutine]"
both="$blocking"$'\n'"$dropped"
usage="'coroguard --help' and 'coroguard COMMAND --help' list what there is"

# fresh NAME: the small project in a new current folder, and the name of the test.
fresh() {
  begin "$1"
  cd "$scratch"
  rm -rf project
  small_project "$scratch/project"
  cd "$scratch/project"
}

# check_says PROBLEMS FINDINGS ARGUMENTS...: `coroguard check` prints exactly these lines of problems and of findings.
# Above are both of the findings, which is what most cases expect.
check_says() {
  local problems=$1 findings=$2
  shift 2
  run 2 "$coroguard" check "$@"
  same "problems of: check $*" <(echo "$problems") <(cat "$out" "$err" | grep ': error: ')
  same "findings of: check $*" <(printf '%s' "${findings:+$findings$'\n'}") <(grep ': warning: ' "$out")
}

# says PROBLEM ARGUMENTS...: a command prints this one line and nothing else.
says() {
  local problem=$1
  shift
  run 2 "$coroguard" "$@"
  same "output of: $*" <(echo "$problem") <(cat "$out" "$err")
}

# ---- what to analyse -------------------------------------------------------------------------------------------------

remedy="configure with \`cmake -DCMAKE_EXPORT_COMPILE_COMMANDS=ON\`, name the build folder with -p, or give the compiler flags after \`--\`"

fresh "no compile database"
rm build/compile_commands.json
check_says "coroguard: error: no compile_commands.json found; looked in '$PWD', its build/ and every folder above; $remedy" ""
check_says "build/compile_commands.json: error: no such compile database; $remedy" "" -p build
check_says "no/compile_commands.json: error: no such compile database; $remedy" "" -p no

fresh "malformed compile database"
remedy="configure the project again so that the database is up to date"
{ echo && head -c 100000 /dev/zero | tr '\0' '['; } > build/compile_commands.json
check_says "build/compile_commands.json:2:101: error: malformed compile database: its brackets are nested too deep; $remedy" ""
printf '[{"directory": "/",\n  "file" "dropped.cpp"}]\n' > build/compile_commands.json
check_says "build/compile_commands.json:2:10: error: malformed compile database: Expected : after object key; $remedy" ""
echo '[{"directory": "/"}]' > build/compile_commands.json
check_says "build/compile_commands.json: error: malformed compile database: Missing key: \"file\".; $remedy" ""
echo '[]' > build/compile_commands.json
check_says "build/compile_commands.json: error: the compile database is empty; build at least one C++ target into it" ""

fresh "a file that is not in the database"
cp dropped.cpp extra.cpp
check_says "extra.cpp: error: not in the compile database '$PWD/build/compile_commands.json'; add the file to a target and configure again, or give its flags after \`--\`" \
  "$dropped" extra.cpp dropped.cpp

fresh "a file of the database that does not exist"
rm helper.cpp
check_says "helper.cpp: error: named in '$PWD/build/compile_commands.json' but does not exist; $remedy" "$dropped"

fresh "a folder of the database that does not exist"
cat > build/compile_commands.json << END
[{"directory": "$PWD/gone", "file": "../dropped.cpp", "arguments": ["g++", "-std=c++20", "../dropped.cpp"]},
 {"directory": "$PWD/build", "file": "../blocking.cpp", "arguments": ["g++", "-std=c++20", "../blocking.cpp"]},
 {"directory": "$PWD/build", "file": "../helper.cpp", "arguments": ["g++", "-std=c++20", "../helper.cpp"]}]
END
check_says "dropped.cpp: error: the compile command's folder '$PWD/gone' cannot be used: No such file or directory; configure the project again" \
  "$blocking"

fresh "a path that does not exist"
check_says "missing.cpp: error: no such file or folder; check the spelling; paths are relative to the current folder" \
  "$dropped" missing.cpp dropped.cpp

fresh "a directory without sources"
mkdir empty
check_says "empty: error: no translation unit of '$PWD/build/compile_commands.json' lies in this folder; name a folder of this project, or another build folder with -p" \
  "$dropped" empty dropped.cpp
check_says "empty: error: no C++ source files in this folder; name another folder or files" "$dropped" \
  empty dropped.cpp -- -std=c++20

fresh "a header as a translation unit; flags without files"
check_says "helper.h: error: a header is not a translation unit; name a source file that includes it" "$dropped" \
  helper.h dropped.cpp
check_says "coroguard: error: compiler flags without a file to use them for; name files or folders before \`--\`" "" \
  -- -std=c++20

fresh "a project folder that does not exist, or holds no unit"
check_says "no: error: no translation unit lies in this project; choose another --project" "" --project no
check_says "/usr: error: no translation unit lies in this project; choose another --project" "" --project /usr

# ---- code ------------------------------------------------------------------------------------------------------------

fresh "syntax errors: findings of the other units, and of the functions that parse, stay"
echo 'int broken = ;' >> dropped.cpp
check_says "dropped.cpp:8:14: error: expected expression" "$both"
printf 'int a = b1;\nint c = b2;\nint d = b3;\nint e = b4;\nint f = b5;\n' >> helper.cpp
check_says "dropped.cpp:8:14: error: expected expression
helper.cpp:7:9: error: use of undeclared identifier 'b1'
helper.cpp:8:9: error: use of undeclared identifier 'b2'
helper.cpp:9:9: error: use of undeclared identifier 'b3'
helper.cpp: error: and 2 more errors" "$both"

fresh "a header that is missing"
printf '#include "generated.h"\n' >> helper.cpp
check_says "helper.cpp:7:10: error: 'generated.h' file not found; check the include paths of the compile command, and build first if the header is generated" \
  "$both"

fresh "a header or a source that must not be read"
printf '#include "secret.h"\n' >> helper.cpp
echo > secret.h
# root may read everything, so that the command runs as somebody else there.
as_user=()
if ((EUID == 0)); then as_user=(setpriv --reuid 65534 --regid 65534 --clear-groups); fi
cp "$coroguard" "$scratch/coroguard"
chmod 755 "$scratch"
chmod 0 secret.h
as_nobody() { # PROBLEM FINDINGS
  run 2 "${as_user[@]}" "$scratch/coroguard" check --no-index
  same "problems" <(echo "$1") <(grep ': error: ' "$out")
  same "findings" <(echo "$2") <(grep ': warning: ' "$out")
}
as_nobody "helper.cpp:7:10: error: cannot open file '../secret.h': Permission denied; check its permissions" "$both"
rm -f secret.h && echo > secret.h && chmod 0 helper.cpp
as_nobody "helper.cpp: error: the file cannot be read; check its permissions" "$dropped"

# ---- what is written -------------------------------------------------------------------------------------------------

fresh "a report that cannot be written is no report"
cannot="coroguard: error: standard output cannot be written"
sed -i 's/void start/task start/; s|^  say_hello();.*|&\n  co_return;|' dropped.cpp # so that there is a fix
"$coroguard" check > "$scratch/whole" || true
for command in check "check --format sarif" "check --diff-fixes --unsafe-fixes" "facts dropped.cpp" rules "explain blocking-call" "config" "--help"; do
  code=0
  "$coroguard" $command 2> "$err" > /dev/full || code=$? # only written to
  ((code == 2)) || bad "exit code $code, not 2, of $command on a full disk"
  same "full disk: $command" <(echo "$cannot: No space left on device; make room, or write elsewhere") <(grep -v "would fix" "$err")
done
code=0
"$coroguard" check >&- 2> "$err" || code=$?
((code == 2)) || bad "exit code $code, not 2, with standard output closed"
same "standard output is closed" <(echo "$cannot: Bad file descriptor; make room, or write elsewhere") "$err"
for command in check "check --diff-fixes --unsafe-fixes" "facts dropped.cpp"; do
  echo before > report
  full_disk 2 "$coroguard" $command -o report
  grep -q "^report: error: .*cannot be written: File too large; choose another --output$" "$err" || bad "no word about the full disk: $(cat "$err")"
  same "a report of an earlier run" <(echo before) report
  rm report
  full_disk 2 "$coroguard" $command -o report
  [[ -z $(ls | grep report) ]] || bad "half a report is left: $(ls)"
done
run 1 "$coroguard" check 2>&-
run 1 "$coroguard" check -o /dev/stdout
same "a report to a device" "$scratch/whole" "$out"

# ---- command line ----------------------------------------------------------------------------------------------------

fresh "the command line"
says "coroguard: error: unknown command 'chek'; 'coroguard --help' lists them" chek
says "coroguard: error: A subcommand is required; $usage"
says "coroguard: error: The following argument was not expected: --nope; $usage" check --nope
says "coroguard: error: --format: html not in {checkstyle,github,gitlab,json,junit,sarif,text}; $usage" check --format html
says "coroguard: error: --jobs: Value 0 not in range 1 to 1024; $usage" check -j 0
says "coroguard: error: --time-limit: '-3' is not a number of seconds above 0; $usage" check --time-limit -3
says "coroguard: error: rule is required; $usage" explain
unset_variable="is a variable not set? Give it a value, or leave the argument out"
for option in --diff --baseline --config -p --output --rule --model --project; do
  says "coroguard: error: $option has an empty value; $unset_variable" check $option ""
  [[ $option == -p ]] || says "coroguard: error: $option has an empty value; $unset_variable" check $option= dropped.cpp
done
says "coroguard: error: an empty argument; $unset_variable" check ""
says "coroguard: error: --unsafe-fixes: says which fixes, and needs --fix to apply them or --diff-fixes to show them; $usage" check --unsafe-fixes
says "coroguard: error: --format excludes --diff-fixes; $usage" check --diff-fixes --format json

fresh "unknown rules"
says "coroguard: error: there is no rule 'blocking-cal'; 'coroguard rules' lists them" explain blocking-cal
check_says "coroguard: error: there is no rule 'nope'; 'coroguard rules' lists them" "$blocking" \
  --rule blocking-call --rule nope
printf 'rules:\n  blocking-cal: on\n' > .coroguard.yaml
check_says ".coroguard.yaml:2:3: error: unknown rule 'blocking-cal'; did you mean 'blocking-call'?" "$both"

# ---- models and configuration ----------------------------------------------------------------------------------------

fresh "a broken model"
printf 'library: acme\nroots: [acme]\nblocking_cals: []\n' > acme.yaml
problem="acme.yaml:3:1: error: unknown key 'blocking_cals'; did you mean 'blocking_calls'?"
check_says "$problem" "$both" --model acme.yaml
run 2 "$coroguard" models acme.yaml
same "output of: models" <(echo "$PWD/$problem" | sed "s|$PWD/acme|acme|") "$err"
echo 'models: [acme.yaml]' > .coroguard.yaml
check_says "$problem" "$both"
printf 'library: [\n' > acme.yaml
check_says "acme.yaml:2:1: error: not YAML: end of sequence flow not found" "$both"
rm acme.yaml
check_says "acme.yaml: error: cannot read the model: No such file or directory; check its path and permissions" "$both"

fresh "a broken configuration"
echo 'rules: [' > .coroguard.yaml
check_says ".coroguard.yaml:2:1: error: not valid YAML: end of sequence flow not found" "$both"
echo 'rule: {}' > .coroguard.yaml
check_says ".coroguard.yaml:1:1: error: unknown key 'rule'; did you mean 'rules'?" "$both"
printf 'rules:\n  blocking-call: {severty: error}\n' > .coroguard.yaml
check_says ".coroguard.yaml:2:19: error: unknown key 'severty' of rule 'blocking-call'; did you mean 'severity'?" "$both"
printf 'rules:\n  blocking-call: {options: {alow: [x]}}\n' > .coroguard.yaml
check_says ".coroguard.yaml:2:29: error: rule 'blocking-call' has no option 'alow'; did you mean 'allow'?" "$both"
rm .coroguard.yaml
check_says "other.yaml: error: the configuration cannot be read: No such file or directory; check its path and permissions" \
  "$both" --config other.yaml

# ---- files that are written and read again ---------------------------------------------------------------------------

fresh "a report that cannot be written"
says "no/report: error: the report cannot be written: No such file or directory; choose another --output" check -o no/report
says ".: error: the report cannot be written: Is a directory; choose another --output" check -o .

fresh "an index that cannot be written: a note, and the findings"
touch .coroguard
run 1 "$coroguard" check --no-cache
same "standard error" <(echo "coroguard: note: the project index could not be written to $PWD/.coroguard/index.facts") "$err"
same "findings" <(echo "$both") <(grep ': warning: ' "$out")

fresh "a truncated index: said until a run over the whole project writes it again"
run 1 "$coroguard" check
head -c 300 .coroguard/index.facts > cut
cp cut .coroguard/index.facts
problem=".coroguard/index.facts: error: facts file is truncated or altered; write it again with 'coroguard check' for the whole project"
check_says "$problem" "$dropped" dropped.cpp
check_says "$problem" "" blocking.cpp
run 1 "$coroguard" check
run 1 "$coroguard" check blocking.cpp
same "findings" <(echo "$blocking") <(grep ': warning: ' "$out")

fresh "facts files"
remedy="write it again with 'coroguard facts'"
run 0 "$coroguard" facts dropped.cpp -o good.facts
head -c 100 good.facts > cut.facts
says "cut.facts: error: facts file is truncated or altered; $remedy" link good.facts cut.facts -o all.facts
says "dropped.cpp: error: not a facts file of this version of coroguard; $remedy" link dropped.cpp -o all.facts
says "no.facts: error: cannot be read: No such file or directory; write it with 'coroguard facts -o'" link no.facts -o all.facts
says "no/all.facts: error: cannot be written: No such file or directory; choose another --output" link good.facts -o no/all.facts

finish
