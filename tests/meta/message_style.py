"""Messages begin in lower case or with a quote, have no final stop, and say the consequence behind a semicolon. Notes
and the summaries of rules begin and end the same way."""
import concurrent.futures
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMMAND = sys.argv[1]


def rule_lines():
    """(id, summary) of every rule."""
    lines = subprocess.run([COMMAND, "rules"], capture_output=True, text=True, check=True).stdout.splitlines()
    return [(line.split()[0], line.split(None, 3)[3]) for line in lines]


def command_line(case, rules):
    text = case.read_text()
    words = {key: (re.search(rf"^// {key}: (.*)$", text, re.MULTILINE) or [None, ""])[1].split() for key in ("flags", "for")}
    mock = [f"-isystem{ROOT}/tests/mock/{words['for'][0]}"] if words["for"] else []
    chosen = [word for rule, _ in rules for word in ("--rule", rule)]  # those that are off by default too
    return [COMMAND, "check", "--no-index", "-j1", "--format", "json", *chosen, str(case), "--",
            *(words["flags"] or ["-std=c++20"]), f"-isystem{ROOT}/tests/mock/shared", f"-isystem{ROOT}/runtime", *mock]


def findings(case, rules):
    result = subprocess.run(command_line(case, rules), capture_output=True, text=True)
    report = json.loads(result.stdout)
    return report["findings"], report["problems"]


def wrong_with(text):
    if not re.match(r"[a-z'\"]", text):
        yield "begins with a capital or a sign; begin in lower case or with a quoted name"
    if re.search(r"[.!?]$", text):
        yield "ends with a stop; leave it out"
    if text != text.strip() or "  " in text or "\n" in text:
        yield "has stray blanks or lines; write one line"


def judge(case, found, problems):
    name = case.relative_to(ROOT)
    for problem in problems:
        yield f"{name}:{problem['line']}: cannot be analysed: {problem['message']}"
    if not found:
        yield f"{name}: has no finding at all; a case shows at least the plain bug"
    for finding in found:
        place = f"{name}:{finding['line']}: {finding['rule']}"
        message = finding["message"]
        for complaint in wrong_with(message):
            yield f"{place}: the message '{message}' {complaint}"
        if ";" not in message and finding["rule"] != "unused-suppression":
            yield f"{place}: the message '{message}' names no consequence; write it behind a semicolon"
        for note in finding["notes"]:
            for complaint in wrong_with(note["message"]):
                yield f"{place}: the note '{note['message']}' {complaint}"


def main():
    rules = rule_lines()
    cases = sorted((ROOT / "tests/cases").rglob("*.cpp"))
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda case: findings(case, rules), cases))
    failures = {f"{rule}: the summary '{summary}' {c}": None for rule, summary in rules for c in wrong_with(summary)}
    for case, (found, problems) in zip(cases, results):
        failures.update(dict.fromkeys(judge(case, found, problems)))
    for failure in failures:
        print(failure)
    if not failures:
        print(f"{sum(len(found) for found, _ in results)} messages of {len(cases)} cases keep to the style")
    return 1 if failures or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
