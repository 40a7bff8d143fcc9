#!/usr/bin/env bash
# 'explain' prints the page of each rule that 'rules' lists, and of the findings about suppressions.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"

begin "the page of each rule"
run 0 "$coroguard" rules
mapfile -t rules < <(sed -nE 's/^([a-z-]+) .*/\1/p' "$out")
same "rules, and pages" <(basename -s .md "$root"/docs/rules/[a-z]*.md | sort) <(printf '%s\n' "${rules[@]}" | sort)
for rule in "${rules[@]}"; do
  run 0 "$coroguard" explain "$rule"
  same "page of $rule" "$root/docs/rules/$rule.md" <(head -n "$(wc -l < "$root/docs/rules/$rule.md")" "$out")
done

begin "by clang-tidy's name; of a finding about suppressions; of a rule that is none"
run 0 "$coroguard" explain blocking-call
cp "$out" "$scratch/page"
run 0 "$coroguard" explain coroguard-blocking-call
same "page by clang-tidy's name" "$scratch/page" "$out"
run 0 "$coroguard" explain unused-suppression
grep -q '^### unused-suppression$' "$out" || bad "no page of unused-suppression: $(cat "$out")"
run 2 "$coroguard" explain nonsense
same "what is said" <(echo "coroguard: error: there is no rule 'nonsense'; 'coroguard rules' lists them") "$err"

finish
