#!/usr/bin/env bash
# Suppression comments: reasons that are required, unused ones, and --add-suppressions for a project that starts.
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

fresh "a reason can be required"
sed -i 's|// unawaited-coroutine|// coroguard: allow(unawaited-coroutine)|' dropped.cpp
sed -i 's|// blocking-call.*|// NOLINT(coroguard-blocking-call)|' blocking.cpp
finds 0 ""
echo 'suppressions: {require-reason: true}' > .coroguard.yaml
finds 1 "blocking.cpp:7 warning suppression-without-reason"$'\n'"dropped.cpp:6 warning suppression-without-reason"
echo 'overrides: [{paths: [dropped.cpp], suppressions: {require-reason: error}}]' > .coroguard.yaml
finds 1 "dropped.cpp:6 error suppression-without-reason"
sed -i 's|allow(unawaited-coroutine)|& it says hello itself|' dropped.cpp
sed -i 's|NOLINT(.*|&: the loop is only ours|' blocking.cpp
echo 'suppressions: {require-reason: error}' > .coroguard.yaml
finds 0 ""

fresh "unused ones are as loud as configured, per file and only where the rule runs"
sed -i 's|  pause_a_little.*|  pause_a_little(); // coroguard: allow(unawaited-coroutine) none here|' blocking.cpp
echo 'rules: {blocking-call: off}' > .coroguard.yaml
finds 1 "blocking.cpp:7 warning unused-suppression"$'\n'"dropped.cpp:6 warning unawaited-coroutine"
printf 'rules: {blocking-call: off}\nsuppressions: {unused: error}\n' > .coroguard.yaml
finds 1 "blocking.cpp:7 error unused-suppression"$'\n'"dropped.cpp:6 warning unawaited-coroutine"
printf 'rules: {blocking-call: off}\nsuppressions: {unused: off}\n' > .coroguard.yaml
finds 1 "dropped.cpp:6 warning unawaited-coroutine"
printf 'rules: {blocking-call: off}\noverrides: [{paths: [blocking.cpp], rules: {unawaited-coroutine: off}}]\n' > .coroguard.yaml
finds 1 "dropped.cpp:6 warning unawaited-coroutine"

# Every place where a comment cannot simply stand above.
awkward() {
  cat > awkward.cpp << 'END'
#include "task.h"
task say_hello();
#define TWICE(x) \
  x; \
  x
#define QUIET 1
bool take(const char *, int);
task caller() {
  say_hello(); say_hello();
	say_hello(); // with a comment
  TWICE(say_hello());
  TWICE( \
    say_hello() \
  );
  const char *text = R"(
    // not a comment )"; say_hello();
  /* a comment
  */ say_hello(); // behind one
  // NOLINTNEXTLINE(bugprone-unused-return-value)
  say_hello();
  if (text) say_hello();
#if QUIET
  say_hello();
#endif
  auto inner = []() -> task { say_hello(); co_return; }; co_await std::suspend_always{}; (void)inner;
}
task last() { say_hello(); co_return; }
END
  truncate -s -1 awkward.cpp # no newline at the end
  small_database "$PWD" awkward.cpp
}

adopt() {
  run 1 "$coroguard" check
  local before
  before=$(grep -c ': warning: ' "$out")
  ((before >= 10)) || bad "only $before findings to begin with"
  cp awkward.cpp before.txt
  run 0 "$coroguard" check "$@"
  grep -q "note: suppressed $before findings in 1 files" "$err" || bad "$(cat "$err") and not $before findings"
  finds 0 ""
  same "nothing but comments was added" <(sed -E 's/\r//' before.txt | tr -d ' \t\n') \
    <(sed -E 's/\r//; s,// (coroguard: allow|NOLINT(NEXTLINE)?)\(coroguard[^/]*$|// coroguard: allow[^/]*$,,; s,/\* (coroguard: allow|NOLINT)[^*]*\*/,,' awkward.cpp | tr -d ' \t\n')
  cp awkward.cpp once.txt
  run 0 "$coroguard" check "$@"
  same "a second time changes nothing" once.txt awkward.cpp
}

fresh "--add-suppressions: silence afterwards, and nothing unused"
awkward
echo 'suppressions: {require-reason: true}' > .coroguard.yaml
adopt --add-suppressions
fresh "... with a reason"
awkward
adopt --add-suppressions='legacy, see #12'
grep -q '// coroguard: allow(unawaited-coroutine) legacy, see #12$' awkward.cpp || bad "the reason is not there"
fresh "... in a file with Windows' line ends"
awkward
sed -i 's/$/\r/' awkward.cpp
adopt --add-suppressions
[[ $(grep -c $'\r$' awkward.cpp) -ge $(($(wc -l < awkward.cpp) - 1)) ]] || bad "a line lost its end"
fresh "... as NOLINT, which clang-tidy takes as well"
awkward
adopt --add-suppressions --nolint
clang-tidy-"$llvm" --load="$build/lib/libcoroguard-tidy.so" --checks='-*,coroguard-*' --quiet -p build awkward.cpp > tidy 2> /dev/null || bad "clang-tidy fails"
! grep -q 'warning:' tidy || bad "clang-tidy still warns: $(cat tidy)"

fresh "what cannot be written, and reasons that cannot be comments"
run 2 "$coroguard" check --add-suppressions='a */ b'
grep -q "the reason ends a comment with" "$err" || bad "$(cat "$err")"
run 2 "$coroguard" check --nolint
if ((EUID == 0)); then echo "   (root can write everywhere)"; else
  chmod a-w dropped.cpp
  run 2 "$coroguard" check --add-suppressions
  grep -q 'dropped.cpp: error: suppressions cannot be added: Permission denied' "$out" || bad "$(cat "$out")"
fi
rm -rf .coroguard
fresh "a full disk leaves the files as they were, and a link a link"
mkdir elsewhere && mv dropped.cpp elsewhere && ln -s elsewhere/dropped.cpp dropped.cpp
cp dropped.cpp before
full_disk 2 "$coroguard" check --no-index --add-suppressions
grep -q "dropped.cpp: error: suppressions cannot be added: File too large" "$err" || bad "no word about the full disk: $(cat "$err")"
same "after a full disk" before elsewhere/dropped.cpp
[[ $(ls elsewhere) == dropped.cpp ]] || bad "something is left beside it: $(ls elsewhere)"
run 0 "$coroguard" check --no-index --add-suppressions
[[ -L dropped.cpp ]] || bad "the link has become a file"
grep -q "coroguard: allow(unawaited-coroutine)" elsewhere/dropped.cpp || bad "no comment in the file behind the link"

fresh "only the named files are changed"
cp blocking.cpp before
run 0 "$coroguard" check --add-suppressions dropped.cpp
same "blocking.cpp" before blocking.cpp
finds 1 "blocking.cpp:7 warning blocking-call"

finish
