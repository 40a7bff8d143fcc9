#!/usr/bin/env python3
"""formats.py FOLDER: reads findings.FORMAT, clean.FORMAT and problems.FORMAT of the small project as CI services do."""

import json
import pathlib
import re
import sys
import urllib.parse
import xml.etree.ElementTree as ElementTree

FOLDER = pathlib.Path(sys.argv[1])
WANTED = [("blocking.cpp", 7, "blocking-call"), ("dropped.cpp", 6, "unawaited-coroutine")]
PROBLEMS = ["expected expression", "there is no rule 'nope'; 'coroguard rules' lists them"]
COMMAND = re.compile(r"^::(error|warning|notice) ([^:]*)::(.*)$")


def expect(wanted, got, what):
    if wanted != got:
        sys.exit(f"{what}: wanted {wanted!r}, got {got!r}")


def text(kind, name):
    return (FOLDER / f"{kind}.{name}").read_text()


def github(kind):
    """(level, properties, message) per line, unescaped as GitHub's runner does."""
    commands = []
    for line in text(kind, "github").splitlines():
        level, properties, message = COMMAND.match(line).groups()
        pairs = dict(pair.split("=", 1) for pair in properties.split(","))
        commands.append((level, {key: urllib.parse.unquote(value) for key, value in pairs.items()},
                         urllib.parse.unquote(message)))
    return commands


def check_github():
    found = [(p["file"], int(p["line"]), p["title"].removeprefix("coroguard: ")) for _, p, _ in github("findings")]
    expect(WANTED, found, "github")
    chain = github("findings")[0][2].splitlines()
    expect("helper.cpp:5: 'sleep' blocks: it sleeps for the whole duration; use an asynchronous timer", chain[1], "github's chain")
    expect([], github("clean"), "github without findings")
    problems = [(level, message) for level, p, message in github("problems") if p["title"] == "coroguard"]
    expect(sorted(("error", message) for message in PROBLEMS), sorted(problems), "github's problems")


def check_gitlab():
    """https://docs.gitlab.com/ci/testing/code_quality/: the properties that a custom tool's report must have."""
    for kind in ("findings", "clean", "problems"):
        entries = json.loads(text(kind, "gitlab"))
        expect(list, type(entries), "gitlab")
        for entry in entries:
            expect({"description", "check_name", "fingerprint", "severity", "location"}, set(entry), "gitlab's keys")
            expect(True, entry["severity"] in ("info", "minor", "major", "critical", "blocker"), "gitlab's severity")
            expect(False, entry["location"]["path"].startswith(("/", "./")), "gitlab's path is relative")
            expect(True, entry["location"]["lines"]["begin"] >= 1, "gitlab's line")
        expect(len(entries), len({entry["fingerprint"] for entry in entries}), "gitlab's fingerprints differ")
    found = [(e["location"]["path"], e["location"]["lines"]["begin"], e["check_name"])
             for e in json.loads(text("findings", "gitlab"))]
    expect(WANTED, found, "gitlab")
    problems = [e["description"] for e in json.loads(text("problems", "gitlab")) if e["severity"] == "blocker"]
    expect(sorted(PROBLEMS), sorted(problems), "gitlab's problems")


def check_junit():
    for kind, counts in (("findings", (2, 2, 0)), ("clean", (1, 0, 0)), ("problems", (3, 1, 2))):
        root = ElementTree.fromstring(text(kind, "junit"))
        suite = root.find("testsuite")
        expect(counts, tuple(int(suite.get(key)) for key in ("tests", "failures", "errors")), f"junit {kind}")
        expect(counts, tuple(len(suite.findall(path)) for path in ("testcase", "testcase/failure", "testcase/error")),
               f"junit {kind}: what is there")
    suite = ElementTree.fromstring(text("findings", "junit")).find("testsuite")
    found = [(t.get("file"), int(t.get("line")), t.get("name").split(":")[0]) for t in suite]
    expect(WANTED, found, "junit")
    expect(True, "helper.cpp:5:3: note: " in suite[0].find("failure").text, "junit's chain")


def check_checkstyle():
    def entries(kind):
        root = ElementTree.fromstring(text(kind, "checkstyle"))
        expect("checkstyle", root.tag, "checkstyle's root")
        return [(file.get("name"), int(e.get("line")), e.get("source"), e.get("severity"), e.get("message"))
                for file in root for e in file]
    expect([(file, line, "coroguard." + rule, "warning") for file, line, rule in WANTED],
           [entry[:4] for entry in entries("findings")], "checkstyle")
    expect([], entries("clean"), "checkstyle without findings")
    problems = [entry[4] for entry in entries("problems") if entry[2] == "coroguard"]
    expect(sorted(PROBLEMS), sorted(problems), "checkstyle's problems")


for check in (check_github, check_gitlab, check_junit, check_checkstyle):
    check()
