#!/usr/bin/env python3
"""tests/runtime/conformance/generate --check finds each kind of mistake: tried on a small project of one class and two cases."""
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIST = "module: test_x\nclasses:\n  XTests:\n    methods: [test_a, test_b]\n"
BOTH = "TEST_F(XTests, test_a) {}\nTEST_F(XTests, test_b__in_another_way) {}\n"
ONE = "TEST_F(XTests, test_a) {}\n"

# What the list and the tests say, and what the check must say: nothing when all is well.
TRIALS = [
    (LIST, BOTH, ""),
    (LIST, ONE, "test_x.XTests.test_b: has neither a test nor a reason"),
    (LIST + "    not_ported:\n      test_b: a reason\n", ONE, ""),
    (LIST + "    not_ported:\n      test_b: a reason\n", BOTH, "test_x.XTests.test_b: has a test"),
    (LIST + '    not_ported:\n      "test_*": a reason\n', ONE, "test_x.XTests.test_a: has a test"),
    (LIST + '    not_ported:\n      "*": a reason\n', "", ""),
    (LIST + "    not_ported:\n      test_c: a reason\n", BOTH, "test_x.XTests.test_c: is not ported, and not among the methods"),
    (LIST, BOTH + "TEST_F(XTests, test_c) {}\n", "XTests.test_c: CPython's class has no such method"),
    (LIST, BOTH + "TEST_F(own_tests, whatever) {}\n", ""),
]


def run(project, *arguments):
    command = [sys.executable, project / "tests/runtime/conformance/generate", *arguments]
    return subprocess.run(command, capture_output=True, text=True)


def project_of(folder, methods, tests):
    conformance = folder / "tests/runtime/conformance"
    conformance.mkdir(parents=True)
    shutil.copy(ROOT / "tests/runtime/conformance/generate", conformance)
    (conformance / "test_x.yaml").write_text(methods)
    (folder / "tests/runtime/x_test.cpp").write_text(tests)
    return folder


def trial(methods, tests, expected):
    with tempfile.TemporaryDirectory() as folder:
        project = project_of(pathlib.Path(folder), methods, tests)
        run(project)
        result = run(project, "--check")
        if bool(expected) != (result.returncode != 0) or expected not in result.stdout:
            yield f"expected '{expected}', got {result.returncode} and '{result.stdout}{result.stderr}' of:\n{methods}{tests}"


def stale_page():
    with tempfile.TemporaryDirectory() as folder:
        project = project_of(pathlib.Path(folder), LIST, BOTH)
        run(project)
        with (project / "docs/runtime/conformance.md").open("a") as page:
            page.write("written by hand\n")
        result = run(project, "--check")
        if result.returncode == 0 or "is out of date" not in result.stdout:
            yield f"a page that is out of date was not found: {result.stdout}{result.stderr}"


failures = [failure for one in TRIALS for failure in trial(*one)] + list(stale_page())
print(*failures, sep="\n", end="\n" if failures else "")
sys.exit(1 if failures else 0)
