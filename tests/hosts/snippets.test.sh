#!/usr/bin/env bash
# What docs/continuous-integration.md shows is valid, and its commands run; a wrong key, event, step or option is found. The
# pre-commit hook checks the changed files of a commit.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"
page=$root/docs/continuous-integration.md
hooks=$root/.pre-commit-hooks.yaml
small_project "$scratch/small"
export PATH=$build/bin:$PATH

begin "the blocks have the shape that their services want"
run 0 python3 "$hosts/snippets.py" "$page" "$hooks"
cp "$out" "$scratch/commands"
(($(wc -l < "$scratch/commands") >= 5)) || bad "too few commands: $(cat "$scratch/commands")"

begin "each coroguard command in them runs, on a project with findings"
# Exit codes: findings or, with --exit-zero, none. A wrong option would be 2.
commands_run() {
  local command code wrong=0
  while read -r command; do
    code=0
    (cd "$scratch/small" && bash -c "$command" > "$out" 2> "$err") || code=$?
    [[ $code == 1 || $code == 0 && $command == *--exit-zero* ]] && continue
    echo "exit code $code of: $command: $(cat "$err")"
    wrong=1
  done < "$1"
  return $wrong
}
commands_run "$scratch/commands" || bad "a command of the page does not run"

begin "a mistake would be found"
# mistaken SED_EXPRESSION: with it the page is refused, or one of its commands fails.
mistaken() {
  sed -E "$1" "$page" > "$scratch/mistaken.md"
  ! cmp -s "$page" "$scratch/mistaken.md" || bad "this changes nothing: $1"
  ! { python3 "$hosts/snippets.py" "$scratch/mistaken.md" "$hooks" > "$scratch/wrong" 2> /dev/null &&
    commands_run "$scratch/wrong" > /dev/null; } || bad "this is not found: $1"
}
mistaken 's/^    steps:/    step:/'
mistaken 's/runs-on/run-on/'
mistaken 's/  pull_request:/  pull_requests:/'
mistaken 's/- uses: actions.*/- use: actions\/checkout@v4/'
mistaken 's/checkout@v4/checkout/'
mistaken 's/^  script:/  scripts:/'
mistaken 's/^    - repo:|^  - repo: local/  - repository: local/'
mistaken 's/id: coroguard/id: corogard/'
mistaken 's/--format sarif/--format sariff/'
mistaken 's/--exit-zero/--exit-null/'
mistaken 's/-o coroguard.sarif/-O coroguard.sarif/'
mistaken 's/--format gitlab/--format json/'
mistaken 's/--format gitlab //'
mistaken 's/-o gl-code-quality-report.json/-o report.json/'
mistaken 's/codequality: gl-code-quality-report/codequality: code-quality/'
mistaken 's/^      codequality:/      sast:/'
mistaken 's/--skip-unlisted/--skip-unlist/'
mistaken 's/^      security-events/   security-events/; s/^jobs:/ jobs:/'

# ---- the hook, in a git repository ---------------------------------------------------------------------------------------

project=$scratch/small
cd "$project"
export HOME=$scratch/home GIT_CONFIG_NOSYSTEM=1
mkdir "$HOME"
git init -q -b main .
git config user.name test && git config user.email test@localhost
echo /build/ > .gitignore
# The page's hook without a network. A commit of one unit needs the whole project's index for a chain through another.
sed -nE '/^repos:/h; /repo: local/,/^```/{/^```/!H}; ${x;p}' "$page" > .pre-commit-config.yaml
rm -rf .coroguard
mv dropped.cpp "$scratch" && cp "$scratch/dropped.cpp" dropped.cpp && sed -i '/say_hello(); \/\//d' dropped.cpp
git add -A && git commit -qm start
run 1 coroguard check -p build
# what pre-commit runs: the entry and the arguments with the changed files
entry=$(grep -m1 -- '--skip-unlisted' "$scratch/commands")
hook() {
  local changed
  mapfile -t changed < <(git diff --cached --name-only --diff-filter=ACMR | grep -E '\.(cpp|h)$')
  run "$1" $entry "${changed[@]}"
}

begin "the hook: findings in a changed file fail, also through another unit; unchanged files are not checked"
cp "$scratch/dropped.cpp" . && git add -A
hook 1
grep -q "^dropped.cpp:6:3: warning" "$out" || bad "the hook does not find the drop"
! grep -q "^blocking.cpp.*warning" "$out" || bad "the hook reports on a file that did not change"
echo '// changed' >> blocking.cpp && git add -A
hook 1
grep -q "^blocking.cpp:7:5: warning: 'pause_a_little' ends in 'sleep'" "$out" || bad "the chain through helper.cpp is not seen"

begin "what the database does not hold is left out and named; a clean change passes"
git reset -q --hard
echo '// changed' >> helper.cpp && echo '// changed' >> helper.h && echo 'int tool;' > tool.cpp && git add -A
hook 0
for file in helper.h tool.cpp; do
  grep -qF "note: $project/$file is not in the compile database, and is not checked by itself" "$err" || bad "$file is left out in silence"
done
run 2 coroguard check -p build tool.cpp
run 2 coroguard check -p nowhere --skip-unlisted tool.cpp

if command -v pre-commit > /dev/null; then
  begin "pre-commit itself runs the page's hook at a commit"
  git reset -q --hard
  run 0 pre-commit install
  run 0 pre-commit validate-manifest "$hooks"
  run 0 pre-commit validate-config
  cp "$scratch/dropped.cpp" . && git add -A
  run 1 git commit -m drops
  grep -q "result of 'say_hello()' is never awaited" "$out" "$err" || bad "pre-commit does not show the finding"
  git reset -q --hard
  echo '// changed' >> helper.cpp && git add -A
  run 0 git commit -m clean
else
  echo "SKIPPED: pre-commit is not installed; the hook itself is tested"
fi

finish
