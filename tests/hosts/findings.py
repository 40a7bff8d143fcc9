#!/usr/bin/env python3
"""Compares findings of different hosts, and with the markers in the sources.

findings.py markers FOLDER REPORT.json      with `// warn: RULE "text"` and `// note: "text"` in FOLDER's sources
findings.py tidy REPORT.json FOLDER OUTPUT...  with what clang-tidy printed about each translation unit; relative names
                                            start in FOLDER
"""

import collections
import json
import os
import pathlib
import re
import sys

MARKER = re.compile(r'// (?:(warn): ([a-z-]+)|(note):) "([^"]*)"')
TIDY_LINE = re.compile(r"^([^:\s]+):(\d+):(\d+): (warning|error|note): (.*?)(?: \[([a-z0-9,.-]+)\])?$")
FIX_TITLES = {"insert 'co_await'"}

# One finding as every host says it; notes are a tuple of (file, line, column, message).
Finding = collections.namedtuple("Finding", "file line column rule message notes")


def show(finding):
    lines = [f"{finding.file}:{finding.line}:{finding.column}: {finding.message} [{finding.rule}]"]
    lines += [f"  {file}:{line}:{column}: note: {message}" for file, line, column, message in finding.notes]
    return "\n".join(lines)


def read_report(file):
    with open(file) as text:
        report = json.load(text)
    place = lambda entry: (entry["file"], entry["line"], entry["column"])
    return [Finding(*place(f), f["rule"], f["message"], tuple((*place(n), n["message"]) for n in f["notes"]))
            for f in report["findings"]]


def compare_markers(folder, report):
    warnings, notes = collections.defaultdict(list), collections.defaultdict(list)
    for source in sorted(pathlib.Path(folder).glob("*.[ch]pp")):
        for number, line in enumerate(source.read_text().splitlines(), 1):
            for warn, rule, note, fragment in MARKER.findall(line):
                if warn:
                    warnings[str(source), number, rule].append(fragment)
                else:
                    notes[str(source), number].append(fragment)
    found = read_report(report)
    complaints = []
    for finding in found:
        fragments = warnings.get((finding.file, finding.line, finding.rule), [])
        fitting = [fragment for fragment in fragments if fragment in finding.message]
        if fitting:
            fragments.remove(fitting[0])
        else:
            complaints.append("not marked:\n" + show(finding))
    complaints += [f"not found: {file}:{line}: {rule} {fragment!r}"
                   for (file, line, rule), fragments in warnings.items() for fragment in fragments]
    said = [(file, line, message) for finding in found for file, line, _, message in finding.notes]
    complaints += [f"no note: {file}:{line}: {fragment!r}" for (file, line), fragments in notes.items()
                   for fragment in fragments if not any((file, line) == at[:2] and fragment in at[2] for at in said)]
    marked = set(notes) | {(file, line) for file, line, _ in warnings}
    complaints += [f"a note where none is marked: {file}:{line}: {message}" for file, line, message in said
                   if (file, line) not in marked]
    return complaints


def read_tidy(output, folder):
    findings = []
    for text in pathlib.Path(output).read_text().splitlines():
        match = TIDY_LINE.match(text)
        if not match:
            continue
        file, line, column, kind, message, check = match.groups()
        file = os.path.normpath(os.path.join(folder, file))
        if kind == "note" and message in FIX_TITLES:
            continue  # how clang-tidy carries an unsafe fix; fixes.test.sh has more
        if kind == "note":
            findings[-1][-1].append((file, int(line), int(column), message))
        else:
            rule = (check or "").removeprefix("coroguard-")
            findings.append((file, int(line), int(column), rule, message, []))
    return [Finding(*finding[:-1], tuple(finding[-1])) for finding in findings]


def difference(wanted, got):
    return [f"missing:\n{show(finding)}" for finding in wanted if finding not in got] + \
           [f"too many:\n{show(finding)}" for finding in got if finding not in wanted]


def compare_tidy(report, folder, *outputs):
    # Code in a header is in several units, each of which reports it.
    got = {finding for output in outputs for finding in read_tidy(output, folder)}
    return difference(read_report(report), sorted(got))


def main():
    modes = {"markers": compare_markers, "tidy": compare_tidy}
    if len(sys.argv) < 4 or sys.argv[1] not in modes:
        sys.exit(__doc__)
    complaints = modes[sys.argv[1]](*sys.argv[2:])
    for complaint in complaints:
        print(complaint)
    sys.exit(1 if complaints else 0)


if __name__ == "__main__":
    main()
